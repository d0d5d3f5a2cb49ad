import { z } from "zod";
import { ASPECT_RATIOS, MAX_SEED, MIN_SEED, type RemoteImage } from "../core/model.ts";
import type { TakeOrder } from "../core/ports.ts";

/**
 * Input of the ImagineArt 1.5 text-to-image models.
 * Source: fal's model page: nine ratios; seed 0 and -1 would mean "random", so they are left out here.
 */
export const inputSchema = z.object({
  prompt: z.string().min(1),
  aspect_ratio: z.enum(ASPECT_RATIOS),
  seed: z.int().min(MIN_SEED).max(MAX_SEED),
});
export type ModelInput = z.infer<typeof inputSchema>;

const pixels = z.int().positive().nullish().catch(null);

const imageSchema = z.looseObject({
  url: z.string().refine((url) => URL.canParse(url)),
  width: pixels,
  height: pixels,
  content_type: z.string().nullish().catch(null),
  file_size: z.number().nullish().catch(null),
});

/** Output of the same models. Only the address of a picture is certain; the rest is optional at fal. */
export const outputSchema = z.looseObject({ images: z.array(imageSchema) });
export type ModelOutput = z.infer<typeof outputSchema>;

/** What is sent for a take. @throws ZodError when the order is not one the model takes. */
export function inputFor(order: TakeOrder): ModelInput {
  return inputSchema.parse({
    prompt: promptFor(order.request.prompt, order.request.no),
    aspect_ratio: order.request.ratio,
    seed: order.seed,
  });
}

/** The first picture of a result. */
export function imageOf(output: ModelOutput): RemoteImage | null {
  const [image] = output.images;
  if (image === undefined) return null;
  return {
    url: image.url,
    width: image.width ?? null,
    height: image.height ?? null,
    contentType: image.content_type ?? null,
  };
}

/**
 * The prompt field. The model reads it as plain text, or as JSON (bare or in a fence) with `positive_prompt` and
 * `negative_prompt` (source: fal's model page). So words that could be taken for JSON are wrapped in it, and
 * everything else goes exactly as typed.
 */
export function promptFor(prompt: string, no: string | null): string {
  if (no !== null) return JSON.stringify({ positive_prompt: prompt, negative_prompt: no });
  return looksLikeJson(prompt) ? JSON.stringify({ positive_prompt: prompt }) : prompt;
}

function looksLikeJson(prompt: string): boolean {
  return (
    OPENS_JSON.test(prompt) ||
    prompt.includes("```") ||
    prompt.includes("positive_prompt") ||
    prompt.includes("negative_prompt") ||
    BARE_VALUE.test(prompt)
  );
}

// After white space, control characters and byte order marks, which readers of JSON may skip.
const OPENS_JSON = /^[\s\p{Cc}\p{Cf}]*[{["]/u;
// Python's reader, which the model may well use, also takes NaN and Infinity.
const BARE_VALUE = /^[\s\p{Cc}\p{Cf}]*(?:true|false|null|NaN|-?Infinity|-?\d[\d.eE+-]*)[\s\p{Cc}\p{Cf}]*$/u;
