import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { ASPECT_RATIOS } from "../../src/core/model.ts";
import { composePicture } from "../../src/simulator/painter/compose.ts";
import { createPainter, type PaintOrder } from "../../src/simulator/painter/painter.ts";
import { readPicture, SCENES } from "../../src/simulator/painter/reading.ts";
import { sizeOf } from "../../src/simulator/painter/sizes.ts";
import { readPrompt } from "../../src/simulator/plan.ts";

const SAMPLES = [
  "a lighthouse by the sea at dusk",
  "alps with a lake at dawn",
  "tokyo by night, neon, rain",
  "a fox in an autumn forest",
  "a ringed planet in space",
  "desert dunes with cacti",
  "a meadow of poppies",
  "geometric poster",
];

describe("the painter", () => {
  test.each(ASPECT_RATIOS)("paints %s at fal's size, true to the ratio", async (ratio) => {
    const { width = 0, height = 0 } = await sharp(await paint({ ratio, scale: 0.1 })).metadata();
    const [w = 1, h = 1] = ratio.split(":").map(Number);

    expect({ width, height }).toEqual(sizeOf(ratio, 0.1));
    expect(Math.abs(width / height / (w / h) - 1)).toBeLessThan(0.01);
  });

  test("paints a whole picture at full size", async () => {
    const { width, height, format } = await sharp(await paint({ ratio: "16:9", scale: 1 })).metadata();

    expect({ width, height, format }).toEqual({ width: 2560, height: 1440, format: "png" });
  });

  test("gives the same bytes for the same order", async () => {
    expect((await paint({})).equals(await paint({}))).toBe(true);
  });

  test.each<[string, Partial<PaintOrder>]>([
    ["seed", { seed: 2 }],
    ["prompt", { prompt: "tokyo by night" }],
    ["ratio", { ratio: "2:3" }],
    ["negative prompt", { negative: "lighthouse, birds" }],
  ])("shows visibly something else when the %s changes", async (_what, change) => {
    expect(await difference(await paint({}), await paint(change))).toBeGreaterThan(4);
  });

  test("covers every pixel, in every scene", async () => {
    for (const prompt of SAMPLES) {
      const svg = composePicture({ prompt, negative: null, ratio: "1:1", seed: 4 }).svg(128, 128);
      const { channels } = await sharp(Buffer.from(svg)).stats();
      expect(channels[3]?.min, prompt).toBe(255);
    }
  });

  test("marks the picture without needing a font", () => {
    const order = { prompt: "a", negative: null, ratio: "1:1", seed: 12_345 } as const;

    const svg = composePicture(order).svg(100, 100);

    expect(svg).not.toContain("<text");
    expect(svg.lastIndexOf('stroke="#fff"')).toBeGreaterThan(svg.length - 6000);
  });

  test("pads a PNG to the wanted size, and it stays a PNG", async () => {
    const padded = await paint({ leastBytes: 2_000_000 });

    expect(padded.length).toBe(2_000_000);
    expect(
      (await sharp(padded).raw().toBuffer()).equals(
        await sharp(await paint({}))
          .raw()
          .toBuffer(),
      ),
    ).toBe(true);
  });

  test("never puts words of the prompt into the markup, and takes any prompt", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 60 }),
        fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        (text, seed) => {
          const svg = composePicture({ prompt: `${text} zzqzz`, negative: text, ratio: "1:1", seed }).svg(
            10,
            10,
          );
          return !svg.includes("zzqzz") && !svg.includes("NaN") && !svg.includes("undefined");
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("reading a prompt", () => {
  test.each(
    SAMPLES.map((prompt, index) => [
      prompt,
      ["sea", "mountains", "city", "forest", "space", "desert", "flowers", "abstract"][index],
    ]),
  )("%j becomes %s", (prompt, scene) => {
    expect(readPicture(prompt, null, 1).scene).toBe(scene);
  });

  test("a place outweighs a creature, and the hour outweighs the weather", () => {
    expect(readPicture("a cat on a beach", null, 1).scene).toBe("sea");
    expect(readPicture("misty woods at dawn", null, 1)).toMatchObject({ scene: "forest", mood: "dawn" });
  });

  test("the scene stays when only the seed changes", () => {
    const scenes = [1, 2, 3, 4, 5].map((seed) => readPicture("hello there", null, seed).scene);

    expect(new Set(scenes).size).toBe(1);
    expect(SCENES).toContain(scenes[0]);
  });

  test("a JSON prompt, bare or fenced, has two sides", () => {
    const json = '{"positive_prompt":"a fox","negative_prompt":"snow"}';

    expect(readPrompt(json)).toEqual({ prompt: "a fox", negative: "snow" });
    expect(readPrompt(`\`\`\`json\n${json}\n\`\`\``)).toEqual({ prompt: "a fox", negative: "snow" });
    expect(readPrompt('{"other":1}')).toEqual({ prompt: '{"other":1}', negative: null });
  });
});

function paint(change: Partial<PaintOrder>): Promise<Buffer> {
  return createPainter().paint({
    prompt: "a lighthouse by the sea",
    negative: null,
    ratio: "1:1",
    seed: 1,
    scale: 0.1,
    leastBytes: null,
    format: "png",
    ...change,
  });
}

/** Mean difference of the pixels, 0 to 255, both seen at the same small size. */
async function difference(a: Buffer, b: Buffer): Promise<number> {
  const [first, second] = await Promise.all(
    [a, b].map((png) => sharp(png).resize(64, 64, { fit: "fill" }).raw().toBuffer()),
  );
  if (first === undefined || second === undefined) return 0;
  return first.reduce((sum, value, index) => sum + Math.abs(value - (second[index] ?? 0)), 0) / first.length;
}
