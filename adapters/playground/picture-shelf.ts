import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, link, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ViewImage } from "../../src/core/view.ts";
import { ReplyError } from "../../src/errors.ts";
import { PLAYGROUND_PICTURES } from "./limits.ts";
import type { StoredImage } from "./messages.ts";

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/avif": "avif",
};

/** Names of the shelf's own making: a message id, a hash, a known ending. */
export const PICTURE_NAME = /^[a-z0-9-]{1,80}-[0-9a-f]{24}\.(?:png|jpg|webp|gif|avif)$/;

/** The folder of pictures the channel shows. A file here never changes, so browsers may keep it. */
export interface PictureShelf {
  /** Takes a picture over, byte for byte; the same one twice is the same file. @throws ReplyError */
  put(messageId: string, image: ViewImage): Promise<StoredImage>;
  discard(names: readonly string[]): Promise<void>;
  /** Removes every file that is not among `used`: what a crash left behind. */
  sweep(used: ReadonlySet<string>): Promise<void>;
}

export function createPictureShelf(directory: string): PictureShelf {
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
      const { path, bytes, ratio, width, height, alt, originalUrl } = image;
      const name = `${messageId}-${await hashOf(path)}.${extension}`;
      await mkdir(directory, { recursive: true });
      await place(path, join(directory, name));
      return { name, bytes, ratio, width, height, alt, originalUrl };
    },
    sweep: async (used) => {
      await mkdir(directory, { recursive: true });
      const names = await readdir(directory);
      await discard(names.filter((name) => PICTURE_NAME.test(name) && !used.has(name)));
    },
  };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex").slice(0, 24);
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
