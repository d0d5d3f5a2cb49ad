import { vi } from "vitest";
import { readCustomId } from "../../../adapters/discord/custom-id.ts";
import { ALT_TEXT_CHARACTERS } from "../../../adapters/discord/limits.ts";
import {
  type PlatformWorld,
  platformAdapterContract,
  type ShownMessage,
} from "../../contracts/platform-adapter.ts";
import { buttonsOf, modalFieldsOf, picturesOf, readable, textsOf } from "../../support/discord/seen.ts";
import { acknowledged, createDiscordStage } from "../../support/discord/stage.ts";
import type { InteractionState, MessageState } from "../../support/discord/state.ts";

platformAdapterContract("Discord", {
  differences: {
    commandInput: "options",
    lostCreate: "finds",
    whisper: "shown",
    ownReactions: "delivered",
    reactionRemovals: "delivered",
    redelivery: "same-id",
    messageLinks: "some",
    altTextLimit: ALT_TEXT_CHARACTERS,
  },
  create: createWorld,
});

async function createWorld(): Promise<PlatformWorld> {
  const stage = await createDiscordStage();
  const { discord, channel } = stage;
  const { people, world } = discord;
  const adapter = stage.adapter();
  const forms = new Map<string, InteractionState>();
  const person = (id: string) => world.users.get(id) ?? stage.member;
  const doing = (id: string) => ({ by: person(id), in: channel });
  const byKey = (key: string) => discord.message(key.split("/").at(-1) ?? "");
  const intentOf = (customId: string) => {
    const id = readCustomId(customId);
    return id !== null && "intent" in id ? id.intent : null;
  };

  async function press(user: string, message: MessageState, customId: string): Promise<void> {
    const pressed = await acknowledged(people.pressId(doing(user), message, customId));
    if (pressed.ack === 9) forms.set(user, pressed);
    const question = pressed.ack === 4 ? discord.message(pressed.originalId ?? "") : null;
    const sure =
      question?.ephemeralFor && buttonsOf(question).find((one) => one.customId.startsWith("sure|"));
    if (question && sure) await press(user, question, sure.customId);
  }

  function shown(message: MessageState): ShownMessage {
    const place = world.channels.get(message.channelId);
    const recipient = place?.recipients.find((id) => id !== world.bot.id);
    return {
      messageKey:
        message.ephemeralFor === null
          ? `discord/${message.guildId ?? "@me"}/${message.channelId}/${message.id}`
          : null,
      text: textsOf(message).map(readable).join("\n"),
      pings: [...message.pings],
      images: picturesOf(message).map(({ url, alt }) => ({
        sha256: message.attachments.find((one) => url === `attachment://${one.filename}`)?.sha256 ?? "",
        alt: alt ?? "",
      })),
      buttons: buttonsOf(message).flatMap(({ customId, label }) => {
        const intent = intentOf(customId);
        return intent === null ? [] : [{ intent, label }];
      }),
      audience: message.ephemeralFor ?? recipient ?? "everyone",
    };
  }

  return {
    adapter,
    worker: () => stage.adapter(),
    users: { member: stage.member.id, other: stage.other.id, moderator: stage.moderator.id },
    command: async (user, name, input) => {
      const { action, options } = input.type === "options" ? input : { action: null, options: {} };
      await acknowledged(people.slash(doing(user), action === null ? name : `${name} ${action}`, options));
    },
    press: async (user, key, intent) => {
      const message = byKey(key);
      const button = buttonsOf(message).find((one) => intentOf(one.customId) === intent);
      await press(user, message, button?.customId ?? "");
    },
    react: async (user, key, emoji) => people.react({ by: person(user) }, byKey(key), emoji),
    unreact: async (user, key, emoji) => people.react({ by: person(user) }, byKey(key), emoji, "REMOVE"),
    reactAsBot: async (key, emoji) => people.react({ by: world.bot }, byKey(key), emoji),
    redeliver: async () => {
      const commands = [...world.interactions.values()].filter((one) => one.type === 2);
      const last = commands.at(-1);
      if (last) people.redeliver(last);
    },
    openForm: async (user) => {
      const asked = forms.get(user);
      if (!asked) return null;
      const fields = modalFieldsOf(asked.modal);
      return {
        title: String(asked.modal?.["title"]),
        fields: fields.map((field) => ({ option: field.customId, label: field.label, value: field.value })),
      };
    },
    answerForm: async (user, answers) => {
      const asked = await vi.waitUntil(() => forms.get(user));
      forms.delete(user);
      await acknowledged(people.submit(doing(user), asked, answers));
    },
    messages: async (viewer) =>
      discord
        .messages()
        .filter(
          (one) =>
            one.channelId === channel.id || world.channels.get(one.channelId)?.recipients.includes(viewer),
        )
        .filter((one) => one.ephemeralFor === null || one.ephemeralFor === viewer)
        .filter((one) => !one.loading)
        .map(shown),
    close: () => discord.close(),
  };
}
