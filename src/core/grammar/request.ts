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

  const ratio = ar === null ? DEFAULT_RATIO : readRatio(ar);
  if (ar !== null && ratio === null) {
    return problem({ type: "unknown-ratio", typed: ar, nearest: nearestRatio(ar) });
  }
  const reading = readSeed(seed ?? "0");
  switch (reading.type) {
    case "not-integer":
      return problem({ type: "seed-not-integer", typed: seed ?? "" });
    case "out-of-range":
      return problem({ type: "seed-out-of-range", typed: seed ?? "" });
    case "seed":
      return {
        type: "request",
        request: {
          prompt,
          no: no === null || isBlank(no) ? null : no,
          ratio: ratio ?? DEFAULT_RATIO,
          seed: reading.seed,
          count: 1,
        },
      };
  }
}

/** Wraps a problem as an answer. */
export function problem(what: Problem): { readonly type: "problem"; readonly problem: Problem } {
  return { type: "problem", problem: what };
}
