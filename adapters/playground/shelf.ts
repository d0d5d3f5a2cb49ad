import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, link, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ViewDocument, ViewImage } from "../../src/core/view.ts";
import { ReplyError } from "../../src/errors.ts";
import { MAX_DOCUMENT_BYTES, PLAYGROUND_PICTURES } from "./limits.ts";
import type { StoredDocument, StoredImage } from "./messages.ts";

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/avif": "avif",
};

/** Names of the shelf's own making: a message id, a hash, a known ending. */
export const PICTURE_NAME = /^[a-z0-9-]{1,80}-[0-9a-f]{24}\.(?:png|jpg|webp|gif|avif)$/;
/** The same with an ending that no server takes for a page. */
const DOCUMENT_NAME = /^[a-z0-9-]{1,80}-[0-9a-f]{24}\.document$/;

/** The folder of what the channel shows and offers. A file here never changes, so browsers may keep pictures. */
export interface Shelf {
  /** Takes a picture over, byte for byte; the same one twice is the same file. @throws ReplyError */
  put(messageId: string, image: ViewImage): Promise<StoredImage>;
  /** Keeps a text as a file; the same one twice is the same file. @throws ReplyError */
  putDocument(messageId: string, document: ViewDocument): Promise<StoredDocument>;
  discard(names: readonly string[]): Promise<void>;
  /** Removes every file that is not among `used`: what a crash left behind. */
  sweep(used: ReadonlySet<string>): Promise<void>;
}

export function createShelf(directory: string): Shelf {
  const discard = async (names: readonly string[]) => {
    for (const name of names) await rm(join(directory, name), { force: true });
  };
  return {
    discard,
    put: async (messageId, image) => {
      const extension = EXTENSIONS[image.contentType];
      if (extension === undefined || image.bytes > PLAYGROUND_PICTURES.maxBytes) {
        throw new ReplyError("too-large", "The playground does not show pictures of this size or type", {
          context: { bytes: image.bytes, contentType: image.contentType },
        });
      }
      const { path, bytes, ratio, width, height, alt, originalUrl, spoiler } = image;
      const name = `${messageId}-${await hashOf(path)}.${extension}`;
      await mkdir(directory, { recursive: true });
      await place(path, join(directory, name));
      return { name, bytes, ratio, width, height, alt, originalUrl, spoiler };
    },
    putDocument: async (messageId, { fileName, text }) => {
      const content = Buffer.from(text);
      if (content.length > MAX_DOCUMENT_BYTES) {
        throw new ReplyError("too-large", "The playground does not keep documents of this size", {
          context: { bytes: content.length },
        });
      }
      const name = `${messageId}-${shortHash(createHash("sha256").update(content))}.document`;
      await mkdir(directory, { recursive: true });
      const half = join(directory, `${name}.part`);
      await writeFile(half, content);
      await rename(half, join(directory, name));
      return { name, fileName: fileName.replace(/[^\w.-]+/g, "-").slice(-80), bytes: content.length };
    },
    sweep: async (used) => {
      await mkdir(directory, { recursive: true });
      const names = await readdir(directory);
      await discard(names.filter((name) => isOurs(name) && !used.has(name)));
    },
  };
}

const isOurs = (name: string): boolean => PICTURE_NAME.test(name) || DOCUMENT_NAME.test(name);

const shortHash = (hash: Hash): string => hash.digest("hex").slice(0, 24);

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return shortHash(hash);
}

/** A hard link costs nothing and outlives the temporary file; other disks get a copy. */
async function place(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    const half = `${to}.part`;
    await copyFile(from, half);
    await rename(half, to);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
