import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import PQueue from "p-queue";
import { Agent } from "undici";
import { type Clock, systemClock } from "../core/clock.ts";
import type { PictureFile, Pictures } from "../core/ports.ts";
import { BotError, TakeFailure } from "../errors.ts";
import { createAddressRule } from "./allowed-hosts.ts";
import { readDimensions } from "./dimensions.ts";
import { download } from "./download.ts";
import { loadSharp, type OpenPicture, reencode } from "./fit.ts";
import { PICTURE_ENDINGS, sniff } from "./kinds.ts";

export interface PicturesOptions {
  /** Where the files live; made when it is not there. One process for each directory. */
  readonly directory: string;
  /** Such as `fal.media`, `*.fal.media`, `127.0.0.1:4000`. */
  readonly allowedHosts: readonly string[];
  /** Largest picture taken, bytes. @default 64 MiB */
  readonly maxBytes?: number;
  /** One try of a download, ms. @default 60000 */
  readonly timeoutMs?: number;
  /** A download without a byte for so long is tried again, ms. @default 15000 */
  readonly stallMs?: number;
  /** As many downloads run at once as largest pictures fit into this, at least one. @default 256 MiB */
  readonly maxBytesInFlight?: number;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** Pictures on this machine's disk. */
export interface PictureFiles extends Pictures {
  /**
   * Removes what a killed process left in the directory, and nothing that is not ours. Says how many.
   * @throws BotError `config` when the directory cannot be made, read or written.
   */
  sweep(): Promise<number>;
  /** Cuts every download. */
  close(): Promise<void>;
}

interface Saved {
  readonly bytes: number;
  readonly contentType: string;
}

const MIB = 1024 * 1024;
/** Pauses between tries of a download, ms, and how long there may be tries at all: the picture is paid for. */
const PAUSES_MS = [500, 1000, 2000, 4000, 8000, 15_000] as const;
const PATIENCE_MS = 120_000;
const SAFE_NAME = /^[a-z0-9_-][a-z0-9._-]{0,99}$/i;
const OUR_FILES = /^[a-z0-9._-]+\.[0-9a-f]{12}\.(?:part|png|jpg|webp|gif|avif)$/i;

/** Creates the store of downloaded pictures. */
export function createPictures(options: PicturesOptions): PictureFiles {
  const { directory, clock = systemClock, maxBytes = 64 * MIB, timeoutMs = 60_000 } = options;
  const limits = {
    allowed: createAddressRule(options.allowedHosts),
    maxBytes,
    timeoutMs,
    stallMs: Math.min(options.stallMs ?? 15_000, timeoutMs),
  };
  const agent = new Agent({ connect: { timeout: limits.stallMs } });
  const inFlight = options.maxBytesInFlight ?? 256 * MIB;
  const downloads = new PQueue({ concurrency: Math.max(1, Math.floor(inFlight / maxBytes)) });
  // Decoded pictures are what costs memory: one at a time.
  const encodings = new PQueue({ concurrency: 1 });
  const ours = new Set<string>();
  let sharp: Promise<OpenPicture> | null = null;

  /** A path nobody else uses: the same take may be fetched again while an older file is still being uploaded. */
  function freshPath(name: string, ending: string): string {
    const file = `${name}.${randomBytes(6).toString("hex")}.${ending}`;
    ours.add(file);
    return join(directory, file);
  }

  async function remove(path: string): Promise<void> {
    await rm(path, { force: true });
    ours.delete(fileOf(path));
  }

  /** A file of a type we take. @throws TakeFailure */
  async function tryOften(url: string, path: string, signal: AbortSignal): Promise<Saved> {
    const until = clock.elapsed() + PATIENCE_MS;
    for (let tries = 0; ; tries += 1) {
      const outcome = await download(url, path, limits, agent, signal);
      const contentType = outcome.type === "saved" ? await sniff(outcome.head) : null;
      if (outcome.type === "saved" && contentType !== null) return { bytes: outcome.bytes, contentType };
      // A proxy's page comes as readily with status 200, and goes away as readily.
      const why = outcome.type === "saved" ? "not a picture" : outcome.why;
      const pauseMs = PAUSES_MS[tries];
      const isHopeless = outcome.type === "never" || url.startsWith("data:");
      if (isHopeless || pauseMs === undefined || clock.elapsed() + pauseMs > until)
        throw outcome.type === "disk" ? notKept(directory, why) : unavailable(why);
      await rm(path, { force: true });
      await clock.sleep(pauseMs, signal);
    }
  }

  async function bring(url: string, name: string, signal: AbortSignal): Promise<PictureFile> {
    await mkdir(directory, { recursive: true });
    const part = freshPath(name, "part");
    try {
      const { bytes, contentType } = await tryOften(url, part, signal);
      const size = await readDimensions(part, contentType);
      const path = freshPath(name, PICTURE_ENDINGS.get(contentType) ?? "bin");
      await rename(part, path);
      return {
        path,
        bytes,
        contentType,
        width: size?.width ?? null,
        height: size?.height ?? null,
      };
    } finally {
      await remove(part);
    }
  }

  return {
    async fetch(image, name, signal) {
      if (!SAFE_NAME.test(name)) throw new BotError("A picture's name must be plain", { code: "misuse" });
      let running: Promise<PictureFile> | null = null;
      const task = () => {
        running = bring(image.url, name, signal);
        return running;
      };
      const picture = await downloads.add(task, { signal }).catch(async (error: unknown) => {
        // The queue lets go at once when it is aborted; what was written has to be gone by then, too.
        await running?.catch(() => {});
        signal.throwIfAborted();
        if (error instanceof TakeFailure) throw error;
        throw notKept(directory, "trouble with the file", error);
      });
      // What the bytes say counts; what fal said stands in where they are silent.
      return { ...picture, width: picture.width ?? image.width, height: picture.height ?? image.height };
    },

    async fit(picture, rules) {
      if (picture.bytes <= rules.maxBytes && rules.types.includes(picture.contentType)) return picture;
      sharp ??= loadSharp();
      const open = await sharp.catch((cause: unknown) => {
        throw new TakeFailure("picture-unavailable", "sharp, which re-encodes pictures, cannot be loaded", {
          cause,
        });
      });
      const name = fileOf(picture.path).replace(/\.[0-9a-f]{12}\.[a-z]+$/, "");
      return encodings.add(() => reencode(open, picture, rules, (ending) => freshPath(name, ending)));
    },

    discard: (picture) => remove(picture.path),

    async sweep() {
      try {
        await mkdir(directory, { recursive: true });
        const probe = freshPath("probe", "part");
        await writeFile(probe, "");
        await remove(probe);
        const left = (await readdir(directory)).filter((file) => OUR_FILES.test(file) && !ours.has(file));
        await Promise.all(left.map((file) => rm(join(directory, file), { force: true })));
        return left.length;
      } catch (cause) {
        throw new BotError("Pictures on their way cannot be kept on this machine's disk.", {
          code: "config",
          context: { directory },
          cause,
          remedy: `Let this user write in ${directory}, or name another folder with DATA_DIRECTORY.`,
        });
      }
    },

    close: () => agent.destroy(),
  };
}

function fileOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

function unavailable(why: string): TakeFailure {
  return new TakeFailure("picture-unavailable", `The picture could not be fetched: ${why}`, {
    context: { why },
  });
}

/** Its owner's disk is nothing the person who asked can mend, so they are told that it is our fault. */
function notKept(directory: string, why: string, cause?: unknown): TakeFailure {
  return new TakeFailure("internal", "The picture cannot be kept on this machine's disk", {
    context: { why, directory },
    remedy: `Make room there, and let this user write in ${directory}.`,
    ...(cause === undefined ? {} : { cause }),
  });
}
