/**
 * The text grammar: what a person may type on a platform without typed options, and how a request is written
 * back as a command. docs/grammar.md says the same to people. The rule, whole:
 *
 * 1. White space divides the text into words. An option word is a known key (`prompt`, `ar` or `aspect`, `seed`,
 *    `no`, in any case) followed by `:` or `=`, or behind two hyphens or one long dash (`--ar`, `—ar`).
 *    Its value is the rest of the word, or the next word when nothing is left of it.
 * 2. Options stand before the prompt or after it. Before: every option word from the start of the text on.
 *    After: the longest end of the text that is nothing but options. All between is the prompt, as typed;
 *    `ar:` or `seed:` inside it are its words. `prompt:` counts only with nothing but options before it.
 * 3. The value of `no` runs to the next option or to the end. `no:` and a space, straight behind a prompt without
 *    its key ("yes or no: the musical"), may be either, and is refused.
 * 4. A prompt or `no` whose value opens with a double quote and whose next quote is followed by options or the end
 *    is taken without its quotes; in it `\"` is a quote, and backslashes directly before a quote count in pairs.
 *    Any other quote or backslash is text.
 * 5. A key behind dashes ends the prompt wherever it stands, and so does one of Midjourney's (`--v`). What looks
 *    like an option there and is none, or has a bad value, is refused and never painted.
 *
 * Time and space are linear in the text. Nothing here throws.
 */
export { formatCommand } from "./grammar/format.ts";
export { MAX_TEXT_LENGTH, parseText } from "./grammar/parse.ts";
export type { Parsed, Problem, RequestWords } from "./grammar/request.ts";
export { readRequest } from "./grammar/request.ts";
export { countCharacters, isBlank, nearestRatio, readRatio } from "./grammar/values.ts";
export type { OptionName } from "./grammar/words.ts";
