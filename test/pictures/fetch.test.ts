import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import type { RemoteImage } from "../../src/core/model.ts";
import { createPictures, type PictureFiles, type PicturesOptions } from "../../src/pictures/pictures.ts";
import { asNobody } from "../support/as-nobody.ts";
import { eventually } from "../support/eventually.ts";
import {
  type MediaAnswerer,
  type MediaServer,
  noisyPicture,
  send,
  startMediaServer,
} from "./media-server.ts";

/** Time in which every pause is over at once. */
const impatient: Clock = {
  ...systemClock,
  sleep: async (_, signal) => signal?.throwIfAborted(),
};

let directory: string;
let media: MediaServer | null = null;
let pictures: PictureFiles | null = null;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pictures-"));
});
afterEach(async () => {
  await pictures?.close();
  await media?.close();
  await rm(directory, { recursive: true });
  pictures = null;
  media = null;
});

async function serve(answer: MediaAnswerer, options: Partial<PicturesOptions> = {}) {
  media = await startMediaServer(answer);
  pictures = createPictures({ directory, allowedHosts: [media.host], clock: impatient, ...options });
  return { media, pictures };
}

function imageAt(url: string): RemoteImage {
  return { url, width: null, height: null, contentType: null };
}

function never(): AbortSignal {
  return new AbortController().signal;
}

const UNAVAILABLE = expect.objectContaining({ failure: "picture-unavailable" });

describe("fetching a picture", () => {
  it("keeps its bytes as they are, in a file of its own, and sends no credentials", async () => {
    const bytes = await noisyPicture(40, 30);
    const { media, pictures } = await serve((_, response) => send(response, bytes));
    const picture = await pictures.fetch(imageAt(`${media.url}/a.png`), "job-1-1", never());
    expect(picture).toMatchObject({ bytes: bytes.length, contentType: "image/png", width: 40, height: 30 });
    expect(await readFile(picture.path)).toEqual(bytes);
    expect(basename(picture.path)).toMatch(/^job-1-1\..*\.png$/);
    expect(media.requests[0]?.headers.authorization).toBeUndefined();
    expect(await readdir(directory)).toHaveLength(1);
  });

  it.each(["png", "jpeg", "webp", "gif", "avif"] as const)(
    "tells %s by its bytes, whatever it is called",
    async (format) => {
      const bytes = await noisyPicture(64, 48, { format });
      const { media, pictures } = await serve((_, response) =>
        send(response, bytes, "application/octet-stream"),
      );
      const picture = await pictures.fetch(
        { ...imageAt(`${media.url}/a.txt`), width: 64, height: 48 },
        "job",
        never(),
      );
      expect(picture).toMatchObject({ contentType: `image/${format}`, width: 64, height: 48 });
    },
  );

  it("gives each fetch of one name a file of its own, until it is discarded", async () => {
    const bytes = await noisyPicture(8, 8);
    const { media, pictures } = await serve((_, response) => send(response, bytes));
    const one = await pictures.fetch(imageAt(media.url), "job", never());
    const other = await pictures.fetch(imageAt(media.url), "job", never());
    expect(one.path).not.toBe(other.path);
    await pictures.discard(one);
    await pictures.discard(one);
    expect(await readdir(directory)).toEqual([basename(other.path)]);
  });

  it("refuses a name that could lead elsewhere", async () => {
    const { media, pictures } = await serve((_, response) => response.end());
    for (const name of ["../x", "a/b", "", ".hidden", "a b", "ä"]) {
      await expect(pictures.fetch(imageAt(media.url), name, never())).rejects.toMatchObject({
        code: "misuse",
      });
    }
    expect(media.requests).toEqual([]);
  });

  it("takes data: addresses", async () => {
    const bytes = await noisyPicture(20, 10);
    pictures = createPictures({ directory, allowedHosts: [] });
    const url = `data:image/png;base64,${bytes.toString("base64")}`;
    expect(await pictures.fetch(imageAt(url), "job", never())).toMatchObject({
      bytes: bytes.length,
      width: 20,
    });
    const percent = `data:image/png,${[...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("")}`;
    expect(await pictures.fetch(imageAt(percent), "job", never())).toMatchObject({ bytes: bytes.length });
  });

  it("runs no more downloads at once than fit", async () => {
    const bytes = await noisyPicture(8, 8);
    const held: (() => void)[] = [];
    const { media, pictures } = await serve((_, response) => held.push(() => send(response, bytes)), {
      maxBytes: 1000,
      maxBytesInFlight: 2000,
    });
    const all = Promise.all(
      [1, 2, 3].map((n) => pictures.fetch(imageAt(`${media.url}/${n}`), `job-${n}`, never())),
    );
    await eventually(() => expect(held).toHaveLength(2));
    held.shift()?.();
    await eventually(() => expect(held).toHaveLength(2));
    for (const release of held) release();
    expect(await all).toHaveLength(3);
  });
});

