import type { CommandMeaning } from "../src/core/command.ts";
import { type Line, wordsView } from "../src/core/view.ts";

/** A private "no": one sentence that names the problem, and a command that would work. */
export function refusal(sentence: string, example: string): CommandMeaning {
  return { type: "refuse", view: wordsView("refusal", [sentence], [[{ type: "code", text: example }]]) };
}

/** Private words that change nothing. */
export function notice(title: string, lines: readonly Line[]): CommandMeaning {
  return { type: "say", view: wordsView("notice", [title], lines) };
}

const SHOWN = 30;

/** What a person typed, fit to be repeated in a sentence: one line, no invisible characters, at most 30 characters. */
export function repeated(typed: string): string {
  const visible = typed
    .slice(0, 8 * SHOWN)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replace(/[\p{Cf}\p{Cs}]/gu, "")
    .trim();
  const characters = [...visible];
  const text = characters.length > SHOWN ? `${characters.slice(0, SHOWN - 1).join("")}…` : visible;
  return `“${text}”`;
}
