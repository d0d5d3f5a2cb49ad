import { readQuoted } from "./quotes.ts";
import { type Parsed, type Problem, problem, readRequest } from "./request.ts";
import { countCharacters, isBlank } from "./values.ts";
import { type OptionName, optionRuns, splitWords, type Word } from "./words.ts";

/**
 * Longest text that is read, in characters: enough for the command of the longest request, 2,000 characters of
 * prompt and as many of `no`, every one of them escaped.
 */
export const MAX_TEXT_LENGTH = 8192;

/** What a typed text asks for, by the rule in grammar.ts. A `/imagine` pasted in front of it is let by. Never throws. */
export function parseText(text: string): Parsed {
  const characters = countCharacters(text);
  if (characters > MAX_TEXT_LENGTH) {
    return problem({ type: "text-too-long", characters, most: MAX_TEXT_LENGTH });
  }
  const body = text.replace(/^\s*\/imagine(?!\S)/iu, "");
  if (isBlank(body) || /^\s*(?:[-–—]{0,2}help|-h|\?)\s*$/iu.test(body)) return { type: "help" };
  return readWords(body, splitWords(body));
}

/** What an unquoted long value may not run into, and what must follow a closing quote. Both take a word's index. */
interface Borders {
  stops(index: number): boolean;
  closes(index: number): boolean;
}

type Step =
  | { readonly type: "value"; readonly name: OptionName; readonly value: string; readonly next: number }
  | { readonly type: "problem"; readonly problem: Problem };

/** The same for a text already divided into its words. Reads each word a bounded number of times. */
export function readWords(text: string, words: readonly Word[]): Parsed {
  const runs = optionRuns(words);
  const before: Borders = {
    stops: (index) => (words[index]?.option ?? null) !== null,
    closes: () => true,
  };
  const after: Borders = { stops: (index) => runs[index] === true, closes: (index) => runs[index] === true };
  const values = new Map<OptionName, string>();

  let at = 0;
  let option = words[at]?.option ?? null;
  while (option !== null && option.name !== "prompt") {
    const step = readOption(text, words, at, before);
    if (step.type === "problem") return step;
    if (values.has(step.name)) return problem({ type: "doubled", option: step.name });
    values.set(step.name, step.value);
    at = step.next;
    option = words[at]?.option ?? null;
  }

  const prompt = option === null ? readBare(text, words, at, after) : readLong(text, words, at, after);
  if (option === null && prompt.value.toLowerCase() === "help") return { type: "help" };
  values.set("prompt", prompt.value);
  at = prompt.next;

  let last = "";
  while (at < words.length) {
    const step = readOption(text, words, at, after);
    if (step.type === "problem") {
      return step.problem.type === "misplaced" ? problem({ type: "misplaced", typed: last }) : step;
    }
    if (values.has(step.name)) return problem({ type: "doubled", option: step.name });
    values.set(step.name, step.value);
    last = words[at]?.option?.typed ?? last;
    at = step.next;
  }
  return readRequest({
    prompt: values.get("prompt") ?? "",
    no: values.get("no") ?? null,
    ar: values.get("ar") ?? null,
    seed: values.get("seed") ?? null,
  });
}

/** The option that word `at` is. A word that is none has landed between options: `misplaced`. */
function readOption(text: string, words: readonly Word[], at: number, borders: Borders): Step {
  const word = words[at];
  const option = word?.option;
  if (word === undefined || !option) return problem({ type: "misplaced", typed: "" });
  if (option.name === null) return problem({ type: "unknown-option", typed: option.typed });
  const { name } = option;
  const read =
    name === "no" || name === "prompt" ? readLong(text, words, at, borders) : readShort(text, words, at);
  return isBlank(read.value)
    ? problem({ type: "missing-value", option: name })
    : { type: "value", name, ...read };
}

interface Value {
  readonly value: string;
  /** The first word behind it. */
  readonly next: number;
}

/** The value of `ar` or `seed`: the rest of the word, else the next one unless that is an option. */
function readShort(text: string, words: readonly Word[], at: number): Value {
  const here = words[at];
  const valueAt = here?.option?.valueAt ?? null;
  if (valueAt !== null) return { value: text.slice(valueAt, here?.end), next: at + 1 };
  const next = words[at + 1];
  if (next === undefined || next.option !== null) return { value: "", next: at + 1 };
  return { value: text.slice(next.start, next.end), next: at + 2 };
}

/** The value of `prompt` or `no`, quoted or not. */
function readLong(text: string, words: readonly Word[], at: number, borders: Borders): Value {
  const valueAt = words[at]?.option?.valueAt ?? null;
  const start = valueAt ?? words[at + 1]?.start ?? text.length;
  const quoted = readQuoted(text, pastInvisible(text, start));
  if (quoted !== null) {
    let last = at;
    while ((words[last]?.end ?? text.length) < quoted.end) last += 1;
    if (isBlank(text.slice(quoted.end, words[last]?.end)) && borders.closes(last + 1)) {
      return { value: quoted.value, next: last + 1 };
    }
  }
  return readUntil(text, words, start, at + 1, borders);
}

/** A prompt without a key. */
function readBare(text: string, words: readonly Word[], at: number, borders: Borders): Value {
  return readUntil(text, words, words[at]?.start ?? text.length, at, borders);
}

/** The text from `start` to the first word, at `from` or later, where the borders stop it; white space before that is cut. */
function readUntil(
  text: string,
  words: readonly Word[],
  start: number,
  from: number,
  borders: Borders,
): Value {
  let next = from;
  while (next < words.length && !borders.stops(next)) next += 1;
  return { value: text.slice(start, words[next - 1]?.end ?? start), next };
}

function pastInvisible(text: string, start: number): number {
  let at = start;
  while (/^\p{Cf}$/u.test(text.charAt(at))) at += 1;
  return at;
}
