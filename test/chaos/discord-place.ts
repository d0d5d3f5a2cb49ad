import { messageKeyOf } from "../../adapters/discord/address.ts";
import { type DiscordEmulator, startDiscordEmulator } from "../support/discord/emulator.ts";
import { buttonsOf, picturesOf, readable, textOf } from "../support/discord/seen.ts";
import type { InteractionState, MessageState, UserState } from "../support/discord/state.ts";
import type { FakeClock } from "../support/fake-clock.ts";
import { WORDS } from "./government.ts";
import { type Deed, type Place, type Seen, showing } from "./place.ts";
import type { Press } from "./plan.ts";

export interface DiscordPlace extends Place {
  readonly discord: DiscordEmulator;
}

/** Delete asks a question first, so people here use the emoji for it. */
const LABELS: Readonly<Partial<Record<Press, RegExp>>> = {
  reroll: /Reroll/,
  retry: /Try again|Paint it after all/,
  cancel: /Cancel/,
  "send-to-me": /Send to me/,
  edit: /Edit/,
};
const ROUTES = { post: "callback", edit: "webhook.edit", upload: "webhook.edit" } as const;

export async function createDiscordPlace(clock: FakeClock): Promise<DiscordPlace> {
  // Limits are another test's matter; here they would only make everything slow.
  const generous = { limit: 1_000_000, windowMs: 1000 };
  const discord = await startDiscordEmulator({
    clock,
    buckets: {},
    globalRule: generous,
    keepBytes: 0,
  });
  const { people, world } = discord;
  const guild = people.guild();
  const channel = people.channel(guild);
  const users = new Map<string, UserState>();
  for (const name of ["Ana", "Ben", "Cy"]) users.set(name, people.join(guild, people.user(name)));
  users.set("Mo", people.join(guild, people.user("Mo"), "moderator"));
  const moderator = [...users.values()][3];
  const owner = people.join(guild, people.user("Ola"), "owner");
  let again: (() => void) | null = null;

  const doing = (person: string) => {
    const by = users.get(person) ?? moderator;
    if (by === undefined) throw new Error("Nobody is there");
    return { by, in: channel };
  };
  const messageOf = (seen: Seen): MessageState => discord.message(seen.key.split("/").at(-1) ?? "");
  const answered = async (one: InteractionState): Promise<void> => {
    // Three seconds is all that Discord gives.
    for (const until = Date.now() + 3000; Date.now() < until && one.ack === null; )
      await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const deed = (one: InteractionState): Deed => {
    again = () => people.redeliver(one);
    return { deliveryId: one.id, over: answered(one) };
  };
  const isOurs = (message: MessageState) =>
    message.authorId === world.bot.id && message.channelId === channel.id && message.ephemeralFor === null;

  return {
    name: "discord",
    discord,
    people: ["Ana", "Ben", "Cy", "Mo"],
    command(person, text) {
      const [, prompt = "", ratio, seed] = /^(.*?)(?: ar:(\S+))?(?: seed:(\d+))?$/.exec(text) ?? [];
      // Discord lets nobody send nothing at all.
      const options = {
        prompt: prompt || " ",
        ...(ratio && { ar: ratio }),
        ...(seed && { seed: Number(seed) }),
      };
      return deed(people.slash(doing(person), "imagine", options));
    },
    press(person, seen, what) {
      const message = messageOf(seen);
      const label = LABELS[what];
      const button = label && buttonsOf(message).find((one) => label.test(one.label));
      if (button === undefined) return null;
      const pressed = people.pressId(doing(person), message, button.customId);
      if (what !== "edit") return deed(pressed);
      const filled = answered(pressed).then(async () => {
        if (pressed.modal === null) return;
        const sent = people.submit(doing(person), pressed, {});
        again = () => people.redeliver(sent);
        await answered(sent);
      });
      return { deliveryId: null, over: filled };
    },
    react(person, seen, emoji, change = "added") {
      const message = messageOf(seen);
      again = () => people.react(doing(person), message, emoji, change === "added" ? "ADD" : "REMOVE");
      again();
      return { deliveryId: null, over: Promise.resolve() };
    },
    order(what) {
      const { action, about, waiting } = WORDS[what];
      const options = {
        ...(about === "somebody" && { user: doing("Ben").by }),
        ...(waiting !== undefined && { waiting }),
      };
      const one = people.slash({ by: owner, in: channel }, `images-admin ${action}`, options);
      return { deliveryId: one.id, over: answered(one) };
    },
    repeat() {
      if (again === null) return null;
      again();
      return { deliveryId: null, over: Promise.resolve() };
    },
    vanish(seen) {
      messageOf(seen).deleted = true;
    },
    fault(fault, on) {
      const route = ROUTES[on];
      const what = {
        "reset-before": { type: "reset", when: "before" },
        "reset-after": { type: "reset", when: "after" },
        trouble: { type: "status", status: 503, when: "before" },
        paced: { type: "rate-limit", scope: "user", retryAfterMs: 50 },
      } as const;
      discord.fault({ route, what: what[fault], times: 1 });
    },
    calm: () => discord.clearFaults(),
    privately: async () =>
      discord
        .messages()
        .filter((message) => message.ephemeralFor !== null || message.channelId !== channel.id)
        .filter((message) => !message.loading)
        .map((message) => readable(textOf(message))),
    async seen() {
      return discord
        .messages(channel.id)
        .filter((message) => isOurs(message) && !message.loading)
        .map((message): Seen => {
          const pictures = picturesOf(message).length;
          const key = messageKeyOf(message.guildId, message.channelId, message.id);
          const text = readable(textOf(message));
          return { platform: "discord", key, shows: showing(text, pictures), pictures, text };
        });
    },
    close: () => discord.close(),
  };
}