describe("a download in trouble", () => {
  it.each<[string, MediaAnswerer]>([
    ["a server error", (_, response) => response.writeHead(503).end()],
    ["a picture not there yet", (_, response) => response.writeHead(404).end()],
    ["a reset", (request) => request.socket.resetAndDestroy()],
    [
      "a break in the middle",
      (_, response) => {
        response.writeHead(200, { "content-length": 5000 });
        response.write("half", () => response.socket?.end());
      },
    ],
    ["a stall", (_, response) => void response.writeHead(200).write("a")],
    ["no answer", () => {}],
    ["a refusal", (_, response) => response.writeHead(403).end()],
    [
      "a page",
      (_, response) => response.writeHead(200, { "content-type": "image/png" }).end("<html></html>"),
    ],
    ["nothing", (_, response) => response.end()],
  ])("is tried again after %s", async (_, stumble) => {
    const bytes = await noisyPicture(8, 8);
    const { media, pictures } = await serve(
      (request, response, nth) => (nth === 3 ? send(response, bytes) : stumble(request, response, nth)),
      { stallMs: 60 },
    );
    expect(await pictures.fetch(imageAt(media.url), "job", never())).toMatchObject({ bytes: bytes.length });
    expect(await readdir(directory)).toHaveLength(1);
  });

  it.each<[string, MediaAnswerer]>([
    ["an error", (_, response) => response.writeHead(500).end()],
    ["a drawing in SVG", (_, response) => response.end('<svg xmlns="http://www.w3.org/2000/svg"></svg>')],
  ])("is given up after half a minute of %s, and leaves nothing behind", async (_, answer) => {
    const { media, pictures } = await serve(answer);
    await expect(pictures.fetch(imageAt(media.url), "job", never())).rejects.toEqual(UNAVAILABLE);
    expect(media.requests).toHaveLength(7);
    expect(await readdir(directory)).toEqual([]);
  });

  it("on a disk that takes nothing says that it is our fault", async () => {
    const bytes = await noisyPicture(8, 8);
    const { media, pictures } = await serve((_, response) => send(response, bytes));
    await chmod(directory, 0o555);
    const error = await asNobody(() =>
      pictures.fetch(imageAt(media.url), "job", never()).catch((thrown: unknown) => thrown),
    );
    expect(error).toMatchObject({ failure: "internal", remedy: expect.stringContaining(directory) });
    expect(await asNobody(() => pictures.sweep().catch((thrown: unknown) => thrown))).toMatchObject({
      code: "config",
      remedy: expect.stringContaining("DATA_DIRECTORY"),
    });
    await chmod(directory, 0o755);
  });

  it("is given up when a try takes too long, even while bytes trickle in", async () => {
    const { media, pictures } = await serve(
      (_, response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write("a"), 10);
        response.on("close", () => clearInterval(drip));
      },
      { timeoutMs: 100 },
    );
    await expect(pictures.fetch(imageAt(media.url), "job", never())).rejects.toMatchObject({
      context: { why: "timed out" },
    });
  });

  it.each<[string, MediaAnswerer]>([
    [
      "announced too large",
      (_, response) => response.writeHead(200, { "content-length": 10_001 }).write("a"),
    ],
    ["too large unannounced", (_, response) => response.end(Buffer.alloc(10_001))],
  ])("is given up at once when it is %s", async (_, answer) => {
    const { media, pictures } = await serve(answer, { maxBytes: 10_000 });
    await expect(pictures.fetch(imageAt(media.url), "job", never())).rejects.toEqual(UNAVAILABLE);
    expect(media.requests).toHaveLength(1);
    expect(await readdir(directory)).toEqual([]);
  });

  it("is given up at once when a data: address is too large or no picture", async () => {
    pictures = createPictures({ directory, allowedHosts: [], maxBytes: 1000 });
    for (const url of [
      `data:image/png;base64,${"A".repeat(2000)}`,
      "data:image/png;base64,AAAA",
      "data:nothing",
    ]) {
      await expect(pictures.fetch(imageAt(url), "job", never())).rejects.toEqual(UNAVAILABLE);
    }
    expect(await readdir(directory)).toEqual([]);
  });

  it("ends with the signal's reason when it is aborted, and leaves nothing behind", async () => {
    const stop = new AbortController();
    const { media, pictures } = await serve((_, response) => void response.writeHead(200).write("a"));
    const fetched = pictures.fetch(imageAt(media.url), "job", stop.signal);
    const ended = expect(fetched).rejects.toThrow("enough");
    await eventually(async () => expect(await readdir(directory)).toHaveLength(1));
    stop.abort(new Error("enough"));
    await ended;
    expect(await readdir(directory)).toEqual([]);
  });
});

