import type { Progress, View, ViewAction, ViewImage } from "../../src/core/view.ts";
import { fitMarkup, fitRows, groupRows, type Row, sizeOf } from "./fit.ts";
import { cut, SLACK_LIMITS } from "./limits.ts";
import {
  type Kit,
  linePieces,
  lines,
  momentPiece,
  preformatted,
  quote,
  type RenderContext,
  richBlock,
  textPiece,
} from "./rich-text.ts";

/** A message as chat.postMessage, chat.update, an acknowledgement and a response_url take it. */
export interface SlackMessageBody {
  /** For notifications and screen readers; escaped, because Slack reads markup in it. */
  readonly text: string;
  readonly blocks: readonly Kit[];
}

/** How one picture is shown. */
export type ShownPicture =
  | { readonly type: "file"; readonly image: ViewImage; readonly fileId: string }
  /** It stands in the thread, because the message would not show it. */
  | { readonly type: "thread"; readonly image: ViewImage };

/** Room for label and value pairs, characters. */
const FACTS_TEXT = 2000;
/** Characters of a message's text, which only notifications show. */
const NOTICE_TEXT = 3000;

/**
 * A view as a Slack message. Equal views at equal times give equal messages. The prompt is shown whole; where the room
 * ends, the last lines are counted instead of shown, and the command is left out.
 */
export function messageOf(
  view: View,
  pictures: readonly ShownPicture[],
  context: RenderContext,
): SlackMessageBody {
  const head = [view.title, ...view.lines];
  const below = [
    ...fitRows(factRows(view), FACTS_TEXT),
    ...progressRows(view.progress, context.now),
    ...originals(pictures),
  ];
  const { prompt, command } = view;
  const room = SLACK_LIMITS.messageText - (prompt?.length ?? 0) - sizeOf(below);
  const rows = fitRows(
    head.map((line) => linePieces(line, context)),
    room,
  );
  const groups = groupRows(rows, SLACK_LIMITS.sectionText);
  const copied = command !== null && command.length <= room - sizeOf(rows) ? command : "";
  const blocks = [
    ...groups.slice(0, -1).flatMap((group) => richBlock(lines(group))),
    ...richBlock(lines(groups.at(-1) ?? []), quote(prompt ?? ""), lines(below), preformatted(copied)),
    ...pictures.flatMap(pictureBlock),
    ...actionBlocks(view.actions),
  ];
  const text = fitMarkup(head, context.now, NOTICE_TEXT) || "…";
  return { text, blocks: blocks.slice(0, SLACK_LIMITS.messageBlocks) };
}

/** Of a picture, one line; where there is nothing but words, each on a line of its own. */
function factRows({ jobId, facts }: View): readonly Row[] {
  const rows = facts.map(({ label, value }) => [...textPiece(`${label} `), ...textPiece(value, "bold")]);
  if (jobId === null) return rows;
  return [rows.flatMap((row, index) => (index === 0 ? row : [...textPiece(" · "), ...row]))];
}

const BAR_STEPS = 12;

/** A bar, when it should be over, and the provider's last words. */
function progressRows(progress: Progress | null, now: number): readonly Row[] {
  if (progress === null) return [];
  const { since, expectedAt, log } = progress;
  return [
    expectedAt === null || expectedAt <= since
      ? [...textPiece("started "), momentPiece(since, now)]
      : [
          ...textPiece(bar((now - since) / (expectedAt - since)), "code"),
          ...textPiece("  ready "),
          momentPiece(Math.max(expectedAt, now + 1000), now),
        ],
    textPiece(cut(log ?? "", 300), "italic"),
  ];
}

/** Never full: only the picture itself says that it is ready. */
function bar(fraction: number): string {
  const full = Math.max(0, Math.min(BAR_STEPS - 1, Math.round(fraction * BAR_STEPS)));
  return "▰".repeat(full) + "▱".repeat(BAR_STEPS - full);
}

/** Where the picture was re-encoded for Slack, a link to it as it was painted. */
function originals(pictures: readonly ShownPicture[]): readonly Row[] {
  return pictures.flatMap(({ type, image }) => [
    type === "thread" ? textPiece("The picture is in this message's thread.") : [],
    image.originalUrl === null ? [] : [{ type: "link", url: image.originalUrl, text: "Original picture" }],
  ]);
}

/** No block_id: Slack asks for a new one whenever a message is changed, and makes one when there is none. */
function pictureBlock(picture: ShownPicture): readonly Kit[] {
  if (picture.type === "thread") return [];
  const { image, fileId } = picture;
  const alt = cut(image.alt, SLACK_LIMITS.altText) || image.fileName;
  return [{ type: "image", slack_file: { id: fileId }, alt_text: alt }];
}

function actionBlocks(actions: readonly ViewAction[]): readonly Kit[] {
  if (actions.length === 0) return [];
  return [{ type: "actions", elements: actions.slice(0, SLACK_LIMITS.buttons).map(button) }];
}

function button(action: ViewAction): Kit {
  const { intent, jobId, label, emoji, confirm } = action;
  return {
    type: "button",
    action_id: cut(`${intent}:${jobId}`, SLACK_LIMITS.actionId),
    text: plain(`${emoji} ${label}`.trim(), SLACK_LIMITS.buttonText),
    accessibility_label: cut(label, SLACK_LIMITS.buttonText),
    value: jobId,
    ...(intent === "delete" && { style: "danger" }),
    ...(confirm !== null && {
      confirm: {
        title: plain(label, SLACK_LIMITS.confirmTitle),
        text: plain(confirm, SLACK_LIMITS.confirmText),
        confirm: plain(label, SLACK_LIMITS.confirmButton),
        deny: plain("Keep it", SLACK_LIMITS.confirmButton),
        ...(intent === "delete" && { style: "danger" }),
      },
    }),
  };
}

/** A plain text object, cut at `most`. */
export function plain(text: string, most: number): Kit {
  return { type: "plain_text", text: cut(text, most), emoji: true };
}
