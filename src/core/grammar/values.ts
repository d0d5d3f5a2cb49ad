import { ASPECT_RATIOS, type AspectRatio, MAX_SEED, MIN_SEED } from "../model.ts";

/** Length as people count: in code points, a lone surrogate being one. */
export function countCharacters(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

/** True when nothing of the text can be seen: white space, control and format characters only. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Cc}\p{Cf}]/u.test(text);
}

/** Quote marks of every kind a keyboard puts in by itself, and the punctuation that ends a list entry. */
const AROUND = new Set([..."\"'`“”„‟‘’‚＂,;."]);

/** A short value without invisible characters, quotes around it and a comma behind it; full-width forms folded. */
function bare(typed: string): string {
  const text = typed.replace(/[\s\p{Cf}]/gu, "").normalize("NFKC");
  let start = 0;
  let end = text.length;
  while (start < end && AROUND.has(text.charAt(start))) start += 1;
  while (end > start && AROUND.has(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** The ratio meant by `16:9`, `16x9`, `16×9`, `16/9`, `16：9`, quoted or not; null when it is none of the nine. */
export function readRatio(typed: string): AspectRatio | null {
  const text = bare(typed).replace(/[x×/∶]/giu, ":");
  return ASPECT_RATIOS.find((ratio) => ratio === text) ?? null;
}

/** Of the nine, the one closest in shape to what was typed; null when that is not two positive numbers. */
export function nearestRatio(typed: string): AspectRatio | null {
  const sides = /^(\d{1,6}(?:\.\d{1,6})?)[:x×/∶](\d{1,6}(?:\.\d{1,6})?)$/iu.exec(bare(typed));
  const shape = Math.log(Number(sides?.[1]) / Number(sides?.[2]));
  if (!Number.isFinite(shape)) return null;
  const distance = (ratio: AspectRatio) => {
    const [width, height] = ratio.split(":");
    return Math.abs(Math.log(Number(width) / Number(height)) - shape);
  };
  return ASPECT_RATIOS.reduce((best, ratio) => (distance(ratio) < distance(best) ? ratio : best));
}

/** `null` as a value means "choose for me" (0 and -1). */
export type SeedReading =
  | { readonly type: "seed"; readonly seed: number | null }
  | { readonly type: "not-integer" }
  | { readonly type: "out-of-range" };

/** A whole number of 1 to 2147483647; 0 and -1, which the provider reads as random, leave the choice to us. */
export function readSeed(typed: string): SeedReading {
  const text = bare(typed).replace(/^\u2212/u, "-");
  if (!/^[+-]?\d+$/u.test(text)) return { type: "not-integer" };
  const seed = Number(text);
  if (seed === 0 || seed === -1) return { type: "seed", seed: null };
  return seed >= MIN_SEED && seed <= MAX_SEED ? { type: "seed", seed } : { type: "out-of-range" };
}
