import { z } from "zod";

/** What we read of Discord's events. Unknown fields are left alone, a missing one makes the event unreadable. */

const snowflake = z.string().regex(/^\d{1,20}$/);
const user = z.object({
  id: snowflake,
  username: z.string(),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
});
const member = z.object({
  user: user.optional(),
  nick: z.string().nullish(),
  permissions: z.string().regex(/^\d+$/).optional(),
  roles: z.array(snowflake).default([]),
});
export type MemberPayload = z.infer<typeof member>;
export type UserPayload = z.infer<typeof user>;

/** A thread has no mark of its own: it is age-restricted when its parent is. */
const channel = z.object({
  type: z.int(),
  /** Of a thread its channel; of a channel its category. */
  parent_id: snowflake.nullish(),
  nsfw: z.boolean().nullish(),
});
export type ChannelPayload = z.infer<typeof channel>;

/** Sources: interactions/receiving-and-responding#interaction-object, resources/channel#channel-object. */
const common = {
  id: snowflake,
  application_id: snowflake,
  token: z.string().min(1),
  guild_id: snowflake.optional(),
  channel_id: snowflake,
  channel: channel.optional(),
  member: member.optional(),
  user: user.optional(),
  app_permissions: z.string().regex(/^\d+$/).optional(),
  attachment_size_limit: z.int().positive().optional(),
  authorizing_integration_owners: z.record(z.string(), z.string()).optional(),
  context: z.int().optional(),
};

const option = z.object({
  name: z.string(),
  type: z.int(),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  get options() {
    return z.array(option).optional();
  },
});
export type OptionPayload = z.infer<typeof option>;

const slash = z.object({
  ...common,
  type: z.literal(2),
  data: z.object({
    name: z.string(),
    type: z.int(),
    options: z.array(option).optional(),
    target_id: snowflake.optional(),
    resolved: z
      .object({ messages: z.record(z.string(), z.object({ content: z.string().default("") })).optional() })
      .optional(),
  }),
});

/** The message a component sits on: enough to find a button's words again. */
const node = z.object({
  type: z.int(),
  custom_id: z.string().optional(),
  label: z.string().optional(),
  emoji: z.object({ name: z.string().nullish() }).nullish(),
  get components() {
    return z.array(node).optional();
  },
});
export type NodePayload = z.infer<typeof node>;
const source = z.object({
  id: snowflake,
  flags: z.int().optional(),
  components: z.array(node).optional(),
});

const press = z.object({
  ...common,
  type: z.literal(3),
  message: source,
  data: z.object({ custom_id: z.string() }),
});

const field = z.object({
  custom_id: z.string(),
  value: z.string().optional(),
  values: z.array(z.string()).optional(),
});
/** A label with its field, or (the older shape) a row with one. */
const answer = z
  .object({ component: field.optional(), components: z.array(field).default([]) })
  .transform(({ component, components }) => (component ? [component] : components));
const submit = z.object({
  ...common,
  type: z.literal(5),
  message: source.optional(),
  data: z.object({ custom_id: z.string(), components: z.array(answer) }),
});

export const interactionPayload = z.discriminatedUnion("type", [slash, press, submit]);
export type InteractionPayload = z.infer<typeof interactionPayload>;
export type SlashPayload = z.infer<typeof slash>;
export type PressPayload = z.infer<typeof press>;
export type SubmitPayload = z.infer<typeof submit>;

/** Source: events/gateway-events#message-reaction-add. */
export const reactionPayload = z.object({
  user_id: snowflake,
  channel_id: snowflake,
  message_id: snowflake,
  guild_id: snowflake.optional(),
  member: member.optional(),
  emoji: z.object({ id: snowflake.nullish(), name: z.string().nullish() }),
});
export type ReactionPayload = z.infer<typeof reactionPayload>;

/** Answers of the REST side. */
export const messageAnswer = z.object({
  id: snowflake,
  channel_id: snowflake,
  flags: z.int().default(0),
  author: z.object({ id: snowflake }).optional(),
  application_id: snowflake.optional(),
  components: z.array(node).optional(),
});
export type MessageAnswer = z.infer<typeof messageAnswer>;
export const messagesAnswer = z.array(messageAnswer);
export const channelAnswer = z.object({ id: snowflake });
export const callbackAnswer = z.object({
  interaction: z.object({ response_message_id: snowflake.optional() }),
});

/** Every component of a message, whatever it sits in. */
export function flattenNodes(nodes: readonly NodePayload[] = []): readonly NodePayload[] {
  return nodes.flatMap((one) => [one, ...flattenNodes(one.components)]);
}
