import type { App } from "@slack/bolt";
import type { Clock } from "../../src/core/clock.ts";
import type { CommandDefinition } from "../../src/core/command.ts";
import { intentOfEmoji } from "../../src/core/emoji.ts";
import type { Home, InboundEvent } from "../../src/core/events.ts";
import { INTENTS, type Intent } from "../../src/core/model.ts";
import type { Telemetry } from "../../src/core/telemetry.ts";
import { createAck } from "./ack.ts";
import { addressOf, messageKeyOf, refOf } from "./address.ts";
import { type AskerParts, asker } from "./asker.ts";
import { FORM_CALLBACK, PICKER, readForm } from "./form.ts";
import { takesMentions } from "./manifest.ts";
import * as payloads from "./payloads.ts";
import { createFormResponder, createResponder, type ResponderParts } from "./responders.ts";
import { SHORTCUTS } from "./shortcuts.ts";
import { typedText, typedWithMentions } from "./text.ts";

/** What turning Slack's payloads into events needs. */
export interface InboundParts extends ResponderParts, AskerParts {
  readonly commands: readonly CommandDefinition[];
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** The core's sink; drops everything while the adapter is not started. */
  hand(event: InboundEvent): Promise<void>;
  /**
   * Our own workspace and bot. Payloads name a workspace too, but in channels shared between companies that is the
   * person's, and then a reaction would not find the message it is on.
   */
  us(): { readonly team: string; readonly botUser: string };
  showHome(user: string, home: Home): Promise<void>;
}

/** Bolt's acknowledgement with a body of any kind: the responders know which kind fits. */
type Send = (body?: object) => Promise<void>;

/** Registers everything people can do with the app. No listener ever throws. */
export function listen(app: App, parts: InboundParts): void {
  const send = (ack: unknown): Send =>
    typeof ack === "function" ? async (body) => void (await ack(body)) : async () => {};
  app.command(/.*/, ({ body, ack }) => guarded(parts, () => onSlash(parts, body, send(ack))));
  app.action(/.*/, ({ body, ack }) => guarded(parts, () => onPress(parts, body, send(ack))));
  app.shortcut({ type: "shortcut" }, ({ body, ack }) =>
    guarded(parts, () => onGlobal(parts, body, send(ack))),
  );
  app.shortcut({ type: "message_action" }, ({ body, ack }) =>
    guarded(parts, () => onMessage(parts, body, send(ack))),
  );
  app.view(FORM_CALLBACK, ({ body, ack }) => guarded(parts, () => onSubmission(parts, body, send(ack))));
  for (const type of ["reaction_added", "reaction_removed"] as const) {
    app.event(type, ({ body }) => guarded(parts, () => onReaction(parts, body)));
  }
  app.event("app_home_opened", ({ body }) => guarded(parts, () => onHome(parts, body)));
  app.error(async (error) => fault(parts, error));
}

async function guarded(parts: InboundParts, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    fault(parts, error);
  }
}

function fault({ telemetry }: InboundParts, error: unknown): void {
  telemetry({ type: "fault", where: "slack.inbound", jobId: null, error });
}

