import type { CommandMeaning } from "../src/core/command.ts";
import type { Problem } from "../src/core/grammar.ts";
import { ASPECT_RATIOS, MAX_PROMPT_LENGTH, MAX_SEED, MIN_SEED } from "../src/core/model.ts";
import { refusal, repeated } from "./views.ts";

const NINE = ASPECT_RATIOS.join(", ");
const SEEDS = `a seed is a whole number from ${count(MIN_SEED)} to ${count(MAX_SEED)}, or left out`;
const PLAIN = "/imagine a lighthouse at dusk ar:16:9";
const SEEDED = "/imagine a lighthouse at dusk seed:42";
const QUOTED = '/imagine prompt:"a sign that says --v 6" ar:16:9';

/** The private answer to a request that cannot be read: the sentence and an example. */
export function refuseRequest(problem: Problem): CommandMeaning {
  switch (problem.type) {
    case "empty-prompt":
      return refusal("The prompt is empty: say what you want to see.", PLAIN);
    case "prompt-too-long":
      return refusal(`The prompt has ${tooMany(problem.characters, MAX_PROMPT_LENGTH)}.`, PLAIN);
    case "no-too-long":
      return refusal(
        `The option no has ${tooMany(problem.characters, MAX_PROMPT_LENGTH)}.`,
        "/imagine a lighthouse at dusk no:people, boats",
      );
    case "text-too-long":
      return refusal(`The command has ${tooMany(problem.characters, problem.most)}.`, PLAIN);
    case "unknown-ratio": {
      const typed = repeated(problem.typed);
      return problem.nearest === null
        ? refusal(`${typed} is not a ratio I know: choose one of ${NINE}.`, PLAIN)
        : refusal(
            `The ratio ${typed} is not one of the nine (${NINE}); the nearest is ${problem.nearest}.`,
            `/imagine a lighthouse at dusk ar:${problem.nearest}`,
          );
    }
    case "seed-not-integer":
      return refusal(`The seed ${repeated(problem.typed)} is not a whole number: ${SEEDS}.`, SEEDED);
    case "seed-out-of-range":
      return refusal(`The seed ${repeated(problem.typed)} is out of range: ${SEEDS}.`, SEEDED);
    case "missing-value":
      return problem.option === "prompt"
        ? refusal("The prompt is empty: say what you want to see.", PLAIN)
        : refusal(`The option ${problem.option} has no value.`, EXAMPLES[problem.option]);
    case "unclear-no":
      return refusal(
        "I cannot tell whether “no:” is an option here: write it without a space behind it, or put the prompt in quotes to keep it as words.",
        EXAMPLES.no,
      );
    case "doubled":
      return refusal(
        `The option ${problem.option} is there twice: keep one of them.`,
        EXAMPLES[problem.option],
      );
    case "unknown-option":
      return refusal(
        `There is no option ${repeated(problem.typed)} here, only ar, seed and no: leave it out, or put the prompt in quotes to keep it as words.`,
        QUOTED,
      );
    case "misplaced":
      return refusal(
        `Options stand before or after the prompt, not inside it: move ${repeated(problem.typed)} to the end, or put the prompt in quotes to keep it as words.`,
        "/imagine a cat wearing a hat --ar 16:9",
      );
  }
}

const EXAMPLES = {
  prompt: '/imagine prompt:"a lighthouse at dusk" ar:16:9',
  ar: PLAIN,
  seed: SEEDED,
  no: "/imagine a lighthouse at dusk no:people",
} as const;

function tooMany(characters: number, most: number): string {
  return `${count(characters)} characters, and ${count(most)} is the most`;
}

/** 2000 → "2,000", on every machine. */
function count(number: number): string {
  return number.toLocaleString("en-US");
}
