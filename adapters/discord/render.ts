import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIButtonComponentWithURL,
  type APIComponentInContainer,
  type APIMediaGalleryComponent,
  type APIMessageTopLevelComponent,
  ButtonStyle,
  ComponentType,
  MessageFlags,
} from "discord.js";
import type { View, ViewAction, ViewImage, ViewKind } from "../../src/core/view.ts";
import { writeCustomId } from "./custom-id.ts";
import type { Upload } from "./http.ts";
import {
  ALT_TEXT_CHARACTERS,
  BUTTON_LABEL_CHARACTERS,
  BUTTON_URL_CHARACTERS,
  BUTTONS_IN_A_ROW,
  TEXT_CHARACTERS,
} from "./limits.ts";
import { codeBlock, cut, escapeText, inlineCode, lineMarkup, progressBar, relativeMoment } from "./markup.ts";

/** The body of a message; nothing in it ever pings (topics: allowed_mentions with an empty parse). */
export interface MessageBody {
  readonly flags: number;
  readonly components: readonly APIMessageTopLevelComponent[];
  readonly attachments: readonly {
    readonly id: string;
    readonly filename: string;
    readonly description?: string;
  }[];
  readonly allowed_mentions: { readonly parse: readonly never[]; readonly replied_user: false };
}

export interface RenderedMessage {
  readonly body: MessageBody;
  readonly uploads: readonly Upload[];
}

/** The stripe at the side of a reply. */
const COLOURS: Readonly<Record<ViewKind, number | null>> = {
  waiting: 0x80848e,
  working: 0x5865f2,
  delivering: 0x5865f2,
  done: 0x23a55a,
  failed: 0xf23f43,
  cancelled: 0x80848e,
  notice: null,
  refusal: 0xf0b232,
};

const LOG_CHARACTERS = 200;
const NO_MENTIONS = { parse: [], replied_user: false } as const;

/** A view as a Components V2 message: text, picture, buttons in one frame. Pure, apart from the time for the bar. */
export function renderView(view: View, now: number): RenderedMessage {
  const texts = fitTexts(view, now);
  const text = (content: string): APIComponentInContainer[] =>
    content === "" ? [] : [{ type: ComponentType.TextDisplay, content }];
  const inside: APIComponentInContainer[] = [
    ...text(texts.head),
    ...text(texts.prompt),
    ...text(texts.tail),
    ...galleries(view.images),
    ...text(texts.command),
    ...buttonRows(view),
  ];
  const colour = COLOURS[view.kind];
  return {
    body: {
      flags: MessageFlags.IsComponentsV2,
      components: [
        {
          type: ComponentType.Container,
          components: inside,
          ...(colour === null ? {} : { accent_color: colour }),
        },
      ],
      attachments: view.images.map((image, index) => ({
        id: String(index),
        filename: image.fileName,
        ...altOf(image),
      })),
      allowed_mentions: NO_MENTIONS,
    },
    uploads: view.images.map(({ path, fileName, contentType }) => ({ path, fileName, contentType })),
  };
}

/** Whether a view will be followed by another, so that losing it is nothing. */
export function isProgress(view: View): boolean {
  return view.kind === "waiting" || view.kind === "working" || view.kind === "delivering";
}

interface Texts {
  readonly head: string;
  readonly prompt: string;
  readonly tail: string;
  readonly command: string;
}

