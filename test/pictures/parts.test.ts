import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { createAddressRule } from "../../src/pictures/allowed-hosts.ts";
import { dimensionsOf } from "../../src/pictures/dimensions.ts";

describe("the list of allowed hosts", () => {
  const rule = createAddressRule(["fal.media", " *.fal.media ", "127.0.0.1:4000", "[::1]:4000", ""]);

  it.each([
    ["https://fal.media/a.png", null],
    ["https://FAL.media/a.png", null],
    ["https://fal.media:443/a.png", null],
    ["https://v3b.fal.media/a.png", null],
    ["https://a.b.fal.media/a.png", null],
    ["http://127.0.0.1:4000/a.png", null],
    ["http://[::1]:4000/a.png", null],
    ["https://fal.media:8443/a.png", "host"],
    ["https://fal.media./a.png", "host"],
    ["https://evilfal.media/a.png", "host"],
    ["https://fal.media.evil.example/a.png", "host"],
    ["http://127.0.0.1:4001/a.png", "host"],
    ["http://127.0.0.1/a.png", "host"],
    ["http://fal.media/a.png", "scheme"],
    ["http://127.0.0.1.evil.example:4000/", "scheme"],
    ["ftp://fal.media/a.png", "scheme"],
    ["file:///etc/passwd", "scheme"],
    ["https://user:pass@fal.media/a.png", "credentials"],
  ])("answers %s with %s", (url, objection) => {
    expect(rule(new URL(url))).toBe(objection);
  });
});

describe("a picture's size in its head", () => {
  const canvas = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: "#468" } });

  it.each([
    ["image/png", (s: Sharp) => s.png()],
    ["image/gif", (s: Sharp) => s.gif()],
    ["image/jpeg", (s: Sharp) => s.jpeg()],
    ["image/jpeg", (s: Sharp) => s.jpeg({ progressive: true }).withMetadata({ density: 300 })],
    ["image/webp", (s: Sharp) => s.webp()],
    ["image/webp", (s: Sharp) => s.webp({ lossless: true })],
    ["image/webp", (s: Sharp) => s.ensureAlpha(0.5).webp()],
  ])("is read from %s as it is", async (type, encode) => {
    const bytes = await encode(canvas(333, 77)).toBuffer();
    expect(dimensionsOf(bytes, type)).toEqual({ width: 333, height: 77 });
  });

  it("is unknown, never an error, in any other bytes", () => {
    const types = ["image/png", "image/gif", "image/jpeg", "image/webp", "image/avif"];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom(...types), (bytes, type) => {
        const size = dimensionsOf(Buffer.from(bytes), type);
        expect(size === null || (size.width > 0 && size.height > 0)).toBe(true);
      }),
    );
    expect(dimensionsOf(Buffer.alloc(0), "image/png")).toBeNull();
  });
});