async function onSlash(parts: InboundParts, body: unknown, send: Send): Promise<void> {
  const ack = createAck(send, parts.clock, parts.telemetry);
  const slash = payloads.SlashPayload.parse(body);
  const { channel_id: channel, response_url: responseUrl, trigger_id: triggerId } = slash;
  const { team } = parts.us();
  const name = slash.command.replace(/^\//, "");
  const definition = parts.commands.find((command) => command.name === name);
  const read = definition !== undefined && takesMentions(definition) ? typedWithMentions : typedText;
  const replyTo = refOf(addressOf(team, { channel }));
  const person = { responseUrl, channel, thread: null, user: slash.user_id };
  const occasion = { ack, replyTo, person, triggerId, formTo: { channel, thread: null } };
  await parts.hand({
    type: "command",
    deliveryId: triggerId,
    command: name,
    input: { type: "text", text: read(slash.text) },
    parentId: null,
    ...(await asker(parts, team, channel, slash.user_id, slash.user_name)),
    replyTo,
    obstacle: null,
    responder: createResponder(parts, occasion, "command"),
  });
}

async function onPress(parts: InboundParts, body: unknown, send: Send): Promise<void> {
  const ack = createAck(send, parts.clock, parts.telemetry);
  const press = payloads.PressPayload.parse(body);
  const [intent, jobId] = readActionId(press.actions[0]?.action_id ?? "");
  if (intent === null) return void (await ack.send());
  const { team } = parts.us();
  const { channel_id: channel, message_ts: ts, thread_ts, is_ephemeral } = press.container;
  // A roll of a picture goes into the picture's own thread; an ephemeral message has none.
  const thread = is_ephemeral ? null : (thread_ts ?? ts);
  const replyTo = refOf(addressOf(team, { channel, thread }));
  const user = press.user.id;
  const person = { responseUrl: press.response_url ?? null, channel, thread: thread_ts ?? null, user };
  const occasion = { ack, replyTo, person, triggerId: press.trigger_id, formTo: { channel, thread } };
  await parts.hand({
    type: "action",
    deliveryId: press.trigger_id,
    intent,
    jobId,
    ...(await asker(parts, team, channel, user, press.user.username ?? press.user.name ?? "")),
    replyTo,
    ...(is_ephemeral ? {} : { pressed: refOf(addressOf(team, { channel, ts })) }),
    obstacle: null,
    responder: createResponder(parts, occasion, "press"),
  });
}

function readActionId(actionId: string): readonly [Intent | null, string] {
  const at = actionId.indexOf(":");
  const intent = INTENTS.find((one) => one === actionId.slice(0, Math.max(0, at)));
  return [intent ?? null, actionId.slice(at + 1)];
}

async function onGlobal(parts: InboundParts, body: unknown, send: Send): Promise<void> {
  const ack = createAck(send, parts.clock, parts.telemetry);
  const pressed = payloads.GlobalShortcutPayload.parse(body);
  const shortcut = SHORTCUTS.find((one) => one.type === "global" && one.callbackId === pressed.callback_id);
  if (shortcut === undefined) return void (await ack.send());
  const { team } = parts.us();
  const user = pressed.user.id;
  // A global shortcut happens nowhere: its form asks for the place, and until then the only address is private.
  const replyTo = refOf(addressOf(team, { user }));
  const person = { responseUrl: null, channel: null, thread: null, user };
  const occasion = { ack, replyTo, person, triggerId: pressed.trigger_id, formTo: null };
  await parts.hand({
    type: "ask",
    deliveryId: pressed.trigger_id,
    command: shortcut.command,
    initial: {},
    ...(await asker(parts, team, null, user, pressed.user.username ?? pressed.user.name ?? "")),
    replyTo,
    obstacle: null,
    responder: createResponder(parts, occasion, "shortcut"),
  });
}

async function onMessage(parts: InboundParts, body: unknown, send: Send): Promise<void> {
  const ack = createAck(send, parts.clock, parts.telemetry);
  const pressed = payloads.MessageShortcutPayload.parse(body);
  const shortcut = SHORTCUTS.find((one) => one.type === "message" && one.callbackId === pressed.callback_id);
  if (shortcut === undefined) return void (await ack.send());
  const { team, botUser } = parts.us();
  const user = pressed.user.id;
  const channel = pressed.channel.id;
  const { message } = pressed;
  const thread = message.thread_ts ?? message.ts;
  const replyTo = refOf(addressOf(team, { channel, thread }));
  const person = { responseUrl: pressed.response_url, channel, thread: message.thread_ts ?? null, user };
  const occasion = { ack, replyTo, person, triggerId: pressed.trigger_id, formTo: { channel, thread } };
  const option = parts.commands
    .find((command) => command.name === shortcut.command)
    ?.options.find((one) => one.required && one.type === "string");
  // On a reply of ours the words are the prompt, not the status line.
  const own = message.user === botUser ? quotedText(message.blocks) : null;
  const words = own ?? typedText(message.text).trim();
  const most = option?.maxLength ?? Number.POSITIVE_INFINITY;
  await parts.hand({
    type: "ask",
    deliveryId: pressed.trigger_id,
    command: shortcut.command,
    initial: option === undefined ? {} : { [option.name]: [...words].slice(0, most).join("") },
    ...(await asker(parts, team, channel, user, pressed.user.username ?? pressed.user.name ?? "")),
    replyTo,
    obstacle: null,
    responder: createResponder(parts, occasion, "shortcut"),
  });
}

/** The first quote in a message's rich text: where our replies show their prompt. */
function quotedText(blocks: unknown): string | null {
  const parsed = payloads.QuoteBlocks.safeParse(blocks);
  const elements = parsed.success ? parsed.data.flatMap((block) => block.elements) : [];
  const quote = elements.find((element) => element.type === "rich_text_quote");
  return quote === undefined ? null : quote.elements.map((piece) => piece.text).join("");
}

async function onSubmission(parts: InboundParts, body: unknown, send: Send): Promise<void> {
  const ack = createAck(send, parts.clock, parts.telemetry);
  const { view, user, ...rest } = payloads.SubmissionPayload.parse(body);
  const form = readForm(view.private_metadata, view.state.values, parts.commands);
  const { team } = parts.us();
  const place = form?.purpose.to ?? (form?.picked ? { channel: form.picked, thread: null } : null);
  if (form === null || place === null) return void (await ack.send());
  const replyTo = refOf(addressOf(team, place));
  const triggerId = rest.trigger_id ?? `${view.id}/${view.hash}`;
  const responseUrl = rest.response_urls[0]?.response_url ?? form.purpose.responseUrl;
  const person = { responseUrl, ...place, user: user.id };
  const occasion = { ack, replyTo, person, triggerId, formTo: form.purpose.to };
  const first = view.blocks.find((block) => block.type === "input")?.block_id ?? PICKER.block;
  const errorsAt = { words: first, place: form.purpose.to === null ? PICKER.block : first };
  await parts.hand({
    type: "command",
    deliveryId: triggerId,
    command: form.purpose.command,
    input: { type: "options", action: null, options: form.options },
    parentId: form.purpose.parentId,
    ...(await asker(parts, team, place.channel, user.id, user.username ?? user.name ?? "")),
    replyTo,
    obstacle: null,
    responder: createFormResponder(parts, occasion, errorsAt),
  });
}

async function onReaction(parts: InboundParts, body: unknown): Promise<void> {
  const { team } = parts.us();
  const { event_id: deliveryId, event } = payloads.EventPayload.parse(body);
  const reaction = payloads.ReactionBody.safeParse(event);
  // A reaction on a file or on something newer is none of ours.
  const meaning = reaction.success ? intentOfEmoji(reaction.data.reaction) : null;
  if (!reaction.success || meaning === null) return;
  const { type, user, item } = reaction.data;
  const { channel, ts } = item;
  await parts.hand({
    type: "reaction",
    deliveryId,
    change: type === "reaction_added" ? "added" : "removed",
    ...meaning,
    messageKey: messageKeyOf(team, channel, ts),
    ...(await asker(parts, team, channel, user, "")),
    replyTo: refOf(addressOf(team, { channel, near: ts })),
    obstacle: null,
    async whisper(view) {
      await parts.words.tell({ responseUrl: null, channel, thread: null, user }, parts.words.bodyOf(view));
    },
  });
}

async function onHome(parts: InboundParts, body: unknown): Promise<void> {
  const { team } = parts.us();
  const { event } = payloads.EventPayload.parse(body);
  const opened = payloads.HomeOpenedBody.safeParse(event);
  if (!opened.success || opened.data.tab !== "home") return;
  const { user } = opened.data;
  const { requester } = await asker(parts, team, null, user, "");
  await parts.hand({ type: "home", requester, show: (home) => parts.showHome(user, home) });
}
