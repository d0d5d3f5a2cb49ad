import { z } from "zod";
import { ASPECT_RATIOS, INTENTS } from "../../src/core/model.ts";
import type { View } from "../../src/core/view.ts";
import type { WireMessage } from "./page/wire.ts";

const pieceSchema = z.union([
  z.string(),
  z.object({ type: z.literal("strong"), text: z.string() }),
  z.object({ type: z.literal("code"), text: z.string() }),
  z.object({ type: z.literal("moment"), at: z.number() }),
  z.object({ type: z.literal("person"), user: z.string(), name: z.string() }),
  z.object({
    type: z.literal("job"),
    jobId: z.string(),
    messageKey: z.string().nullable(),
    text: z.string(),
  }),
]);
const lineSchema = z.array(pieceSchema);

const imageSchema = z.object({
  /** File name in the pictures' folder. */
  name: z.string(),
  bytes: z.number(),
  ratio: z.enum(ASPECT_RATIOS),
  width: z.number().nullable(),
  height: z.number().nullable(),
  alt: z.string(),
  originalUrl: z.string().nullable(),
});

const viewSchema = z.object({
  kind: z.enum(["waiting", "working", "delivering", "done", "failed", "cancelled", "notice", "refusal"]),
  jobId: z.string().nullable(),
  title: lineSchema,
  lines: z.array(lineSchema),
  prompt: z.string().nullable(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  progress: z
    .object({ since: z.number(), expectedAt: z.number().nullable(), log: z.string().nullable() })
    .nullable(),
  command: z.string().nullable(),
  images: z.array(imageSchema),
  actions: z.array(
    z.object({
      intent: z.enum(INTENTS),
      jobId: z.string(),
      label: z.string(),
      emoji: z.string(),
      confirm: z.string().nullable(),
    }),
  ),
});

/** One message of the playground's channel, as it is stored. The key of its record is its id. */
export const playgroundMessageSchema = z.object({
  id: z.string(),
  version: z.number(),
  /** Epoch ms. */
  at: z.number(),
  /** A user id; null: the bot. */
  author: z.string().nullable(),
  cause: z.object({ user: z.string(), did: z.string() }).nullable(),
  replyTo: z.string().nullable(),
  /** The only user who sees it; null: everybody. */
  audience: z.string().nullable(),
  /** Whether a private message is the bot's words to be dismissed, or a direct message to be kept. */
  privacy: z.enum(["words", "direct"]).nullable(),
  text: z.string().nullable(),
  view: viewSchema.nullable(),
  reactions: z.array(z.object({ emoji: z.string(), users: z.array(z.string()) })),
});

export type PlaygroundMessage = z.infer<typeof playgroundMessageSchema>;
export type StoredView = z.infer<typeof viewSchema>;
export type StoredImage = z.infer<typeof imageSchema>;

/** The view with its pictures as they are kept here. Unknown members are left behind. */
export function storedView(view: View, images: readonly StoredImage[]): StoredView {
  // The page has a Use prompt of its own, beside the command: it fills the composer without asking the server.
  const actions = view.actions.filter((action) => action.intent !== "use-prompt");
  return viewSchema.parse({ ...view, actions, images });
}

/** The message as a person who may see it gets it. */
export function toWire(message: PlaygroundMessage): WireMessage {
  const { audience: _audience, ...rest } = message;
  return rest;
}

export function isVisible(message: PlaygroundMessage, user: string): boolean {
  return message.audience === null || message.audience === user;
}
