import { randomUUID } from "node:crypto";
import { createParser } from "eventsource-parser";
import { z } from "zod";

const messageSchema = z.object({
  id: z.string(),
  view: z
    .object({
      kind: z.string(),
      images: z.array(z.object({ name: z.string(), bytes: z.number() })),
    })
    .nullable(),
});
const changeSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("state") }),
  z.object({ type: z.literal("message"), message: messageSchema }),
  z.object({ type: z.literal("removed") }),
]);
const answerSchema = z.object({ type: z.string() });

/** A picture in its reply. */
export interface ShownPicture {
  /** When the event that shows it was read, epoch ms. */
  readonly at: number;
  readonly name: string;
  readonly bytes: number;
}

/** The playground's page without a browser: it sends what a person types and reads the stream of changes. */
export interface Page {
  /** Sends a command; resolves with its reply's id as soon as it is acknowledged. @throws when it is refused. */
  imagine(text: string): Promise<string>;
  /** Resolves when the reply shows its picture. @throws when the reply ends without one. */
  picture(replyId: string): Promise<ShownPicture>;
  /** Loads a picture as the page does; resolves with its size in bytes. */
  load(name: string): Promise<number>;
  close(): void;
}

type End = ShownPicture | { readonly failed: string };

const USERS = ["ada", "ben", "chloe"];
const ENDED_BADLY = ["failed", "cancelled", "refusal"];

/** Opens the page; resolves when the first event has come. */
export async function openPage(url: string): Promise<Page> {
  const closing = new AbortController();
  const ends = new Map<string, Waitable<End>>();
  let sent = 0;

  const endOf = (replyId: string): Waitable<End> => {
    const known = ends.get(replyId) ?? waitable<End>();
    ends.set(replyId, known);
    return known;
  };
  const take = (change: z.infer<typeof changeSchema>, at: number) => {
    if (change.type !== "message" || change.message.view === null) return;
    const { kind, images } = change.message.view;
    const image = images[0];
    if (image !== undefined) endOf(change.message.id).settle({ at, ...image });
    else if (ENDED_BADLY.includes(kind)) endOf(change.message.id).settle({ failed: kind });
  };

  const begun = waitable<true>();
  const events = await fetch(`${url}/api/events?user=ada`, { signal: closing.signal });
  const read = async () => {
    let at = 0;
    const parser = createParser({
      onEvent: (event) => {
        take(changeSchema.parse(JSON.parse(event.data)), at);
        begun.settle(true);
      },
    });
    const decoder = new TextDecoder();
    for await (const chunk of events.body ?? []) {
      at = Date.now();
      parser.feed(decoder.decode(chunk, { stream: true }));
    }
  };
  const over = read().then(
    () => new Error("The stream of changes ended"),
    (error: unknown) => new Error("The stream of changes broke", { cause: error }),
  );
  const failed = over.then((error): never => {
    throw error;
  });
  failed.catch(() => {}); // whoever waits hears of it below
  await Promise.race([begun.promise, failed]);

  return {
    imagine: async (text) => {
      const deliveryId = randomUUID();
      sent += 1;
      const answer = await fetch(`${url}/api/command`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ user: USERS[sent % USERS.length], deliveryId, text: `/imagine ${text}` }),
      });
      const body = answerSchema.safeParse(await answer.json());
      if (body.data?.type !== "reply") throw new Error(`A command was not taken: HTTP ${answer.status}`);
      return `reply-${deliveryId}`;
    },
    picture: async (replyId) => {
      const end = await Promise.race([endOf(replyId).promise, failed]);
      if ("failed" in end) throw new Error(`A reply ended without a picture: ${end.failed}`);
      return end;
    },
    load: async (name) => {
      const answer = await fetch(`${url}/pictures/${name}`);
      let bytes = 0;
      for await (const chunk of answer.body ?? []) bytes += chunk.byteLength;
      return bytes;
    },
    close: () => closing.abort(),
  };
}

interface Waitable<T> {
  readonly promise: Promise<T>;
  readonly settle: (value: T) => void;
}

function waitable<T>(): Waitable<T> {
  let settle: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}
