import { randomUUID } from "node:crypto";
import type { WireMessage } from "../../adapters/playground/page/wire.ts";
import { enterPlayground, type PlaygroundClient, plain } from "../e2e/playground-client.ts";
import { type Named, type Person, type Place, type Seen, type Told, unawaited } from "./place.ts";

/** Four people live there. */
const IDS: Readonly<Record<string, string>> = {
  member: "chloe",
  requester: "ben",
  moderator: "dora",
  owner: "ada",
};
const PERSONS = Object.keys(IDS);

/** The page's platform, inside the bot: people do and see everything over HTTP and its event stream, as the page does. */
export function createPlaygroundPlace(): Place {
  let url = "";
  let pages: readonly (readonly [Person, PlaygroundClient])[] = [];
  const idOf = (person: Person) => IDS[person] ?? person;

  async function act(person: Person, deed: string, body: object): Promise<void> {
    const response = await fetch(`${url}/api/${deed}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user: idOf(person), deliveryId: randomUUID(), ...body }),
    });
    await response.arrayBuffer();
  }
  const messagesOf = (person: Person): readonly WireMessage[] =>
    pages.find(([one]) => one === person)?.[1].messages() ?? [];
  const named = (value: string | Named): string => {
    if (typeof value === "string") return value.includes(" ") ? `"${value}"` : value;
    if (value.type === "user") return `@${idOf(value.who)}`;
    if (value.type === "role") return "@artists";
    return value.which === "here" ? "#playground" : "#log";
  };
  /** What each of them sees of one kind of private message. */
  const privately = <T>(privacy: "words" | "direct", read: (person: Person, one: WireMessage) => T) =>
    PERSONS.flatMap((person) =>
      messagesOf(person).flatMap((one) => (one.privacy === privacy ? [read(person, one)] : [])),
    );

  return {
    name: "playground",
    environment: { PLAYGROUND: "on" },
    async enter(at) {
      for (const [, page] of pages) page.close();
      url = at;
      pages = await Promise.all(
        PERSONS.map(async (person) => [person, await enterPlayground(url, idOf(person))] as const),
      );
    },
    id: idOf,
    somebody: (n) => PERSONS[n % PERSONS.length] ?? "member",
    type(person, { command, action, values = {} }) {
      const words = Object.entries(values).map(([name, value]) =>
        command === "imagine" && typeof value === "string" ? value : `${name}:${named(value)}`,
      );
      const text = [`/${command}`, ...(action === undefined ? [] : [action]), ...words].join(" ");
      unawaited(act(person, "command", { text }));
    },
    async press(person, message, intent) {
      const jobId = messagesOf(person).find(({ id }) => id === message.id)?.view?.jobId;
      unawaited(act(person, "action", { messageId: message.id, intent, jobId }));
    },
    react: (person, message, emoji) =>
      unawaited(act(person, "reaction", { messageId: message.id, emoji, change: "added" })),
    seen: () =>
      messagesOf("member")
        .filter(({ author, privacy }) => author === null && privacy === null)
        .map((one): Seen => ({ id: one.id, text: textOf(one), pictures: one.view?.images.length ?? 0 })),
    told: () =>
      privately(
        "words",
        (person, one): Told => ({
          person,
          text: textOf(one),
          moments: [...(one.view?.title ?? []), ...(one.view?.lines ?? []).flat()].flatMap((piece) =>
            typeof piece === "object" && piece.type === "moment" ? [piece.at] : [],
          ),
        }),
      ),
    sent: () =>
      privately("direct", (person, one) => ({
        person,
        pictures: one.view?.images.length ?? 0,
        documents: one.view?.documents.length ?? 0,
      })),
    async close() {
      for (const [, page] of pages) page.close();
    },
  };
}

function textOf({ view }: WireMessage): string {
  if (view === null) return "";
  const facts = view.facts.map(({ label, value }) => `${label} ${value}`);
  const prompt = view.prompt === null ? [] : [view.prompt];
  return [...[view.title, ...view.lines].map(plain), ...prompt, ...facts].join("\n");
}
