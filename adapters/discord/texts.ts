import type { View } from "../../src/core/view.ts";
import { TEXT_CHARACTERS } from "./limits.ts";
import {
  codeBlock,
  cut,
  cutLine,
  escapeText,
  inlineCode,
  lineMarkup,
  progressBar,
  relativeMoment,
} from "./markup.ts";

/** The texts of one message, together within Discord's limit; an empty one is not shown. */
export interface Texts {
  /** Title and lines. */
  readonly head: string;
  readonly prompt: string;
  /** Facts, progress, the log line. */
  readonly tail: string;
  readonly command: string;
}

/** Longest title and line, characters, so that there is room for others; markup may double them. */
const TITLE_CHARACTERS = 200;
const LINE_CHARACTERS = 600;
/** A fact's value where the facts together have no room. */
const FACT_CHARACTERS = 300;
const LOG_CHARACTERS = 200;

/**
 * The prompt is shown whole. Where a message's room ends, the command goes first, then the log line; long lists of
 * lines and facts then end in how many more there are.
 */
export function textsOf(view: View, now: number): Texts {
  const title = lineMarkup(cutLine(view.title, TITLE_CHARACTERS));
  const prompt = view.prompt === null ? "" : codeBlock(view.prompt);
  const progress = progressText(view, now);
  const lines = view.lines.map((line) => lineMarkup(cutLine(line, LINE_CHARACTERS)));
  let room = TEXT_CHARACTERS - sizeOf(title, prompt, progress);
  const taken = (text: string): string => {
    if (sizeOf(text) > room) return "";
    room -= sizeOf(text);
    return text;
  };
  // Facts have the room that lines leave, and half of it in any case.
  const facts = taken(factsWithin(view, Math.max(Math.floor(room / 2), room - sizeOf(lines.join("\n")))));
  const shown = taken(listWithin(lines, "\n", room));
  const log = taken(logText(view));
  const command = taken(view.command === null ? "" : codeBlock(view.command));
  return {
    head: [title, shown].filter(Boolean).join("\n"),
    prompt,
    tail: [facts, progress, log].filter(Boolean).join("\n"),
    command,
  };
}

/** Characters (code points, as Discord counts them), with a line break after each text. */
function sizeOf(...texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + [...text].length + 1, 0);
}

/** All items, or the first ones and how many more there are. */
function listWithin(items: readonly string[], separator: string, room: number): string {
  const all = items.join(separator);
  if (sizeOf(all) <= room) return all;
  const more = (count: number) => `… and ${count} more`;
  let left = room - sizeOf(more(items.length)) - separator.length;
  let kept = 0;
  for (const item of items) {
    left -= sizeOf(item) + separator.length;
    if (left < 0) break;
    kept += 1;
  }
  return [...items.slice(0, kept), more(items.length - kept)].join(separator);
}

/** In one line under a prompt; as a list where words are all there is. */
function factsWithin({ facts, prompt }: View, room: number): string {
  const separator = prompt === null ? "\n" : " · ";
  const cutAt = (most: number) =>
    facts.map(({ label, value }) => `**${escapeText(label)}** ${escapeText(cut(value, most))}`);
  const whole = cutAt(Number.POSITIVE_INFINITY).join(separator);
  return sizeOf(whole) <= room ? whole : listWithin(cutAt(FACT_CHARACTERS), separator, room);
}

/** Since when, until when (both counted on by the reader's own client), and a bar where the end is known. */
function progressText(view: View, now: number): string {
  if (view.progress === null) return "";
  const { since, expectedAt } = view.progress;
  if (expectedAt === null) return `⏱️ ${relativeMoment(since)}`;
  return `${progressBar(since, expectedAt, now)}\n⏱️ ${relativeMoment(since)} · 🏁 ${relativeMoment(expectedAt)}`;
}

function logText(view: View): string {
  const log = view.progress?.log ?? null;
  return log === null ? "" : inlineCode(cut(log, LOG_CHARACTERS));
}
