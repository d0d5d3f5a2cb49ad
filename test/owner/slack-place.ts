import { createFakeClock } from "../support/fake-clock.ts";
import { createSlackEmulator, MANIFEST_SCOPES } from "../support/slack/emulator.ts";
import { list, str } from "../support/slack/fields.ts";
import { createPeople } from "../support/slack/people.ts";
import { imagesOf, readText } from "../support/slack/reader.ts";
import { APP_TOKEN, BOT_TOKEN, BOT_USER, type SlackMessage } from "../support/slack/state.ts";
import { type Named, PEOPLE, type Person, type Place, type Seen, unawaited } from "./place.ts";

const HERE = "C0HERE";
const LOG = "C0LOG";
const EMOJI = { "🎲": "game_die", "❌": "x", "✉️": "envelope" } as const;

/**
 * Slack's clock stands still and its rate limits are off, for the reasons Discord's are. Those who only ask have a
 * channel each: the adapter itself posts once a second in each channel, and that would take minutes.
 */
export async function createSlackPlace(): Promise<Place> {
  const slack = await createSlackEmulator({
    clock: createFakeClock(Date.now()),
    rates: "off",
    scopes: [...MANIFEST_SCOPES, "users:read"],
  });
  const people = createPeople(slack);
  const { state } = slack;
  state.addChannel({ id: HERE, name: "here" });
  state.addChannel({ id: LOG, name: "log" });
  state.addGroup({ id: "S0ARTISTS", handle: "artists", users: [], isDisabled: false });
  const idOf = (person: Person) => `U0${person.toUpperCase()}`;
  const personOf = (id: string) => id.slice(2).toLowerCase();
  for (const person of PEOPLE) {
    const id = idOf(person);
    // Slack has no moderators; whoever runs the workspace is one.
    state.addUser({
      id,
      name: person,
      isAdmin: person === "moderator",
      isOwner: person === "owner",
      isBot: false,
    });
    state.channels.get(HERE)?.members.add(id);
  }

  /** Where somebody is, who is let in when they are not there yet. */
  function channelOf(person: Person): string {
    const id = idOf(person);
    if (PEOPLE.some((one) => one === person)) return HERE;
    const own = `C0${person.toUpperCase()}`;
    if (!state.users.has(id)) {
      state.addUser({ id, name: person, isAdmin: false, isBot: false });
      state.addChannel({ id: own }).members.add(id);
    }
    return own;
  }

  const word = (value: string | Named): string => {
    if (typeof value === "string") return value.includes(" ") ? `"${value}"` : value;
    if (value.type === "user") return `@${value.who}`;
    return value.type === "role" ? "@artists" : `#${value.which}`;
  };
  const ours = () => state.messages.filter((one) => one.user === BOT_USER && !one.deleted);
  const isDirect = ({ channel }: SlackMessage) => state.channels.get(channel)?.kind === "im";
  const messageOf = (seen: Seen): SlackMessage => {
    const message = ours().find((one) => `${one.channel}/${one.ts}` === seen.id);
    if (message === undefined) throw new Error("That message is no longer there.");
    return message;
  };
  const textOf = (shown: Pick<SlackMessage["shown"], "text" | "blocks">) =>
    readText(shown.text, shown.blocks);

  return {
    name: "slack",
    environment: {
      SLACK_BOT_TOKEN: BOT_TOKEN,
      SLACK_APP_TOKEN: APP_TOKEN,
      SLACK_API_URL: slack.apiUrl,
    },
    enter: async () => undefined,
    id: idOf,
    somebody: (n) => `person${n}`,
    type(person, { command, action, values = {} }) {
      const named = Object.entries(values).map(([name, value]) =>
        command === "imagine" && typeof value === "string" ? value : `${name}:${word(value)}`,
      );
      const text = [...(action === undefined ? [] : [action]), ...named].join(" ");
      unawaited(people.slash(idOf(person), channelOf(person), command, text));
    },
    async press(person, message, intent) {
      const on = messageOf(message);
      const buttons = on.shown.blocks.flatMap((block) => list(block, "elements"));
      const id = buttons.map((one) => str(one, "action_id")).find((one) => one.startsWith(`${intent}:`));
      if (id === undefined) throw new Error(`There is no ${intent} on that message.`);
      unawaited(people.press(idOf(person), on, id));
    },
    react: (person, message, emoji) =>
      unawaited(people.react("added", idOf(person), messageOf(message), EMOJI[emoji])),
    seen: () =>
      ours()
        .filter((one) => !isDirect(one) && one.channel !== LOG)
        .map(
          (one): Seen => ({
            id: `${one.channel}/${one.ts}`,
            text: textOf(one.shown),
            pictures: imagesOf(one.shown.blocks, state).length,
          }),
        ),
    told: () =>
      state.ephemerals.map((one) => ({
        person: personOf(one.user),
        text: textOf(one),
        moments: [...JSON.stringify(one.blocks).matchAll(/"type":"date","timestamp":(\d+)/g)].map(
          ([, seconds]) => Number(seconds) * 1000,
        ),
      })),
    sent: () =>
      ours()
        .filter(isDirect)
        .map((one) => ({
          person: personOf([...(state.channels.get(one.channel)?.members ?? [])].find(isNotUs) ?? ""),
          pictures: imagesOf(one.shown.blocks, state).length,
          documents: [...state.files.values()].filter(({ shares }) =>
            shares.some(({ channel }) => channel === one.channel),
          ).length,
        })),
    close: () => slack.close(),
  };
}

const isNotUs = (id: string) => id !== BOT_USER;
