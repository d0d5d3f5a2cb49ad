import { startDiscordEmulator } from "../support/discord/emulator.ts";
import { buttonsOf, filesOf, picturesOf, readable, textOf } from "../support/discord/seen.ts";
import { acknowledged } from "../support/discord/stage.ts";
import type { MessageState, UserState } from "../support/discord/state.ts";
import type { Named, Person, Place, Seen } from "./place.ts";

/** Also what only a test of Discord itself asks. */
export interface DiscordPlace extends Place {
  /** Names of the commands that Discord's client shows somebody in the channel. */
  offered(person: Person): readonly string[];
  /** As a server's admins may under Integrations. */
  offerToEverybody(command: string): void;
}

/**
 * Discord's clock stands still: its three seconds are another test's matter, and a busy machine must not let them
 * pass. Its rate limits are off, as they would only spread the same requests over minutes.
 */
export async function createDiscordPlace(): Promise<DiscordPlace> {
  const generous = { limit: 1_000_000, windowMs: 1000 };
  const discord = await startDiscordEmulator({ buckets: {}, globalRule: generous });
  const { people, world } = discord;
  const guild = people.guild();
  const here = people.channel(guild);
  const log = people.channel(guild);
  const artists = people.role(guild, "artists");
  const users = new Map<Person, UserState>();
  const join = (name: Person, rank: "member" | "moderator" | "owner" = "member"): UserState => {
    const user = people.join(guild, people.user(name), rank);
    users.set(name, user);
    return user;
  };
  join("member");
  join("requester");
  join("moderator", "moderator");
  join("owner", "owner");

  const doing = (person: Person) => ({ by: users.get(person) ?? join(person), in: here });
  const nameOf = (id: string | null): Person =>
    [...users].find(([, user]) => user.id === id)?.[0] ?? "nobody";
  const picked = (value: string | Named) => {
    if (typeof value === "string") return value;
    if (value.type === "user") return doing(value.who).by;
    return value.type === "role" ? artists : { here, log }[value.which];
  };
  const ours = () => discord.messages().filter((one) => one.authorId === world.bot.id && !one.loading);
  const isDirect = ({ guildId }: MessageState) => guildId === null;

  return {
    name: "discord",
    environment: { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl },
    enter: async () => undefined,
    id: (person) => doing(person).by.id,
    somebody: (n) => `person ${n}`,
    offered: (person) => people.offered(doing(person)),
    offerToEverybody: (command) => people.offerToEverybody(command),
    type(person, { command, action, values = {} }) {
      const options = Object.entries(values).map(([name, value]) => [name, picked(value)] as const);
      people.slash(
        doing(person),
        action === undefined ? command : `${command} ${action}`,
        Object.fromEntries(options),
      );
    },
    async press(person, message, intent) {
      const on = discord.message(message.id);
      const button = buttonsOf(on).find(({ customId }) => customId.split("|")[1] === intent);
      if (button === undefined) throw new Error(`There is no ${intent} on that message.`);
      const pressed = people.pressId(doing(person), on, button.customId);
      if (!button.customId.startsWith("ask|")) return;
      const { originalId } = await acknowledged(pressed);
      const question = discord.message(originalId ?? "");
      const yes = buttonsOf(question).find(({ customId }) => customId.startsWith("sure|"));
      people.pressId(doing(person), question, yes?.customId ?? "");
    },
    react: (person, message, emoji) => people.react(doing(person), discord.message(message.id), emoji),
    seen: () =>
      ours()
        .filter((one) => one.channelId === here.id && one.ephemeralFor === null)
        .map(
          (one): Seen => ({
            id: one.id,
            text: readable(textOf(one)),
            pictures: picturesOf(one).length,
          }),
        ),
    told: () =>
      ours()
        .filter((one) => one.ephemeralFor !== null)
        .map((one) => ({
          person: nameOf(one.ephemeralFor),
          text: readable(textOf(one)),
          moments: [...textOf(one).matchAll(/<t:(\d+)/g)].map(([, seconds]) => Number(seconds) * 1000),
        })),
    sent: () =>
      ours()
        .filter(isDirect)
        .map((one) => ({
          person: nameOf(
            world.channels.get(one.channelId)?.recipients.find((id) => id !== world.bot.id) ?? null,
          ),
          pictures: picturesOf(one).length,
          documents: filesOf(one).length,
        })),
    close: () => discord.close(),
  };
}
