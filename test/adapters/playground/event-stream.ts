import type { WireChange } from "../../../adapters/playground/page/wire.ts";

/** A person's open event stream. */
export interface EventStream {
  /** The next change; rejects when the stream has ended. */
  next(): Promise<WireChange>;
  /** Text as it comes, signs of life included. */
  nextBlock(): Promise<string>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

export async function openStream(url: string, user: string): Promise<EventStream> {
  const closing = new AbortController();
  const response = await fetch(`${url}/api/events?user=${user}`, { signal: closing.signal });
  if (!response.ok || response.body === null) throw new Error(`The stream answered ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let finish = () => {};
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });

  const nextBlock = async (): Promise<string> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        return block;
      }
      const { value, done } = await reader.read().catch(() => ({ value: undefined, done: true }));
      if (done) {
        finish();
        throw new Error("The stream has ended");
      }
      text += value ?? "";
    }
  };
  return {
    nextBlock,
    ended,
    next: async () => {
      const block = await nextBlock();
      return block.startsWith("data: ")
        ? (JSON.parse(block.slice("data: ".length)) as WireChange)
        : { type: "removed", messageId: block };
    },
    close: () => closing.abort(),
  };
}
