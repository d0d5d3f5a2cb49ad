import { rm, stat } from "node:fs/promises";
import type { Sharp, SharpOptions } from "sharp";
import type { PictureFile, PictureRules } from "../core/ports.ts";
import { TakeFailure } from "../errors.ts";

/** The part of sharp that is used: one function from a path to a pipeline. */
export type OpenPicture = (path: string, options: SharpOptions) => Sharp;

/** Loads sharp, which costs some 40 MB: so on first use only. */
export async function loadSharp(): Promise<OpenPicture> {
  const { default: sharp } = await import("sharp");
  sharp.cache(false); // pictures are seen once
  sharp.concurrency(1); // two cores, and answering people comes first
  return sharp;
}

// Twice the model's largest picture; a small file may unpack to far more than the machine has.
const MAX_PIXELS = 120_000_000;
const QUALITIES = [92, 82, 70];
const SHRUNK_QUALITY = 82;
const MAX_SHRINKS = 6;

/**
 * Re-encodes a picture so that it obeys the rules: at full size with falling quality first, then smaller at the
 * same ratio. `freshPath` names a new file for an ending. @throws TakeFailure when no try obeys them.
 */
export async function reencode(
  open: OpenPicture,
  picture: PictureFile,
  rules: PictureRules,
  freshPath: (ending: string) => string,
): Promise<PictureFile> {
  const meta = await open(picture.path, { limitInputPixels: MAX_PIXELS })
    .metadata()
    .catch((cause: unknown) => {
      throw unfit("The picture cannot be decoded", picture, cause);
    });
  const format = formatFor(rules, meta.hasAlpha === true);
  if (format === null) throw unfit("The platform takes none of the formats we write", picture);

  async function attempt(quality: number, scale: number): Promise<PictureFile> {
    const path = freshPath(format === "jpeg" ? "jpg" : (format ?? ""));
    const pipeline = open(picture.path, { limitInputPixels: MAX_PIXELS }).autoOrient();
    const { width, height } = meta.autoOrient;
    if (scale < 1) pipeline.resize(pixels(width, scale), pixels(height, scale), { fit: "fill" });
    if (format === "jpeg") pipeline.flatten({ background: "#ffffff" }).jpeg({ quality, mozjpeg: false });
    else if (format === "webp") pipeline.webp({ quality, effort: 3 });
    else pipeline.png({ compressionLevel: 9 });
    try {
      const written = await pipeline.toFile(path);
      const { size } = await stat(path);
      return {
        path,
        bytes: size,
        contentType: `image/${format}`,
        width: written.width,
        height: written.height,
      };
    } catch (cause) {
      await rm(path, { force: true });
      throw unfit("The picture cannot be re-encoded", picture, cause);
    }
  }

  let bytes = Number.POSITIVE_INFINITY;
  for (const quality of format === "png" ? QUALITIES.slice(0, 1) : QUALITIES) {
    const tried = await attempt(quality, 1);
    if (tried.bytes <= rules.maxBytes) return tried;
    await rm(tried.path, { force: true });
    bytes = tried.bytes;
    if (bytes > rules.maxBytes * 4) break; // quality alone will not do it
  }
  let scale = 1;
  for (let shrinks = 0; shrinks < MAX_SHRINKS; shrinks += 1) {
    // Bytes go roughly with the area; a little below, so that one step is mostly enough.
    scale *= Math.min(0.85, Math.sqrt(rules.maxBytes / bytes) * 0.95);
    const tried = await attempt(SHRUNK_QUALITY, scale);
    if (tried.bytes <= rules.maxBytes) return tried;
    await rm(tried.path, { force: true });
    bytes = tried.bytes;
  }
  throw unfit("The picture cannot be made small enough", picture);
}

function pixels(length: number, scale: number): number {
  return Math.max(1, Math.round(length * scale));
}

/** JPEG for pictures, WebP where transparency would be lost, PNG when nothing else is taken. */
function formatFor(rules: PictureRules, hasAlpha: boolean): "jpeg" | "webp" | "png" | null {
  const order = hasAlpha ? (["webp", "jpeg", "png"] as const) : (["jpeg", "webp", "png"] as const);
  return order.find((format) => rules.types.includes(`image/${format}`)) ?? null;
}

function unfit(message: string, picture: PictureFile, cause?: unknown): TakeFailure {
  const context = { bytes: picture.bytes, contentType: picture.contentType };
  return new TakeFailure("picture-unavailable", message, {
    context,
    ...(cause === undefined ? {} : { cause }),
  });
}
