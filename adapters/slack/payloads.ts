import { z } from "zod";

/** What Slack sends, as far as we read it; checked once, here. Shapes: docs.slack.dev, interaction payloads and events. */

const Person = z.object({
  id: z.string(),
  name: z.string().optional(),
  username: z.string().optional(),
});

export const SlashPayload = z.object({
  channel_id: z.string(),
  user_id: z.string(),
  user_name: z.string().catch(""),
  command: z.string(),
  text: z.string().catch(""),
  response_url: z.string(),
  trigger_id: z.string(),
});

export const PressPayload = z.object({
  user: Person,
  trigger_id: z.string(),
  response_url: z.string().optional(),
  container: z.object({
    message_ts: z.string(),
    channel_id: z.string(),
    thread_ts: z.string().optional(),
    is_ephemeral: z.boolean().catch(false),
  }),
  actions: z.array(z.object({ action_id: z.string() })).min(1),
});

export const GlobalShortcutPayload = z.object({
  user: Person,
  callback_id: z.string(),
  trigger_id: z.string(),
});

export const MessageShortcutPayload = GlobalShortcutPayload.extend({
  channel: z.object({ id: z.string() }),
  response_url: z.string(),
  message: z.object({
    ts: z.string(),
    text: z.string().catch(""),
    user: z.string().optional(),
    blocks: z.unknown(),
    thread_ts: z.string().optional(),
  }),
});

const RichElement = z.object({
  type: z.string(),
  elements: z.array(z.object({ text: z.string().catch("") })).catch([]),
});
/** A message's blocks, as far as quotes in rich text go. */
export const QuoteBlocks = z.array(z.object({ elements: z.array(RichElement).catch([]) }));

export const SubmissionPayload = z.object({
  user: Person,
  trigger_id: z.string().optional(),
  response_urls: z.array(z.object({ response_url: z.string() })).catch([]),
  view: z.object({
    id: z.string(),
    hash: z.string().catch(""),
    private_metadata: z.string().catch(""),
    blocks: z.array(z.object({ type: z.string(), block_id: z.string().optional() })).catch([]),
    state: z.object({ values: z.unknown() }),
  }),
});

export const EventPayload = z.object({
  event_id: z.string(),
  event: z.unknown(),
});

export const ReactionBody = z.object({
  type: z.enum(["reaction_added", "reaction_removed"]),
  user: z.string(),
  reaction: z.string(),
  item: z.object({ type: z.literal("message"), channel: z.string(), ts: z.string() }),
});

export const HomeOpenedBody = z.object({ user: z.string(), tab: z.string() });
