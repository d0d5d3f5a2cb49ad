import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIButtonComponentWithURL,
  type APIComponentInContainer,
  type APIFileComponent,
  type APIMediaGalleryComponent,
  type APIMessageTopLevelComponent,
  ButtonStyle,
  ComponentType,
  MessageFlags,
} from "discord.js";
import type { View, ViewAction, ViewImage, ViewKind } from "../../src/core/view.ts";
import { writeCustomId } from "./custom-id.ts";
import { uploadOf } from "./documents.ts";
import type { Upload } from "./http.ts";
import {
  ALT_TEXT_CHARACTERS,
  BUTTON_LABEL_CHARACTERS,
  BUTTON_URL_CHARACTERS,
  BUTTONS_IN_A_ROW,
  COMPONENTS,
} from "./limits.ts";
import { cut, escapeText } from "./markup.ts";
import { textsOf } from "./texts.ts";

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

const NO_MENTIONS = { parse: [], replied_user: false } as const;

/** A view as a Components V2 message: text, picture, files, buttons in one frame, within Discord's limits. */
export function renderView(view: View, now: number): RenderedMessage {
  const texts = textsOf(view, now);
  const documents = view.documents.map(uploadOf);
  const text = (content: string): APIComponentInContainer[] =>
    content === "" ? [] : [{ type: ComponentType.TextDisplay, content }];
  const inside: APIComponentInContainer[] = [
    ...text(texts.head),
    ...text(texts.prompt),
    ...text(texts.tail),
    ...galleries(view.images),
    ...documents.map(fileOf),
    ...text(texts.command),
  ];
  // The frame is a component too.
  const rows = buttonRows(view, COMPONENTS - 1 - inside.length);
  const colour = COLOURS[view.kind];
  return {
    body: {
      flags: MessageFlags.IsComponentsV2,
      components: [
        {
          type: ComponentType.Container,
          components: [...inside, ...rows],
          ...(colour === null ? {} : { accent_color: colour }),
        },
      ],
      attachments: [
        ...view.images.map((image) => ({ filename: image.fileName, ...altOf(image) })),
        ...documents.map(({ fileName }) => ({ filename: fileName })),
      ].map((attachment, index) => ({ id: String(index), ...attachment })),
      allowed_mentions: NO_MENTIONS,
    },
    uploads: [
      ...view.images.map(({ path, fileName, contentType }) => ({ path, fileName, contentType })),
      ...documents,
    ],
  };
}

/** Whether a view will be followed by another, so that losing it is nothing. */
export function isProgress(view: View): boolean {
  return view.kind === "waiting" || view.kind === "working" || view.kind === "delivering";
}

function galleries(images: readonly ViewImage[]): readonly APIMediaGalleryComponent[] {
  if (images.length === 0) return [];
  const items = images.map((image) => ({
    media: { url: `attachment://${image.fileName}` },
    ...altOf(image),
    ...(image.spoiler ? { spoiler: true } : {}),
  }));
  return [{ type: ComponentType.MediaGallery, items }];
}

function fileOf({ fileName }: Upload): APIFileComponent {
  return { type: ComponentType.File, file: { url: `attachment://${fileName}` } };
}

function altOf(image: ViewImage): { description?: string } {
  const alt = cut(image.alt, ALT_TEXT_CHARACTERS);
  return alt.trim() === "" ? {} : { description: alt };
}

type Button = APIButtonComponentWithCustomId | APIButtonComponentWithURL;

/** As many buttons as there is room for; each row of them takes a component itself. */
function buttonRows(view: View, room: number): readonly APIActionRowComponent<Button>[] {
  const originals = view.images.flatMap(({ originalUrl }) =>
    originalUrl === null || originalUrl.length > BUTTON_URL_CHARACTERS ? [] : [linkButton(originalUrl)],
  );
  const most = Math.floor((room * BUTTONS_IN_A_ROW) / (BUTTONS_IN_A_ROW + 1));
  const buttons = [...view.actions.map(actionButton), ...originals].slice(0, most);
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
