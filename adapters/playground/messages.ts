import { z } from "zod";
import { ASPECT_RATIOS, INTENTS } from "../../src/core/model.ts";
import type { Piece, View } from "../../src/core/view.ts";
import type { WireMessage } from "./page/wire.ts";
import { isStaff } from "./users.ts";

const pieceSchema = z.union([
  z.string(),
  z.object({ type: z.literal("strong"), text: z.string() }),
  z.object({ type: z.literal("code"), text: z.string() }),
  z.object({ type: z.literal("moment"), at: z.number() }),
  z.object({ type: z.literal("person"), user: z.string(), name: z.string() }),
  z.object({ type: z.enum(["channel", "role"]), id: z.string() }),
  z.object({
    type: z.literal("job"),
    jobId: z.string(),
    messageKey: z.string().nullable(),
    text: z.string(),
  }),
]);
const lineSchema = z.array(pieceSchema);

type Proven<T extends true> = T;
/** Does not compile when a kind of piece that views may have could not be stored. */
export type EveryPieceIsStored = Proven<Piece extends z.infer<typeof pieceSchema> ? true : never>;

const imageSchema = z.object({
  /** File name in the pictures' folder. */
  name: z.string(),
  bytes: z.number(),
  ratio: z.enum(ASPECT_RATIOS),
  width: z.number().nullable(),
  height: z.number().nullable(),
  alt: z.string(),
  originalUrl: z.string().nullable(),
  /** Missing in records from before pictures could be hidden. */
  spoiler: z.boolean().default(false),
});

const documentSchema = z.object({
  /** File name on the shelf. */
  name: z.string(),
  /** The name it is downloaded under: letters, digits, dots and dashes. */
  fileName: z.string(),
  bytes: z.number(),
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
  /** Missing in records from before there were any. */
  documents: z.array(documentSchema).default([]),
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

/** The audience of what all moderators see, and nobody else. */
export const MODERATORS = "moderators";

/**
 * What a message is that not everybody sees: the bot's `words`, to be dismissed, a `direct` message, to be kept, or
 * an entry of the moderators' `log`. Null: public.
 */
export const privacySchema = z.enum(["words", "direct", "log"]).nullable();

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
  /** Id of the only user who sees it, or `MODERATORS`; null: everybody. */
  audience: z.string().nullable(),
  privacy: privacySchema,
  text: z.string().nullable(),
  view: viewSchema.nullable(),
  reactions: z.array(z.object({ emoji: z.string(), users: z.array(z.string()) })),
});

export type PlaygroundMessage = z.infer<typeof playgroundMessageSchema>;
export type StoredView = z.infer<typeof viewSchema>;
export type StoredImage = z.infer<typeof imageSchema>;
export type StoredDocument = z.infer<typeof documentSchema>;

/** What of a view is kept as files on the shelf. */
export interface StoredFiles {
  readonly images: readonly StoredImage[];
  readonly documents: readonly StoredDocument[];
}

/** The view with its files as they are kept here. Unknown members are left behind. */
export function storedView(view: View, files: StoredFiles): StoredView {
  // The page has a Use prompt of its own, beside the command: it fills the composer without asking the server.
  const actions = view.actions.filter((action) => action.intent !== "use-prompt");
  return viewSchema.parse({ ...view, actions, ...files });
}

/** The message as a person who may see it gets it. */
export function toWire(message: PlaygroundMessage): WireMessage {
  const { audience: _audience, ...rest } = message;
  return rest;
}

export function isVisible({ audience }: PlaygroundMessage, user: string): boolean {
  return audience === null || audience === user || (audience === MODERATORS && isStaff(user));
}
