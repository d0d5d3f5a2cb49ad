import type { PlaygroundMessage } from "../../adapters/playground/messages.ts";
import type { WireForm } from "../../adapters/playground/page/wire.ts";
import { plain } from "../e2e/playground-client.ts";
import { typedOrder } from "./government.ts";
import type { Deed, Place, Seen } from "./place.ts";
import type { PlatformFault } from "./plan.ts";

/** How a deed reaches the page's server: its JSON answer, or null when nobody answers. */
export type Post = (path: string, body: object) => Promise<unknown>;

export interface PlaygroundPlace extends Place {
  /** The way to the bot of now; null while it is down. */
  post: Post | null;
  /** Reads the chat as it is stored. */
  read: () => Promise<readonly PlaygroundMessage[]>;
  /** What goes wrong with the next writes of the chat. */
  readonly faults: PlatformFault[];
}

const PEOPLE = ["ada", "ben", "chloe"] as const;

export function createPlaygroundPlace(): PlaygroundPlace {
  let count = 0;
  let last: { readonly path: string; readonly body: object } | null = null;
  const nextId = () => `00000000-0000-4000-8000-${String(++count).padStart(12, "0")}`;

  const send = async (path: string, body: object): Promise<unknown> => place.post?.(path, body) ?? null;
  const deed = (path: string, body: object): Deed => {
    const deliveryId = nextId();
    last = { path, body: { deliveryId, ...body } };
    return { deliveryId, over: send(path, { deliveryId, ...body }).then(() => undefined) };
  };
  const idOf = (seen: Seen) => seen.key.replace(/^playground:/, "");
  let stored: readonly PlaygroundMessage[] = [];

  async function edit(person: string, messageId: string, jobId: string): Promise<void> {
    const answer = await send("/api/action", {
      user: person,
      deliveryId: nextId(),
      messageId,
      intent: "edit",
      jobId,
    });
    const form = formOf(answer);
    if (form === null) return;
    const options = Object.fromEntries(form.fields.map((field) => [field.option, field.value]));
    const { command, parentId } = form;
    await deed("/api/form", { user: person, command, parentId, messageId, options }).over;
  }

  const place: PlaygroundPlace = {
    name: "playground",
    post: null,
    read: async () => [],
    faults: [],
    people: PEOPLE,
    command: (person, text) => deed("/api/command", { user: person, text: `/imagine ${text}` }),
    press(person, seen, what) {
      const message = stored.find((one) => one.id === idOf(seen));
      const action = message?.view?.actions.find((one) => one.intent === what);
      if (message === undefined || action === undefined) return null;
      if (what === "edit") return { deliveryId: null, over: edit(person, message.id, action.jobId) };
      const { intent, jobId } = action;
      return deed("/api/action", { user: person, messageId: message.id, intent, jobId });
    },
    react: (person, seen, emoji, change = "added") =>
      deed("/api/reaction", { user: person, messageId: idOf(seen), emoji, change }),
    order(what) {
      const text = `/images-admin ${typedOrder(what, "@ben")}`;
      const body = { user: "ada", deliveryId: nextId(), text };
      return { deliveryId: null, over: send("/api/command", body).then(() => undefined) };
    },
    repeat() {
      if (last === null) return null;
      return { deliveryId: null, over: send(last.path, last.body).then(() => undefined) };
    },
    // Nobody can delete a message of the playground's but the bot.
    vanish: () => undefined,
    fault: (fault) => void place.faults.push(fault),
    calm() {
      place.faults.length = 0;
    },
    async privately() {
      stored = await place.read();
      return stored.flatMap(({ privacy, view }) =>
        privacy === null || view === null ? [] : [plain(view.title)],
      );
    },
    async seen() {
      stored = await place.read();
      return stored.flatMap((message): Seen[] => {
        if (message.author !== null || message.audience !== null || message.view === null) return [];
        const { kind, images } = message.view;
        const shows =
          kind === "done" ? "picture" : kind === "failed" || kind === "cancelled" ? kind : "running";
        const pictures = images.length;
        const text = plain(message.view.title);
        return [{ platform: "playground", key: `playground:${message.id}`, shows, pictures, text }];
      });
    },
    close: async () => undefined,
  };
  return place;
}

function formOf(answer: unknown): WireForm | null {
  const { type, form } = (answer ?? {}) as { readonly type?: string; readonly form?: WireForm };
  return type === "form" && form !== undefined ? form : null;
}
