import sharp from "sharp";
import type { AspectRatio } from "../../core/model.ts";
import { BotError } from "../../errors.ts";
import { composePicture } from "./compose.ts";
import { padPng } from "./padding.ts";
import { sizeOf } from "./sizes.ts";

export interface PaintOrder {
  readonly prompt: string;
  /** What must not appear: words of it leave out parts of the scene. */
  readonly negative: string | null;
  readonly ratio: AspectRatio;
  readonly seed: number;
  /** 1 is fal's size. */
  readonly scale: number;
  /** Pads a PNG to so many bytes; null: as painted. */
  readonly leastBytes: number | null;
  readonly format: "png" | "webp";
}

/** Paints without blocking: one picture at a time, the last ones kept. */
export interface Painter {
  /** The same order gives the same bytes. */
  paint(order: PaintOrder): Promise<Buffer>;
  /** Drops what has not begun and resolves when nothing is being painted. */
  stop(): Promise<void>;
}

const CACHE_BYTES = 32 * 1024 * 1024;

export function createPainter(): Painter {
  const kept = new Map<string, Promise<Buffer>>();
  const sizes = new Map<string, number>();
  let turn: Promise<unknown> = Promise.resolve();
  let stopped = false;

  function remember(key: string, bytes: number): void {
    sizes.set(key, bytes);
    let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const [oldest, size] of sizes) {
      if (total <= CACHE_BYTES || oldest === key) return;
      sizes.delete(oldest);
      kept.delete(oldest);
      total -= size;
    }
  }

  return {
    paint: (order) => {
      const key = JSON.stringify(order);
      const known = kept.get(key);
      if (known !== undefined) {
        // Moves to the end: the one asked for longest ago goes first.
        const size = sizes.get(key);
        if (size !== undefined) {
          sizes.delete(key);
          sizes.set(key, size);
        }
        return known;
      }
      const painting = turn.then(() => {
        if (stopped) throw new BotError("The simulator's painter has stopped.", { code: "misuse" });
        return render(order);
      });
      kept.set(key, painting);
      turn = painting.then(
        (picture) => remember(key, picture.length),
        () => kept.delete(key),
      );
      return painting;
    },
    stop: async () => {
      stopped = true;
      await turn;
    },
  };
}

async function render(order: PaintOrder): Promise<Buffer> {
  const { width, height } = sizeOf(order.ratio, order.scale);
  const svg = composePicture(order).svg(width, height);
  // The default limit on SVG is for untrusted ones; ours hold only numbers.
  const image = sharp(Buffer.from(svg), { unlimited: true }).removeAlpha();
  if (order.format === "webp") return image.webp({ quality: 90, effort: 2 }).toBuffer();
  const png = await image.png({ compressionLevel: 5 }).toBuffer();
  return order.leastBytes === null ? png : padPng(png, order.leastBytes);
}
