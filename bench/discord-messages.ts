import { z } from "zod";

const replySchema = z.object({
  prompt: z.string(),
  /** From the gateway event to its acknowledgement, ms; null: never acknowledged. */
  ackMs: z.number().nullable(),
  /** When the message got its picture, whole, epoch ms; null: never. */
  pictureAt: z.number().nullable(),
  bytes: z.number(),
  /** Whether the picture is in another message than the answer to the command, as after a late acknowledgement. */
  elsewhere: z.boolean(),
  /** Requests that changed the message before its picture came. */
  progressEdits: z.number(),
});

const reportSchema = z.object({
  replies: z.array(replySchema),
  /** Answers 429 given, by route. */
  tooMany: z.record(z.string(), z.number()),
  /** Other refusals, by route and status. */
  refusals: z.record(z.string(), z.number()),
  requests: z.number(),
});
/** What the emulator saw of one bot. */
export type DiscordReport = z.infer<typeof reportSchema>;

/** What the process that plays Discord says. */
export const discordMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready"), apiUrl: z.url(), token: z.string() }),
  z.object({ type: z.literal("connected") }),
  /** Every picture is in its message. */
  z.object({ type: z.literal("all there") }),
  z.object({ type: z.literal("report"), report: reportSchema }),
]);
export type DiscordMessage = z.infer<typeof discordMessageSchema>;

/** What it is told. */
export const discordAskSchema = z.discriminatedUnion("type", [
  /** Asks for pictures with `/imagine`, each by a member of its own. */
  z.object({
    type: z.literal("ask"),
    prompts: z.array(z.string()),
    /** The same for all. */
    seed: z.number(),
    perSecond: z.number(),
  }),
  z.object({ type: z.literal("report") }),
]);
export type DiscordAsk = z.infer<typeof discordAskSchema>;

/** What the plain bot is told. */
export const plainBotOrderSchema = z.object({
  apiUrl: z.url(),
  token: z.string(),
  falUrl: z.url(),
  endpoint: z.string(),
});
export type PlainBotOrder = z.infer<typeof plainBotOrderSchema>;

/** What the plain bot says. */
export const plainBotMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("started") }),
  z.object({ type: z.literal("ready") }),
  /** A command that came to nothing. */
  z.object({ type: z.literal("failed"), problem: z.string() }),
]);
export type PlainBotMessage = z.infer<typeof plainBotMessageSchema>;
