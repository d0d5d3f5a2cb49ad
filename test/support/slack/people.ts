import { blockErrors, tooLong } from "./blocks.ts";
import type { Delivered, Parcel } from "./delivery.ts";
import { ESCAPED_COMMANDS, type SlackEmulator } from "./emulator.ts";
import { type Fields, isFields, list, obj, str } from "./fields.ts";
import { APP, type Ephemeral, type Modal, type SlackMessage, type SlackState, TEAM } from "./state.ts";

/** What people in the workspace do. Each resolves with what became of the delivery. */
export interface SlackPeople {
  /** `text` is given as typed; Slack escapes it, and writes ids for the @people, #channels and @groups it knows where the command wants them. */
  slash(user: string, channel: string, command: string, text: string): Promise<Delivered>;
  /** The same with the text exactly as Slack would send it. */
  slashRaw(user: string, channel: string, command: string, text: string): Promise<Delivered>;
  press(user: string, message: SlackMessage, actionId: string): Promise<Delivered>;
  /** Presses a button on words only that person sees. */
  pressPrivate(words: Ephemeral, actionId: string): Promise<Delivered>;
  react(change: "added" | "removed", user: string, message: SlackMessage, emoji: string): Promise<Delivered>;
  globalShortcut(user: string, callbackId: string): Promise<Delivered>;
  messageShortcut(user: string, message: SlackMessage, callbackId: string): Promise<Delivered>;
  /** Sends the form that is open to the person; `answers` by block id, the others as they were. */
  submit(user: string, answers: Readonly<Record<string, string>>): Promise<Delivered>;
  openHome(user: string, tab: "home" | "messages"): Promise<Delivered>;
  /** Writes a message of a person's own. */
  say(user: string, channel: string, text: string, threadTs?: string): SlackMessage;
  /** Sends the last parcel once more, as Slack does when it got no answer. */
  redeliver(): Promise<Delivered>;
}

