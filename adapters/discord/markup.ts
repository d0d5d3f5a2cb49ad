import type { Line, Piece } from "../../src/core/view.ts";
import { messageLink } from "./address.ts";

/** What Discord takes for markup anywhere in a line; a backslash before any of them makes it plain. */
const ANYWHERE = /[\\*_~`|<>[\]#@]/g;
/** Links that would be made clickable, and lists and quotes at the start of a line. */
const LINKS = /:\/\//g;
const LINE_STARTS = /^(\s*)([-+])/gm;
const NUMBERED = /^(\s*\d+)([.)])/gm;

/** Text that shows exactly as it is: no markdown, no mentions, no links. */
export function escapeText(text: string): string {
  return text
    .replace(ANYWHERE, "\\$&")
    .replace(LINKS, "\\://")
    .replace(LINE_STARTS, "$1\\$2")
    .replace(NUMBERED, "$1\\$2");
}

/**
 * Text in a code block: nothing inside takes effect, and readers can copy it. Three backticks would end the block,
 * so an invisible character goes between them; everything else stays verbatim.
 */
export function codeBlock(text: string): string {
  return `\`\`\`\n${text.replace(/``(?=`)/g, "``\u200b")}\n\`\`\``;
}

/** A few characters of code within a line. */
export function inlineCode(text: string): string {
  const flat = text.replaceAll(/\s+/g, " ").replaceAll("`", "ˋ").trim();
  return flat === "" ? "" : `\`${flat}\``;
}

/** The line up to `most` characters of its texts; times and people are short and count as nothing. */
export function cutLine(line: Line, most: number): Line {
  let left = most;
  return line.flatMap((piece): Line => {
    if (left <= 0) return [];
    if (typeof piece !== "string" && !("text" in piece)) return [piece];
    const text = typeof piece === "string" ? piece : piece.text;
    const shown = cut(text, left);
    left -= [...text].length;
    return [typeof piece === "string" ? shown : { ...piece, text: shown }];
  });
}

export function lineMarkup(line: Line): string {
  return line.map(pieceMarkup).join("");
}

function pieceMarkup(piece: Piece): string {
  if (typeof piece === "string") return escapeText(piece);
  switch (piece.type) {
    case "strong":
      return `**${escapeText(piece.text)}**`;
    case "code":
      return inlineCode(piece.text);
    case "moment":
      return relativeMoment(piece.at);
    case "person":
      // Shown as a name; nobody is told, since no message of ours allows any mention.
      return /^\d{17,20}$/.test(piece.user) ? `<@${piece.user}>` : escapeText(piece.name);
    case "channel":
      return /^\d{17,20}$/.test(piece.id) ? `<#${piece.id}>` : escapeText(`#${piece.id}`);
    case "role":
      return /^\d{17,20}$/.test(piece.id) ? `<@&${piece.id}>` : escapeText(`@${piece.id}`);
    case "job": {
      const link = piece.messageKey === null ? null : messageLink(piece.messageKey);
      return link === null ? escapeText(piece.text) : `[${escapeText(piece.text)}](${link})`;
    }
  }
}

/** A time that every reader's client counts by itself (reference#message-formatting). */
export function relativeMoment(at: number): string {
  return `<t:${Math.round(at / 1000)}:R>`;
}

const BAR_CELLS = 12;

/** A bar that never claims to be full: only the picture does. */
export function progressBar(since: number, expectedAt: number, now: number): string {
  const share = Math.min(0.97, Math.max(0, (now - since) / Math.max(1, expectedAt - since)));
  const full = Math.round(share * BAR_CELLS);
  return `${"▰".repeat(full)}${"▱".repeat(BAR_CELLS - full)} ${Math.round(share * 100)}%`;
}

/** The first `most` characters (code points), with an ellipsis where something is missing. */
export function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
