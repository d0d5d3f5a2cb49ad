import { z } from "zod";
import { ASPECT_RATIOS, type AspectRatio, DEFAULT_RATIO, type Json } from "../core/model.ts";
import { findDirectives, type UnusualOutput, withoutDirectives } from "./directives.ts";
import { FAILURES, type Failure } from "./failures.ts";
import type { Fault } from "./faults.ts";

/** What the model was asked to paint. */
export interface PictureOrder {
  readonly prompt: string;
  readonly negative: string | null;
  readonly ratio: AspectRatio;
  /** Null: a random one. */
  readonly seed: number | null;
}

/** Everything an input decides about its request, before it runs. The same input always gives the same plan. */
export interface Plan {
  /** Null when the input is bad. */
  readonly order: PictureOrder | null;
  readonly failure: Failure | null;
  readonly refusal: { readonly status: number; readonly body: Json; readonly times: number } | null;
  readonly spoilt: readonly { readonly fault: Fault; readonly times: number }[];
  /** Factor on the duration; null: never ends. */
  readonly pace: number | null;
  readonly outputs: ReadonlySet<UnusualOutput>;
}

/** Reads an input as the model does: never throws, bad input becomes the plan's failure. */
export function planFor(input: Json): Plan {
  const record = isRecord(input) ? input : {};
  const text = typeof record["prompt"] === "string" ? record["prompt"] : "";
  const found = findDirectives(text);
  const effects = found.map(({ directive, times }) => ({ effect: directive.effect, times }));

  const refusals = effects.flatMap(({ effect, times }) =>
    effect.type === "refuse" ? [{ status: effect.status, body: effect.body, times }] : [],
  );
  const failures = effects.flatMap(({ effect }) =>
    effect.type === "fail" ? [FAILURES.get(effect.failure) ?? null] : [],
  );
  const paces = effects.flatMap(({ effect }) => (effect.type === "pace" ? [effect.factor] : []));
  const mistake = mistakeIn(input);
  return {
    order: mistake === null ? orderOf(record, text) : null,
    failure: mistake ?? failures[0] ?? null,
    refusal: refusals[0] ?? null,
    spoilt: effects.flatMap(({ effect, times }) =>
      effect.type === "spoil" ? [{ fault: effect.fault, times }] : [],
    ),
    pace: paces.length === 0 ? 1 : (paces[0] ?? null),
    outputs: new Set(effects.flatMap(({ effect }) => (effect.type === "output" ? [effect.output] : []))),
  };
}

/**
 * The model takes a plain prompt, or JSON (also fenced) with `positive_prompt` and `negative_prompt`:
 * a person's text that happens to look like that changes its meaning. Source: the endpoint's schema.
 */
export function readPrompt(text: string): { readonly prompt: string; readonly negative: string | null } {
  const bare = text.trim().replace(/^```(?:json)?\s*([\s\S]*?)\s*```$/i, "$1");
  if (!bare.startsWith("{")) return { prompt: text, negative: null };
  const parsed = promptSchema.safeParse(parseJson(bare));
  if (!parsed.success) return { prompt: text, negative: null };
  return { prompt: parsed.data.positive_prompt, negative: parsed.data.negative_prompt ?? null };
}

const promptSchema = z.object({ positive_prompt: z.string(), negative_prompt: z.string().nullish() });

/** The JSON in a text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function orderOf(record: Readonly<Record<string, Json>>, text: string): PictureOrder {
  const { prompt, negative } = readPrompt(text);
  const seed = typeof record["seed"] === "string" ? Number(record["seed"]) : record["seed"];
  return {
    prompt: withoutDirectives(prompt),
    negative: negative === null || negative.trim() === "" ? null : negative.trim(),
    ratio: ASPECT_RATIOS.find((ratio) => ratio === record["aspect_ratio"]) ?? DEFAULT_RATIO,
    // 0 and -1 ask for a random seed, by the endpoint's schema.
    seed: typeof seed === "number" && seed !== 0 && seed !== -1 ? seed : null,
  };
}

/** The first thing Pydantic would complain about. */
function mistakeIn(input: Json): Failure | null {
  if (!isRecord(input)) {
    return invalid(["body"], "model_attributes_type", "Input should be a valid dictionary", null);
  }
  const { prompt, aspect_ratio: ratio, seed } = input;
  if (prompt === undefined) return invalid(["body", "prompt"], "missing", "Field required", null);
  if (typeof prompt !== "string") {
    return invalid(["body", "prompt"], "string_type", "Input should be a valid string", null);
  }
  if (ratio !== undefined && !ASPECT_RATIOS.some((known) => known === ratio)) {
    const expected = ASPECT_RATIOS.map((known) => `'${known}'`)
      .join(", ")
      .replace(/, ([^,]*)$/, " or $1");
    return invalid(["body", "aspect_ratio"], "literal_error", `Input should be ${expected}`, { expected });
  }
  if (seed === undefined || seed === null || Number.isInteger(seed)) return null;
  if (typeof seed === "number") {
    return invalid(
      ["body", "seed"],
      "int_from_float",
      "Input should be a valid integer, got a number with a fractional part",
      null,
    );
  }
  if (typeof seed === "string") {
    if (/^\s*-?\d+\s*$/.test(seed)) return null;
    return invalid(
      ["body", "seed"],
      "int_parsing",
      "Input should be a valid integer, unable to parse string as an integer",
      null,
    );
  }
  return invalid(["body", "seed"], "int_type", "Input should be a valid integer", null);
}

function invalid(
  loc: readonly string[],
  type: string,
  message: string,
  context: Readonly<Record<string, Json>> | null,
): Failure {
  return { status: 422, type, message, shape: "model", loc, context };
}

function isRecord(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
