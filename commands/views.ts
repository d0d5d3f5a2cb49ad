import type { CommandMeaning } from "../src/core/command.ts";
import type { Line, View } from "../src/core/view.ts";

const BLANK: Omit<View, "kind" | "title" | "lines"> = {
  jobId: null,
  prompt: null,
  facts: [],
  progress: null,
  command: null,
  images: [],
  actions: [],
};

/** A private "no": one sentence that names the problem, and a command that would work. */
export function refusal(sentence: string, example: string): CommandMeaning {
  return {
    type: "refuse",
    view: { ...BLANK, kind: "refusal", title: [sentence], lines: [[{ type: "code", text: example }]] },
  };
}

/** Private words that change nothing. */
export function notice(title: string, lines: readonly Line[]): CommandMeaning {
  return { type: "say", view: { ...BLANK, kind: "notice", title: [title], lines } };
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