/** The prompt is shown whole; where a message's room ends, the command goes first, then the log line, then lines. */
function fitTexts(view: View, now: number): Texts {
  const prompt = view.prompt === null ? "" : codeBlock(view.prompt);
  const command = view.command === null ? "" : codeBlock(view.command);
  const lines = view.lines.map(lineMarkup);
  const facts = view.facts
    .map((fact) => `**${escapeText(fact.label)}** ${escapeText(fact.value)}`)
    .join(" · ");
  const full: Texts = {
    head: [lineMarkup(view.title), ...lines].join("\n"),
    prompt,
    tail: [facts, progressText(view, now), logText(view)].filter(Boolean).join("\n"),
    command,
  };
  const smaller: readonly Texts[] = [
    full,
    { ...full, command: "" },
    { ...full, command: "", tail: [cut(facts, 600), progressText(view, now)].filter(Boolean).join("\n") },
    { ...full, command: "", tail: "", head: lineMarkup(view.title) },
  ];
  const fitting = smaller.find((texts) => lengthOf(texts) <= TEXT_CHARACTERS);
  return fitting ?? { ...full, command: "", tail: "", head: cut(lineMarkup(view.title), 500) };
}

function lengthOf(texts: Texts): number {
  return [...texts.head, ...texts.prompt, ...texts.tail, ...texts.command].length;
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

function galleries(images: readonly ViewImage[]): readonly APIMediaGalleryComponent[] {
  if (images.length === 0) return [];
  const items = images.map((image) => ({
    media: { url: `attachment://${image.fileName}` },
    ...altOf(image),
  }));
  return [{ type: ComponentType.MediaGallery, items }];
}

function altOf(image: ViewImage): { description?: string } {
  const alt = cut(image.alt, ALT_TEXT_CHARACTERS);
  return alt.trim() === "" ? {} : { description: alt };
}

type Button = APIButtonComponentWithCustomId | APIButtonComponentWithURL;

function buttonRows(view: View): readonly APIActionRowComponent<Button>[] {
  const originals = view.images.flatMap(({ originalUrl }) =>
    originalUrl === null || originalUrl.length > BUTTON_URL_CHARACTERS ? [] : [linkButton(originalUrl)],
  );
  const buttons = [...view.actions.map(actionButton), ...originals];
  const rows = Math.ceil(buttons.length / BUTTONS_IN_A_ROW);
  return Array.from({ length: rows }, (_, row) => ({
    type: ComponentType.ActionRow,
    components: buttons.slice(row * BUTTONS_IN_A_ROW, (row + 1) * BUTTONS_IN_A_ROW),
  }));
}

function actionButton(action: ViewAction): APIButtonComponentWithCustomId {
  const { intent, jobId, confirm } = action;
  return {
    type: ComponentType.Button,
    style: styleOf(action),
    label: cut(action.label, BUTTON_LABEL_CHARACTERS),
    emoji: { name: action.emoji },
    custom_id: writeCustomId(
      confirm === null ? { type: "do", intent, jobId } : { type: "ask", intent, jobId, question: confirm },
    ),
  };
}

function styleOf({ intent }: ViewAction): APIButtonComponentWithCustomId["style"] {
  if (intent === "reroll" || intent === "retry") return ButtonStyle.Primary;
  return intent === "cancel" || intent === "delete" ? ButtonStyle.Danger : ButtonStyle.Secondary;
}

function linkButton(url: string): APIButtonComponentWithURL {
  return {
    type: ComponentType.Button,
    style: ButtonStyle.Link,
    label: "Original",
    emoji: { name: "🔗" },
    url,
  };
}

/** The private question before an action that asks first; its one button is the action's own. */
export function renderQuestion(
  question: string,
  button: Pick<ViewAction, "intent" | "jobId"> & { readonly label: string; readonly emoji: string | null },
): MessageBody {
  const { intent, jobId, label, emoji } = button;
  return {
    flags: MessageFlags.IsComponentsV2,
    components: [
      { type: ComponentType.TextDisplay, content: escapeText(question) },
      {
        type: ComponentType.ActionRow,
        components: [
          {
            type: ComponentType.Button,
            style: ButtonStyle.Danger,
            label,
            ...(emoji === null ? {} : { emoji: { name: emoji } }),
            custom_id: writeCustomId({ type: "sure", intent, jobId }),
          },
        ],
      },
    ],
    attachments: [],
    allowed_mentions: NO_MENTIONS,
  };
}
