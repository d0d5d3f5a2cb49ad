import { type Line, type Piece, relativeTime } from "../../src/core/view.ts";
import { permalinkOf } from "./address.ts";

/** A Block Kit object. Text inside rich text is shown as it is: it neither pings nor formats. */
export type Kit = Readonly<Record<string, unknown>>;

/** What rendering needs to know. */
export interface RenderContext {
  /** Epoch ms. */
  readonly now: number;
  /** For links to other messages; null: they are shown as plain text. */
  readonly workspaceUrl: string | null;
  /**
   * `named` writes a person's name as text. `mentioned` lets Slack show them by id: used in edits only, because an
   * edit notifies nobody while a mention in a new message does. `private` is for words that one person sees, which
   * notify nobody else: names too, and by id whoever comes without one.
   */
  readonly people: "named" | "mentioned" | "private";
}

/** A piece of plain text; none for "", which Slack refuses. */
export function textPiece(text: string, style?: "bold" | "code" | "italic"): readonly Kit[] {
  if (text === "") return [];
  return [style === undefined ? { type: "text", text } : { type: "text", text, style: { [style]: true } }];
}

/** A line's pieces as rich text. */
export function linePieces(line: Line, context: RenderContext): readonly Kit[] {
  return line.flatMap((piece) => piecesOf(piece, context));
}

function piecesOf(piece: Piece, context: RenderContext): readonly Kit[] {
  if (typeof piece === "string") return textPiece(piece);
  switch (piece.type) {
    case "strong":
      return textPiece(piece.text, "bold");
    case "code":
      return textPiece(piece.text, "code");
    case "moment":
      return [momentPiece(piece.at, context.now)];
    case "person":
      return personPieces(piece, context.people);
    case "channel":
      return /^[CGD][A-Z0-9]+$/.test(piece.id)
        ? [{ type: "channel", channel_id: piece.id }]
        : textPiece(`#${piece.id}`);
    case "role":
      // As with people: in a new message the group would be told.
      return context.people === "mentioned" && /^S[A-Z0-9]+$/.test(piece.id)
        ? [{ type: "usergroup", usergroup_id: piece.id }]
        : textPiece(`@${piece.id}`);
    case "job":
      return jobPiece(piece.text, piece.messageKey, context.workspaceUrl);
  }
}

/** Slack refuses a whole message for one id that cannot be one, and a typed name may stand in its place. */
const USER_ID = /^[UW][A-Z0-9]+$/;

function personPieces(
  { user, name }: Extract<Piece, { readonly type: "person" }>,
  people: RenderContext["people"],
): readonly Kit[] {
  const isId = USER_ID.test(user);
  if (isId && (people === "mentioned" || (people === "private" && name === "")))
    return [{ type: "user", user_id: user }];
  return textPiece(`@${name || (isId ? "" : user) || "somebody"}`);
}

/**
 * A moment that stays true however late it is read: Slack's client renders it. A past one is told as its age, a coming
 * one as the time of day in the reader's zone, because a countdown would stand still between edits.
 */
export function momentPiece(at: number, now: number): Kit {
  const format = at <= now ? "{ago}" : "{time_secs}";
  return { type: "date", timestamp: Math.round(at / 1000), format, fallback: relativeTime(at, now) };
}

function jobPiece(text: string, messageKey: string | null, workspaceUrl: string | null): readonly Kit[] {
  const url = messageKey === null || workspaceUrl === null ? null : permalinkOf(messageKey, workspaceUrl);
  return url === null ? textPiece(text) : [{ type: "link", url, text }];
}

/** A rich text block of lines; none when there is nothing to show. */
export function richBlock(...parts: readonly (Kit | null)[]): readonly Kit[] {
  const elements = parts.filter((part) => part !== null);
  return elements.length === 0 ? [] : [{ type: "rich_text", elements }];
}

/** One line of a rich text block. */
export function section(pieces: readonly Kit[]): Kit | null {
  return pieces.length === 0 ? null : { type: "rich_text_section", elements: pieces };
}

/** Several lines as one section, so that they stand under each other. */
export function lines(all: readonly (readonly Kit[])[]): Kit | null {
  const filled = all.filter((pieces) => pieces.length > 0);
  return section(
    filled.flatMap((pieces, index) => (index === 0 ? pieces : [{ type: "text", text: "\n" }, ...pieces])),
  );
}

/** Text in a quote, as it is. */
export function quote(text: string): Kit | null {
  return text === "" ? null : { type: "rich_text_quote", elements: textPiece(text) };
}

/** Text in a code block, easy to copy. */
export function preformatted(text: string): Kit | null {
  return text === "" ? null : { type: "rich_text_preformatted", elements: textPiece(text) };
}