/** Text as Slack hands it over. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** What Slack makes of @names and #names in a command with `should_escape`; unknown ones stay as typed. */
function withIds(text: string, { users, channels, groups }: SlackState): string {
  return text.replace(/([@#])([\w.-]+)/g, (typed, sigil: string, name: string) => {
    const channel = [...channels.values()].find((one) => one.name === name);
    if (sigil === "#") return channel === undefined ? typed : `<#${channel.id}|${name}>`;
    const user = [...users.values()].find((one) => one.name === name);
    if (user !== undefined) return `<@${user.id}|${name}>`;
    const group = [...groups.values()].find((one) => one.handle === name);
    return group === undefined ? typed : `<!subteam^${group.id}|@${name}>`;
  });
}

export function createPeople(emulator: SlackEmulator): SlackPeople {
  const { state, origin } = emulator;
  let last: Parcel | null = null;

  const responseUrl = (user: string, channel: string) =>
    `${origin}/response/${state.issueResponseUrl(user, channel)}`;
  const person = (id: string) => ({ id, name: state.users.get(id)?.name ?? id, team_id: TEAM });
  const common = (user: string) => ({
    token: "verification-token",
    api_app_id: APP,
    team: { id: TEAM, domain: "testers" },
    user: { ...person(user), username: state.users.get(user)?.name ?? user },
    is_enterprise_install: false,
    enterprise: null,
  });

  function send(parcel: Parcel): Promise<Delivered> {
    last = parcel;
    return emulator.deliver(parcel);
  }

  async function slashRaw(user: string, channel: string, command: string, text: string): Promise<Delivered> {
    const payload = {
      token: "verification-token",
      team_id: TEAM,
      team_domain: "testers",
      channel_id: channel,
      channel_name: state.channels.get(channel)?.name ?? "directmessage",
      user_id: user,
      user_name: state.users.get(user)?.name ?? user,
      command: `/${command}`,
      text,
      api_app_id: APP,
      is_enterprise_install: "false",
      response_url: responseUrl(user, channel),
      trigger_id: state.issueTrigger(user),
    };
    const delivered = await send({ kind: "slash_commands", payload });
    showAck(user, channel, delivered);
    return delivered;
  }

  /** A command's acknowledgement with words in it is an ephemeral message. */
  function showAck(user: string, channel: string, { outcome, ack }: Delivered): void {
    const body: Fields = isFields(ack) ? ack : typeof ack === "string" && ack !== "" ? { text: ack } : {};
    if (outcome !== "acked" || (str(body, "text") === "" && list(body, "blocks").length === 0)) return;
    const blocks = list(body, "blocks");
    // Slack shows nothing at all of what it cannot take.
    if (blockErrors(blocks, "message", () => false).length > 0 || tooLong(blocks)) return;
    state.addEphemeral({ via: "ack", channel, user, text: str(body, "text"), blocks });
  }

  const event = (body: Fields): Promise<Delivered> =>
    send({
      kind: "events_api",
      payload: {
        token: "verification-token",
        team_id: TEAM,
        api_app_id: APP,
        type: "event_callback",
        event_id: state.nextId("Ev"),
        event_time: Math.floor(emulator.clock.now() / 1000),
        authorizations: [
          {
            enterprise_id: null,
            team_id: TEAM,
            user_id: "U0BOT",
            is_bot: true,
            is_enterprise_install: false,
          },
        ],
        event: body,
      },
    });

  return {
    slashRaw,
    slash: (user, channel, command, text) => {
      const sent = escaped(text);
      return slashRaw(
        user,
        channel,
        command,
        ESCAPED_COMMANDS.includes(command) ? withIds(sent, state) : sent,
      );
    },
    press(user, message, actionId) {
      const action = findButton(message.shown.blocks, actionId);
      const payload = {
        type: "block_actions",
        ...common(user),
        container: {
          type: "message",
          message_ts: message.ts,
          channel_id: message.channel,
          is_ephemeral: false,
          ...(message.threadTs !== null && { thread_ts: message.threadTs }),
        },
        trigger_id: state.issueTrigger(user),
        channel: { id: message.channel, name: state.channels.get(message.channel)?.name ?? "" },
        message: messageBody(message),
        state: { values: {} },
        response_url: responseUrl(user, message.channel),
        actions: [{ ...action, block_id: "b1", action_ts: state.nextTs(), type: "button" }],
      };
      return send({ kind: "interactive", payload });
    },
    pressPrivate(words, actionId) {
      const { user, channel, ts } = words;
      const action = findButton(words.blocks, actionId);
      const payload = {
        type: "block_actions",
        ...common(user),
        container: { type: "message", message_ts: ts, channel_id: channel, is_ephemeral: true },
        trigger_id: state.issueTrigger(user),
        channel: { id: channel, name: state.channels.get(channel)?.name ?? "" },
        state: { values: {} },
        response_url: responseUrl(user, channel),
        actions: [{ ...action, block_id: "b1", action_ts: state.nextTs(), type: "button" }],
      };
      return send({ kind: "interactive", payload });
    },
    react(change, user, message, emoji) {
      const item = { type: "message", channel: message.channel, ts: message.ts };
      const type = `reaction_${change}`;
      return event({ type, user, reaction: emoji, item, item_user: message.user, event_ts: state.nextTs() });
    },
    globalShortcut: (user, callbackId) =>
      send({
        kind: "interactive",
        payload: {
          type: "shortcut",
          ...common(user),
          callback_id: callbackId,
          trigger_id: state.issueTrigger(user),
          action_ts: state.nextTs(),
        },
      }),
    messageShortcut: (user, message, callbackId) =>
      send({
        kind: "interactive",
        payload: {
          type: "message_action",
          ...common(user),
          callback_id: callbackId,
          trigger_id: state.issueTrigger(user),
          action_ts: state.nextTs(),
          message_ts: message.ts,
          channel: { id: message.channel, name: state.channels.get(message.channel)?.name ?? "" },
          message: messageBody(message),
          response_url: responseUrl(user, message.channel),
        },
      }),
    async submit(user, answers) {
      const modal = state.modals.get(user);
      if (modal === undefined) throw new Error("No form is open.");
      const values = formValues(modal, answers);
      const delivered = await send({
        kind: "interactive",
        payload: {
          type: "view_submission",
          ...common(user),
          trigger_id: state.issueTrigger(user),
          view: { ...modal.view, id: modal.id, hash: state.nextId("H"), team_id: TEAM, state: { values } },
          response_urls: responseUrlsOf(modal, values, (channel) => responseUrl(user, channel)),
        },
      });
      settleModal(modal, delivered);
      return delivered;
    },
    openHome: (user, tab) =>
      event({
        type: "app_home_opened",
        user,
        channel: state.directWith(user).id,
        tab,
        event_ts: state.nextTs(),
      }),
    say: (user, channel, text, threadTs) =>
      state.addMessage({
        channel,
        threadTs: threadTs ?? null,
        user,
        sent: {},
        text: escaped(text),
        blocks: [],
      }),
    redeliver() {
      if (last === null) throw new Error("Nothing was sent yet.");
      return emulator.deliver({ ...last, retry: { num: 1, reason: "timeout" } });
    },
  };

  function settleModal(modal: Modal, { outcome, ack }: Delivered): void {
    if (outcome !== "acked") return;
    const body: Fields = isFields(ack) ? ack : {};
    const errors: Record<string, string> = {};
    for (const [name, words] of Object.entries(obj(body, "errors"))) errors[name] = String(words);
    switch (str(body, "response_action")) {
      case "errors":
        return void state.modals.set(modal.user, { ...modal, errors });
      case "update":
        return void state.modals.set(modal.user, { ...modal, view: obj(body, "view"), errors: {} });
      default:
        return void state.modals.delete(modal.user);
    }
  }
}

function messageBody(message: SlackMessage): Fields {
  return {
    type: "message",
    user: message.user,
    ts: message.ts,
    text: message.shown.text,
    blocks: message.shown.blocks,
    ...(message.threadTs !== null && { thread_ts: message.threadTs }),
  };
}

function findButton(blocks: readonly Fields[], actionId: string): Fields {
  const buttons = blocks.flatMap((block) => list(block, "elements"));
  const button = buttons.find((element) => str(element, "action_id") === actionId);
  if (button === undefined) throw new Error(`No button ${actionId} there.`);
  return { action_id: actionId, text: button["text"], value: button["value"] };
}

function formValues(modal: Modal, answers: Readonly<Record<string, string>>): Record<string, Fields> {
  const values: Record<string, Fields> = {};
  for (const block of list(modal.view, "blocks")) {
    if (str(block, "type") !== "input") continue;
    const element = obj(block, "element");
    const id = str(block, "block_id");
    const type = str(element, "type");
    const answer = answers[id];
    values[id] = { [str(element, "action_id")]: { type, ...answerOf(element, type, answer) } };
  }
  return values;
}

function answerOf(element: Fields, type: string, answer: string | undefined): Fields {
  if (type === "static_select") {
    const options = list(element, "options");
    const chosen =
      answer === undefined ? element["initial_option"] : options.find((o) => str(o, "value") === answer);
    return { selected_option: chosen ?? null };
  }
  if (type === "conversations_select") return { selected_conversation: answer ?? null };
  const value = answer ?? str(element, "initial_value");
  return { value: value === "" ? null : value };
}

function responseUrlsOf(
  modal: Modal,
  values: Readonly<Record<string, Fields>>,
  issue: (channel: string) => string,
): Fields[] {
  return list(modal.view, "blocks").flatMap((block) => {
    const element = obj(block, "element");
    if (element["response_url_enabled"] !== true) return [];
    const [blockId, actionId] = [str(block, "block_id"), str(element, "action_id")];
    const channel = str(obj(values[blockId] ?? {}, actionId), "selected_conversation");
    if (channel === "") return [];
    return [{ block_id: blockId, action_id: actionId, channel_id: channel, response_url: issue(channel) }];
  });
}
