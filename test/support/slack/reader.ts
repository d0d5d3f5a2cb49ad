import type { Intent } from "../../../src/core/model.ts";
import { INTENTS } from "../../../src/core/model.ts";
import type { ShownMessage } from "../../contracts/platform-world.ts";
import { type Fields, list, obj, str } from "./fields.ts";
import type { SlackState } from "./state.ts";

/** All text a reader sees, a line break between blocks; the text alone where there are no blocks. */
export function readText(text: string, blocks: readonly Fields[]): string {
  return blocks.length === 0 ? fromMarkup(text) : blocks.map(blockText).filter(Boolean).join("\n");
}

function blockText(block: Fields): string {
  switch (str(block, "type")) {
    case "rich_text":
      return list(block, "elements").map(richText).join("\n");
    case "section":
      return textObject(obj(block, "text"));
    case "header":
      return textObject(obj(block, "text"));
    case "context":
      return list(block, "elements").map(textObject).join(" ");
    default:
      return "";
  }
}

/** Text in rich text shows as it is. */
function richText(element: Fields): string {
  return list(element, "elements")
    .map((piece) => {
      switch (str(piece, "type")) {
        case "user":
          return `@${str(piece, "user_id")}`;
        case "date":
          return str(piece, "fallback");
        case "link":
          return str(piece, "text") || str(piece, "url");
        default:
          return str(piece, "text");
      }
    })
    .join("");
}

function textObject(text: Fields): string {
  return str(text, "type") === "mrkdwn" ? fromMarkup(str(text, "text")) : str(text, "text");
}

/** Slack's markup as a reader sees it: mentions and links by their label, styles gone, entities undone. */
function fromMarkup(text: string): string {
  return text
    .replace(/<([^<>|]*)(?:\|([^<>]*))?>/g, (_all, target: string, label?: string) => label ?? target)
    .replace(/([*_~`])(\S(?:.*?\S)?)\1/g, "$2")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

/** Everything in a message that would notify somebody. */
export function pingsOf(text: string, blocks: readonly Fields[]): readonly string[] {
  const markup = [text, ...blocks.map((block) => markupIn(block))].join("\n");
  const found = [...markup.matchAll(/<(!channel|!here|!everyone|!subteam\^[^>|]*|@[UW][^>|]*)[^>]*>/g)];
  const pieces = blocks.flatMap((block) =>
    list(block, "elements").flatMap((element) => list(element, "elements")),
  );
  const people = pieces
    .filter((piece) => str(piece, "type") === "user")
    .map((piece) => str(piece, "user_id"));
  const calls = pieces.filter((piece) => ["broadcast", "usergroup"].includes(str(piece, "type")));
  return [...found.map((match) => match[1] ?? ""), ...people, ...calls.map((piece) => str(piece, "range"))];
}

function markupIn(block: Fields): string {
  const texts = [obj(block, "text"), ...list(block, "elements"), ...list(block, "fields")];
  return texts
    .filter((text) => str(text, "type") === "mrkdwn")
    .map((text) => str(text, "text"))
    .join("\n");
}

/** The pictures a message shows. */
export function imagesOf(blocks: readonly Fields[], state: SlackState): ShownMessage["images"] {
  return blocks.flatMap((block) => {
    const file = state.files.get(str(obj(block, "slack_file"), "id") || str(block, "file_id"));
    return file === undefined ? [] : [{ sha256: file.sha256 ?? "", alt: str(block, "alt_text") }];
  });
}

/** The buttons of a message, by the intent in their action_id. */
export function buttonsOf(blocks: readonly Fields[]): ShownMessage["buttons"] {
  return blocks
    .filter((block) => str(block, "type") === "actions")
    .flatMap((block) => list(block, "elements"))
    .flatMap((button) => {
      const intent = intentOf(str(button, "action_id"));
      return intent === null ? [] : [{ intent, label: str(obj(button, "text"), "text") }];
    });
}

function intentOf(actionId: string): Intent | null {
  return INTENTS.find((intent) => actionId.startsWith(`${intent}:`)) ?? null;
}
