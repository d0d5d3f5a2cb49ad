import { randomUUID } from "node:crypto";
import { createParser } from "eventsource-parser";
import type { WireAnswer, WireChange, WireMessage, WireView } from "../../adapters/playground/page/wire.ts";

/** Far longer than anything here takes; only there so that a failure shows what was seen instead. */
const PATIENCE_MS = 60_000;

/** A message that carries a view. */
export type Shown = WireMessage & { readonly view: WireView };

/** One person at the playground, over HTTP and the event stream, as the page does it. */
export interface PlaygroundClient {
  readonly user: string;
  /** What the person sees now, oldest first. */
  messages(): readonly WireMessage[];
  /** Sends a typed line. @throws Error with the server's sentence. */
  say(text: string): Promise<WireAnswer>;
  /** Sends `/imagine …` and resolves with the reply's first view. */
  imagine(text: string): Promise<Shown>;
  press(message: Shown, intent: string): Promise<WireAnswer>;
  react(message: WireMessage, emoji: string): Promise<WireAnswer>;
  /** The first message with a view that fits, now or later. */
  see(what: string, fits: (message: Shown) => boolean): Promise<Shown>;
  /** The same message, once its view is of this kind. */
  seeKind(message: WireMessage, kind: WireView["kind"]): Promise<Shown>;
  /** The bytes of a message's only picture. */
  picture(message: Shown): Promise<Buffer>;
  close(): void;
}

/** Opens the playground at `url` as a person, and resolves once their history is there. */
export async function enterPlayground(url: string, user = "ada"): Promise<PlaygroundClient> {
  const leaving = new AbortController();
  const watchers = new Set<() => void>();
  let messages: ReadonlyMap<string, WireMessage> = new Map();

  const take = (change: WireChange) => {
    const next = new Map(messages);
    if (change.type === "state") {
      next.clear();
      for (const message of change.state.messages) next.set(message.id, message);
    } else if (change.type === "message") next.set(change.message.id, change.message);
    else next.delete(change.messageId);
    messages = next;
    for (const watcher of [...watchers]) watcher();
  };

  const until = <T>(what: string, find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const settle = (done: () => void) => {
        watchers.delete(look);
        clearTimeout(timer);
        done();
      };
      const look = () => {
        const found = find();
        if (found !== undefined) settle(() => resolve(found));
      };
      const seen = () =>
        [...messages.values()]
          .map(({ id, view, text }) => `\n${id}: ${view ? plain(view.title) : text}`)
          .join("");
      const timer = setTimeout(
        () => settle(() => reject(new Error(`Never seen: ${what}. Seen: ${seen()}`))),
        PATIENCE_MS,
      );
      watchers.add(look);
      look();
    });

  const see: PlaygroundClient["see"] = (what, fits) =>
    until(what, () => [...messages.values()].filter(isShown).find(fits));

  const send = async (deed: string, body: object): Promise<WireAnswer> => {
    const response = await fetch(`${url}/api/${deed}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user, deliveryId: randomUUID(), ...body }),
    });
    const answer = (await response.json()) as WireAnswer | { readonly error: string };
    if ("error" in answer) throw new Error(answer.error);
    return answer;
  };

  const entered = new Promise<void>((resolve) => {
    watchers.add(function first() {
      watchers.delete(first);
      resolve();
    });
  });
  const response = await fetch(`${url}/api/events?user=${user}`, { signal: leaving.signal });
  const { body } = response;
  if (!response.ok || body === null) throw new Error(`No event stream: ${response.status}`);
  const parser = createParser({ onEvent: ({ data }) => take(JSON.parse(data) as WireChange) });
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of body) parser.feed(decoder.decode(chunk, { stream: true }));
  };
  // The stream breaks when the product is killed; whoever still waits for something is told by its patience.
  read().catch(() => {});
  await entered;

  return {
    user,
    messages: () => [...messages.values()],
    say: (text) => send("command", { text }),
    imagine: async (text) => {
      // The reply has the id of what it answers, so two at once are told apart.
      const deliveryId = randomUUID();
      await send("command", { text: `/imagine ${text}`, deliveryId });
      return see(`a reply to ${text}`, ({ id }) => id === `reply-${deliveryId}`);
    },
    press: (message, intent) =>
      send("action", { messageId: message.id, intent, jobId: message.view.jobId ?? "" }),
    react: (message, emoji) => send("reaction", { messageId: message.id, emoji, change: "added" }),
    see,
    seeKind: (message, kind) =>
      see(`${message.id} ${kind}`, ({ id, view }) => id === message.id && view.kind === kind),
    picture: async (message) => {
      const name = message.view.images[0]?.name;
      if (name === undefined) throw new Error("There is no picture in the message.");
      return fetchBytes(`${url}/pictures/${name}`);
    },
    close: () => leaving.abort(),
  };
}

/** The body behind an address. @throws Error unless the answer is a 200. */
export async function fetchBytes(address: string): Promise<Buffer> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} for ${address}`);
  return Buffer.from(await response.arrayBuffer());
}

/** A line as the text a person reads. */
export function plain(line: WireView["title"]): string {
  return line
    .map((piece) => {
      if (typeof piece === "string") return piece;
      if (piece.type === "person") return piece.name;
      if (piece.type === "channel" || piece.type === "role") return piece.id;
      return piece.type === "moment" ? "" : piece.text;
    })
    .join("");
}

function isShown(message: WireMessage): message is Shown {
  return message.view !== null;
}