describe("an address", () => {
  it("is refused when its host is not on the list, without any call", async () => {
    const { media, pictures } = await serve((_, response) => response.end(), {
      allowedHosts: ["*.fal.media"],
    });
    await expect(pictures.fetch(imageAt(media.url), "job", never())).rejects.toEqual(UNAVAILABLE);
    await expect(pictures.fetch(imageAt("nowhere"), "job", never())).rejects.toEqual(UNAVAILABLE);
    expect(media.requests).toEqual([]);
  });

  it("may redirect within the list", async () => {
    const bytes = await noisyPicture(8, 8);
    const { media, pictures } = await serve((request, response) =>
      request.url === "/a" ? response.writeHead(302, { location: "/b" }).end() : send(response, bytes),
    );
    expect(await pictures.fetch(imageAt(`${media.url}/a`), "job", never())).toMatchObject({
      bytes: bytes.length,
    });
  });

  it.each([
    "http://127.0.0.1:9/a",
    "http://localhost/a",
    "file:///etc/passwd",
    "//evil.example/a",
    "http://[bad",
    "/loop",
  ])("may not redirect to %s", async (location) => {
    const { media, pictures } = await serve((_, response) => response.writeHead(302, { location }).end());
    await expect(pictures.fetch(imageAt(`${media.url}/a`), "job", never())).rejects.toEqual(UNAVAILABLE);
    expect(await readdir(directory)).toEqual([]);
  });
});

describe("sweeping", () => {
  it("removes what a killed process left, and nothing else", async () => {
    const bytes = await noisyPicture(8, 8);
    for (const left of ["job-1.0123456789ab.part", "job-2.0123456789ab.png", "notes.txt", "holiday.png"]) {
      await writeFile(join(directory, left), "");
    }
    const { media, pictures } = await serve((_, response) => send(response, bytes));
    const picture = await pictures.fetch(imageAt(media.url), "job", never());
    expect(await pictures.sweep()).toBe(2);
    expect((await readdir(directory)).sort()).toEqual(
      ["holiday.png", basename(picture.path), "notes.txt"].sort(),
    );
  });

  it("makes the directory when it is not there", async () => {
    pictures = createPictures({ directory: join(directory, "deep", "er"), allowedHosts: [] });
    expect(await pictures.sweep()).toBe(0);
  });
});
