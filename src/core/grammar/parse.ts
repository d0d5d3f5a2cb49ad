import { readQuoted } from "./quotes.ts";
import { type Parsed, type Problem, problem, readRequest } from "./request.ts";
import { countCharacters, isBlank } from "./values.ts";
import { type OptionName, type OptionWord, optionRuns, splitWords, type Word, wordAt } from "./words.ts";

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

interface Value {
  readonly value: string;
  /** The first word behind it. */
  readonly next: number;
}

type Step =
  | (Value & { readonly type: "value"; readonly name: OptionName; readonly typed: string })
  | { readonly type: "problem"; readonly problem: Problem };

/** The same for a text already divided into its words. Reads each word a bounded number of times. */
export function readWords(text: string, words: readonly Word[]): Parsed {
  const runs = optionRuns(words);
  const isRun = (index: number) => runs[index] === true;
  const before: Borders = { stops: (index) => wordAt(words, index).option !== null, closes: () => true };
  const after: Borders = { stops: isRun, closes: isRun };
  const values = new Map<OptionName, string>();

  let at = 0;
  let option = wordAt(words, at).option;
  while (option !== null && option.name !== "prompt") {
    const step = readOption(text, words, at, option, before);
    if (step.type === "problem") return step;
    if (values.has(step.name)) return problem({ type: "doubled", option: step.name });
    values.set(step.name, step.value);
    at = step.next;
    option = wordAt(words, at).option;
  }

  const bare = option === null;
  const prompt = bare
    ? readUntil(text, words, wordAt(words, at).start, at, after)
    : readLong(text, words, at, after);
  if (bare && prompt.value.toLowerCase() === "help") return { type: "help" };
  if (bare && isUnclear(wordAt(words, prompt.next))) return problem({ type: "unclear-no" });
  values.set("prompt", prompt.value);

  let last = "";
  for (at = prompt.next; at < words.length; ) {
    option = wordAt(words, at).option;
    if (option === null) return problem({ type: "misplaced", typed: last });
    const step = readOption(text, words, at, option, after);
    if (step.type === "problem") return step;
    if (values.has(step.name)) return problem({ type: "doubled", option: step.name });
    values.set(step.name, step.value);
    last = step.typed;
    at = step.next;
  }
  return readRequest({
    prompt: prompt.value,
    no: values.get("no") ?? null,
    ar: values.get("ar") ?? null,
    seed: values.get("seed") ?? null,
  });
}

/** "yes or no: the musical": behind a prompt without its key, nobody can tell whether such a `no:` is an option. */
function isUnclear({ option }: Word): boolean {
  return option?.name === "no" && option.hold === "loose" && option.valueAt === null;
}

/** The option that word `at` is, with its value. */
function readOption(
  text: string,
  words: readonly Word[],
  at: number,
  option: OptionWord,
  borders: Borders,
): Step {
  const { name, typed } = option;
  if (name === null) return problem({ type: "unknown-option", typed });
  const long = name === "no" || name === "prompt";
  const read = long ? readLong(text, words, at, borders) : readShort(text, words, at);
  if (isBlank(read.value)) return problem({ type: "missing-value", option: name });
  return { type: "value", name, typed, ...read };
}

/** The value of `ar` or `seed`: the rest of the word, else the next one unless that is an option. */
function readShort(text: string, words: readonly Word[], at: number): Value {
  const start = valueStart(words, at);
  if (start < wordAt(words, at).end) return { value: text.slice(start, wordAt(words, at).end), next: at + 1 };
  if (wordAt(words, at + 1).option !== null) return { value: "", next: at + 1 };
  return { value: text.slice(start, wordAt(words, at + 1).end), next: at + 2 };
}

/** The value of `prompt` or `no`, quoted or not. */
function readLong(text: string, words: readonly Word[], at: number, borders: Borders): Value {
  const start = valueStart(words, at);
  const quoted = readQuoted(text, pastInvisible(text, start));
  if (quoted !== null) {
    let last = at;
    while (wordAt(words, last).end < quoted.end) last += 1;
    if (isBlank(text.slice(quoted.end, wordAt(words, last).end)) && borders.closes(last + 1)) {
      return { value: quoted.value, next: last + 1 };
    }
  }
  return readUntil(text, words, start, at + 1, borders);
}

/** Where the value of the option at a word begins: in that word, or with the next. */
function valueStart(words: readonly Word[], at: number): number {
  return wordAt(words, at).option?.valueAt ?? wordAt(words, at + 1).start;
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
  return { value: text.slice(start, wordAt(words, next - 1).end), next };
}

function pastInvisible(text: string, start: number): number {
  let at = start;
  while (/^\p{Cf}$/u.test(text.charAt(at))) at += 1;
  return at;
}
