import { createSlackAdapter, type SlackAdapter } from "../../../adapters/slack/adapter.ts";
import { commands } from "../../../commands/index.ts";
import type { Clock } from "../../../src/core/clock.ts";
import { EMOJI } from "../../../src/core/emoji.ts";
import type { Happening } from "../../../src/core/telemetry.ts";
import type { PlatformWorld, ShownMessage } from "../../contracts/platform-world.ts";
import {
  createSlackEmulator,
  type EmulatorOptions,
  MANIFEST_SCOPES,
  type SlackEmulator,
} from "./emulator.ts";
import { list, obj, str } from "./fields.ts";
import { mountHttp } from "./mount.ts";
import { createPeople, type SlackPeople } from "./people.ts";
import { buttonsOf, imagesOf, pingsOf, readText } from "./reader.ts";
import { createScaledClock } from "./scaled-clock.ts";
import { APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, type SlackMessage, TEAM } from "./state.ts";

export const CHANNEL = "C0GENERAL";
export const ADA = "U0ADA";
export const BOB = "U0BOB";
export const CLEO = "U0CLEO";

/** A workspace with a channel and three people (Cleo is an admin), and an adapter that is not started yet. */
export interface SlackStage {
  readonly emulator: SlackEmulator;
  readonly people: SlackPeople;
  readonly adapter: SlackAdapter;
  readonly happenings: readonly Happening[];
  /** What the adapter wrote to its log. */
  readonly logged: readonly string[];
  /** Another adapter on the same workspace. */
  another(tokens?: Partial<Record<"botToken" | "appToken", string>>): SlackAdapter;
  close(): Promise<void>;
}

export interface StageOptions extends EmulatorOptions {
  /** The adapter's clock. @default forty times as fast as real time */
  readonly adapterClock?: Clock;
  readonly timeoutMs?: number;
}

export async function createSlackStage(options: StageOptions = {}): Promise<SlackStage> {
  const emulator = await createSlackEmulator({ rates: "off", ...options });
  const { state } = emulator;
  for (const [id, name] of [
    [ADA, "ada"],
    [BOB, "bob"],
    [CLEO, "cleo"],
  ] as const) {
    state.addUser({ id, name, isAdmin: id === CLEO, isBot: false });
  }
  state.addChannel({ id: CHANNEL, name: "general" });
  for (const id of [ADA, BOB, CLEO]) state.channels.get(CHANNEL)?.members.add(id);

  const clock = options.adapterClock ?? createScaledClock(40);
  const happenings: Happening[] = [];
  const logged: string[] = [];
  const note = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const socket = options.transport !== "http";
  const another: SlackStage["another"] = (tokens = {}) =>
    createSlackAdapter({
      botToken: BOT_TOKEN,
      appToken: socket ? APP_TOKEN : null,
      signingSecret: socket ? null : SIGNING_SECRET,
      apiUrl: emulator.apiUrl,
      commands,
      clock,
      telemetry: (happening) => void happenings.push(happening),
      log: { info: note, warn: note },
      timeoutMs: options.timeoutMs ?? 2000,
      ...tokens,
    });
  const adapter = another();
  const mount = adapter.httpHandler === null ? null : await mountHttp(adapter.httpHandler);
  if (mount !== null) emulator.requestUrl = `${mount.origin}/slack/events`;
  return {
    emulator,
    people: createPeople(emulator),
    adapter,
    happenings,
    logged,
    another,
    close: async () => {
      await adapter.stop();
      await mount?.close();
      await emulator.close();
    },
  };
}

const PIZZA = "pizza";

/** The same as the contract suite wants it. */
export async function createSlackWorld(transport: "socket" | "http"): Promise<PlatformWorld> {
  // No faster: on a busy machine a second of patience with Slack must outlast a call.
  const adapterClock = createScaledClock(5);
  const scopes = [...MANIFEST_SCOPES, "users:read"];
  const stage = await createSlackStage({ transport, adapterClock, scopes });
  const { emulator, people } = stage;
  const { state } = emulator;
  let lastCommand = () => people.redeliver();
  let closing: Promise<void> | null = null;

  const keyOf = ({ channel, ts }: SlackMessage) => `slack/${TEAM}/${channel}/${ts}`;
  const messageOf = (key: string): SlackMessage => {
    const found = state.messages.find((message) => keyOf(message) === key);
    if (found === undefined) throw new Error(`No message ${key}.`);
    return found;
  };
  const slackName = (unicode: string) => EMOJI.find((emoji) => emoji.unicode === unicode)?.name ?? PIZZA;

  function publicMessages(viewer: string): ShownMessage[] {
    return state.messages
      .filter(
        (message) => !message.deleted && state.channels.get(message.channel)?.members.has(viewer) === true,
      )
      .map((message) => {
        const { text, blocks } = message.shown;
        const direct = state.channels.get(message.channel)?.kind === "im";
        return {
          messageKey: keyOf(message),
          text: readText(text, blocks),
          // An edit notifies nobody: what counts is how the message came.
          pings: message.revisions.slice(0, 1).flatMap((first) => pingsOf(first.text, first.blocks)),
          images: imagesOf(blocks, state),
          buttons: buttonsOf(blocks),
          audience: direct ? viewer : "everyone",
        };
      });
  }

  return {
    adapter: stage.adapter,
    worker: () => stage.another(),
    users: { member: ADA, other: BOB, moderator: CLEO },
    async command(user, command, input) {
      const text = input.type === "text" ? input.text : "";
      await people.slash(user, CHANNEL, command, text);
      lastCommand = () => people.redeliver();
    },
    async press(user, messageKey, intent) {
      const message = messageOf(messageKey);
      const buttons = message.shown.blocks.flatMap((block) => list(block, "elements"));
      const actionId = buttons
        .map((button) => str(button, "action_id"))
        .find((id) => id.startsWith(`${intent}:`));
      await people.press(user, message, actionId ?? "");
    },
    async react(user, messageKey, emoji) {
      await people.react("added", user, messageOf(messageKey), slackName(emoji));
    },
    async unreact(user, messageKey, emoji) {
      await people.react("removed", user, messageOf(messageKey), slackName(emoji));
    },
    async reactAsBot(messageKey, emoji) {
      await people.react("added", "U0BOT", messageOf(messageKey), slackName(emoji));
    },
    async redeliver() {
      await lastCommand();
    },
    async openForm(user) {
      const modal = state.modals.get(user);
      if (modal === undefined) return null;
      const fields = list(modal.view, "blocks").filter((block) => str(block, "type") === "input");
      return {
        title: str(obj(modal.view, "title"), "text"),
        fields: fields.map((block) => {
          const element = obj(block, "element");
          const value = str(element, "initial_value") || str(obj(element, "initial_option"), "value");
          return { option: str(block, "block_id"), label: str(obj(block, "label"), "text"), value };
        }),
      };
    },
    async answerForm(user, answers) {
      await people.submit(user, answers);
    },
    async messages(viewer) {
      const mine = state.ephemerals.filter((one) => one.user === viewer);
      const ephemerals = mine.map(({ text, blocks, user }) => ({
        messageKey: null,
        text: readText(text, blocks),
        pings: pingsOf(text, blocks),
        images: imagesOf(blocks, state),
        buttons: buttonsOf(blocks),
        audience: user,
      }));
      return [...publicMessages(viewer), ...ephemerals];
    },
    close() {
      closing ??= stage.close();
      return closing;
    },
  };
}
