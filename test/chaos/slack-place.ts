import { messageKeyOf } from "../../adapters/slack/address.ts";
import type { Delivered, Parcel } from "../support/slack/delivery.ts";
import { createSlackEmulator, MANIFEST_SCOPES, type SlackEmulator } from "../support/slack/emulator.ts";
import { list, str } from "../support/slack/fields.ts";
import { createPeople } from "../support/slack/people.ts";
import { imagesOf, readText } from "../support/slack/reader.ts";
import { BOT_USER, type SlackMessage, TEAM } from "../support/slack/state.ts";
import { typedOrder } from "./government.ts";
import { type Deed, type Place, type Seen, showing, until } from "./place.ts";

export interface SlackPlace extends Place {
  readonly slack: SlackEmulator;
}

const CHANNEL = "C0GENERAL";
const PEOPLE = ["U0ADA", "U0BOB", "U0CLEO"] as const;
const METHODS = { post: "chat.postMessage", edit: "chat.update", upload: "upload" } as const;
const NAMES: Readonly<Record<string, string>> = { "🎲": "game_die", "❌": "x", "✉️": "envelope" };

export async function createSlackPlace(): Promise<SlackPlace> {
  const slack = await createSlackEmulator({
    transport: "http",
    rates: "off",
    scopes: [...MANIFEST_SCOPES, "users:read"],
  });
  const { state } = slack;
  for (const id of PEOPLE)
    state.addUser({ id, name: id.toLowerCase(), isAdmin: id === "U0CLEO", isBot: false });
  state.addChannel({ id: CHANNEL, name: "general" });
  for (const id of PEOPLE) state.channels.get(CHANNEL)?.members.add(id);

  let sent: Parcel | null = null;
  const deliver = (parcel: Parcel): Promise<Delivered> => {
    sent = parcel;
    return slack.deliver(parcel);
  };
  const people = createPeople({ ...slack, deliver });
  /** What they do is not delivered again. */
  const owners = createPeople(slack);
  /** The parcel leaves before the first await of whatever sends it. */
  const deed = (delivered: Promise<unknown>): Deed => {
    const payload = sent?.payload ?? {};
    const id = str(payload, "trigger_id") || str(payload, "event_id");
    const over = delivered.then(
      () => undefined,
      () => undefined,
    );
    return { deliveryId: id, over };
  };
  const messageOf = (seen: Seen): SlackMessage => {
    const message = state.message(CHANNEL, seen.key.split("/").at(-1) ?? "");
    if (message === null) throw new Error(`No message ${seen.key}`);
    return message;
  };
  /** A picture that Slack would not show in the message goes into its thread. */
  const shared = (message: SlackMessage) =>
    [...state.files.values()].filter((file) => file.shares.some((share) => share.threadTs === message.ts))
      .length;

  return {
    name: "slack",
    slack,
    people: PEOPLE,
    command: (person, text) => deed(people.slash(person, CHANNEL, "imagine", text)),
    press(person, seen, what) {
      const message = messageOf(seen);
      const buttons = message.shown.blocks.flatMap((block) => list(block, "elements"));
      const id = buttons.map((one) => str(one, "action_id")).find((one) => one.startsWith(`${what}:`));
      if (id === undefined) return null;
      if (what !== "edit") return deed(people.press(person, message, id));
      state.modals.delete(person);
      // Somebody who pressed twice has one form open, and does not take one for the other.
      const isOpen = () => {
        const about = str(state.modals.get(person)?.view ?? {}, "private_metadata");
        return about.includes(id.slice("edit:".length));
      };
      const filled = people.press(person, message, id).then(async () => {
        // The form comes by a call of its own, which may be later than the acknowledgement.
        await until(isOpen, 1000);
        if (isOpen()) await people.submit(person, {});
      });
      return { ...deed(filled), deliveryId: null };
    },
    react: (person, seen, emoji, change = "added") =>
      deed(people.react(change, person, messageOf(seen), NAMES[emoji] ?? "pizza")),
    order(what) {
      const over = owners.slash("U0CLEO", CHANNEL, "images-admin", typedOrder(what, "@u0bob"));
      return {
        deliveryId: null,
        over: over.then(
          () => undefined,
          () => undefined,
        ),
      };
    },
    repeat: () =>
      sent === null ? null : deed(slack.deliver({ ...sent, retry: { num: 1, reason: "timeout" } })),
    vanish(seen) {
      messageOf(seen).deleted = true;
    },
    fault(fault, on) {
      const what = {
        "reset-before": { type: "reset-before" },
        "reset-after": { type: "reset-after" },
        trouble: { type: "status", status: 503 },
        paced: { type: "ratelimit", seconds: 1 },
      } as const;
      slack.faults.add(METHODS[on], what[fault]);
    },
    calm() {
      for (const method of Object.values(METHODS)) while (slack.faults.take(method) !== null);
    },
    privately: async () => state.ephemerals.map(({ text, blocks }) => readText(text, blocks)),
    async seen() {
      return state.messages
        .filter((message) => message.user === BOT_USER && message.channel === CHANNEL && !message.deleted)
        .filter((message) => message.threadTs === null || message.shown.blocks.length > 0)
        .map((message): Seen => {
          const { blocks } = message.shown;
          const pictures = imagesOf(blocks, state).length + shared(message);
          const text = readText(message.shown.text, blocks);
          const key = messageKeyOf(TEAM, message.channel, message.ts);
          return { platform: "slack", key, shows: showing(text, pictures), pictures, text };
        });
    },
    close: () => slack.close(),
  };
}
