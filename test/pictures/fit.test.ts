import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PictureFile } from "../../src/core/ports.ts";
import { createPictures, type PictureFiles } from "../../src/pictures/pictures.ts";
import { noisyPicture } from "./media-server.ts";

let directory: string;
let pictures: PictureFiles;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pictures-"));
  pictures = createPictures({ directory, allowedHosts: [] });
});
afterEach(async () => {
  await pictures.close();
  await rm(directory, { recursive: true });
});

async function pictureOf(bytes: Buffer): Promise<PictureFile> {
  const url = `data:image/png;base64,${bytes.toString("base64")}`;
  return pictures.fetch(
    { url, width: null, height: null, contentType: null },
    "job",
    new AbortController().signal,
  );
}

describe("fitting a picture to a platform", () => {
  it("leaves one alone that obeys the rules", async () => {
    const picture = await pictureOf(await noisyPicture(40, 30));
    expect(await pictures.fit(picture, { maxBytes: picture.bytes, types: ["image/png"] })).toBe(picture);
  });

  it("keeps every pixel when a lower quality is enough", async () => {
    const picture = await pictureOf(await noisyPicture(600, 200));
    const rules = { maxBytes: Math.floor(picture.bytes * 0.7), types: ["image/png", "image/jpeg"] };
    const fitted = await pictures.fit(picture, rules);
    expect(fitted).toMatchObject({ contentType: "image/jpeg", width: 600, height: 200 });
    expect(fitted.bytes).toBeLessThanOrEqual(rules.maxBytes);
    expect((await stat(fitted.path)).size).toBe(fitted.bytes);
    expect((await sharp(await readFile(fitted.path)).metadata()).format).toBe("jpeg");
  });

  it.each([
    [0.1, ["image/jpeg"]],
    [0.02, ["image/jpeg", "image/png"]],
    [0.05, ["image/webp"]],
    [0.2, ["image/png"]],
  ])("shrinks at the same ratio to %d of its bytes as %j", async (share, types) => {
    const picture = await pictureOf(await noisyPicture(900, 300));
    const fitted = await pictures.fit(picture, { maxBytes: Math.floor(picture.bytes * share), types });
    expect(fitted.bytes).toBeLessThanOrEqual(picture.bytes * share);
    expect(fitted.width).toBeLessThan(900);
    expect(Math.abs((fitted.width ?? 0) / (fitted.height ?? 1) - 3)).toBeLessThan(0.1);
    expect(types).toContain(fitted.contentType);
  });

  it("changes the type alone when only that is not taken", async () => {
    const picture = await pictureOf(await noisyPicture(64, 64, { format: "webp" }));
    const fitted = await pictures.fit(picture, { maxBytes: 1_000_000, types: ["image/png", "image/jpeg"] });
    expect(fitted).toMatchObject({ contentType: "image/jpeg", width: 64, height: 64 });
  });

  it("keeps transparency where the platform can show it", async () => {
    const picture = await pictureOf(await noisyPicture(64, 64, { alpha: "some" }));
    const types = ["image/png", "image/jpeg", "image/webp"];
    const fitted = await pictures.fit(picture, { maxBytes: picture.bytes - 1, types });
    expect(fitted.contentType).toBe("image/webp");
  });

  it("leaves the original and one new file beside it", async () => {
    const picture = await pictureOf(await noisyPicture(300, 300));
    const fitted = await pictures.fit(picture, { maxBytes: 5000, types: ["image/jpeg"] });
    expect((await readdir(directory)).sort()).toEqual([basename(picture.path), basename(fitted.path)].sort());
    await pictures.discard(fitted);
    await pictures.discard(picture);
    expect(await readdir(directory)).toEqual([]);
  });

  it.each([
    ["no size is small enough", { maxBytes: 10, types: ["image/jpeg"] }],
    ["no format we write is taken", { maxBytes: 1_000_000, types: ["image/bmp"] }],
  ])("fails when %s, and leaves no file", async (_, rules) => {
    const picture = await pictureOf(await noisyPicture(64, 64));
    await expect(pictures.fit(picture, rules)).rejects.toMatchObject({ failure: "picture-unavailable" });
    expect(await readdir(directory)).toHaveLength(1);
  });

  it("fails on bytes that only begin like a picture", async () => {
    const picture = await pictureOf(await noisyPicture(64, 64));
    await writeFile(picture.path, (await readFile(picture.path)).subarray(0, 60));
    const rules = { maxBytes: 1000, types: ["image/jpeg"] };
    await expect(pictures.fit(picture, rules)).rejects.toMatchObject({ failure: "picture-unavailable" });
    expect(await readdir(directory)).toHaveLength(1);
  });
});
