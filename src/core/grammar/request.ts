import { type AspectRatio, DEFAULT_RATIO, type ImageRequest, MAX_PROMPT_LENGTH } from "../model.ts";
import { countCharacters, isBlank, nearestRatio, readRatio, readSeed } from "./values.ts";
import type { OptionName } from "./words.ts";

/** What is wrong with what a person asked; the wording is the commands'. `typed` is raw: cut and clean it to show it. */
export type Problem =
  | { readonly type: "empty-prompt" }
  | { readonly type: "prompt-too-long"; readonly characters: number }
  | { readonly type: "no-too-long"; readonly characters: number }
  | { readonly type: "text-too-long"; readonly characters: number; readonly most: number }
  | { readonly type: "unknown-ratio"; readonly typed: string; readonly nearest: AspectRatio | null }
  | { readonly type: "seed-not-integer"; readonly typed: string }
  | { readonly type: "seed-out-of-range"; readonly typed: string }
  | { readonly type: "missing-value"; readonly option: OptionName }
  /** A `no:` that may be a word of the prompt. */
  | { readonly type: "unclear-no" }
  | { readonly type: "doubled"; readonly option: OptionName }
  /** Looks like an option and is none of ours. */
  | { readonly type: "unknown-option"; readonly typed: string }
  /** Words of the prompt follow this option, and others stand before it. */
  | { readonly type: "misplaced"; readonly typed: string };

export type Parsed =
  | { readonly type: "request"; readonly request: ImageRequest }
  | { readonly type: "help" }
  | { readonly type: "problem"; readonly problem: Problem };

/** The values of a request as somebody wrote them; null: not given. */
export interface RequestWords {
  readonly prompt: string;
  readonly no: string | null;
  readonly ar: string | null;
  readonly seed: string | null;
}

/** The request these words make, or the first thing wrong with them. The prompt is kept as it is. */
export function readRequest(words: RequestWords): Exclude<Parsed, { type: "help" }> {
  const { prompt, no, ar, seed } = words;
  if (isBlank(prompt)) return problem({ type: "empty-prompt" });
  const length = countCharacters(prompt);
  if (length > MAX_PROMPT_LENGTH) return problem({ type: "prompt-too-long", characters: length });

  const noLength = no === null ? 0 : countCharacters(no);
  if (noLength > MAX_PROMPT_LENGTH) return problem({ type: "no-too-long", characters: noLength });

  const typedRatio = ar ?? DEFAULT_RATIO;
  const ratio = readRatio(typedRatio);
  if (ratio === null) {
    return problem({ type: "unknown-ratio", typed: typedRatio, nearest: nearestRatio(typedRatio) });
  }
  const typedSeed = seed ?? "0";
  const reading = readSeed(typedSeed);
  switch (reading.type) {
    case "not-integer":
      return problem({ type: "seed-not-integer", typed: typedSeed });
    case "out-of-range":
      return problem({ type: "seed-out-of-range", typed: typedSeed });
    case "seed": {
      const without = no === null || isBlank(no) ? null : no;
      return { type: "request", request: { prompt, no: without, ratio, seed: reading.seed, count: 1 } };
    }
  }
}

/** Wraps a problem as an answer. */
export function problem(what: Problem): { readonly type: "problem"; readonly problem: Problem } {
  return { type: "problem", problem: what };
}
