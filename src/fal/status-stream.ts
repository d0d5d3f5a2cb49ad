import { createParser } from "eventsource-parser";
import type { Clock } from "../core/clock.ts";
import { CallError, parseJson } from "./call-error.ts";
import { type FalStatus, statusSchema } from "./status.ts";
import type { ByteStream } from "./transport.ts";

/** How long a stream may say nothing, ms. Comment lines say nothing. */
export interface Patience {
  /** Before its first status. */
  readonly firstMs: number;
  /** After that: it may have missed the last one, and another stream begins with how things stand. */
  readonly nextMs: number;
}

/**
 * The statuses of an open stream, as they come, until fal ends it. A stream that brings none for too long is
 * closed, which ends in an error like any other loss. Lets go of the connection however it ends.
 * (The client's own reader breaks characters that straddle two chunks and ignores abort signals.)
 */
export async function* readStatuses(
  stream: ByteStream,
  clock: Clock,
  patience: Patience,
): AsyncGenerator<FalStatus> {
  const arrived: FalStatus[] = [];
  let heard = new AbortController();
  const decoder = new TextDecoder();
  let isTooLong = false;
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARACTERS,
    onError: ({ type }) => {
      isTooLong ||= type === "max-buffer-size-exceeded";
    },
    onEvent: (event) => {
      const status = statusSchema.safeParse(parseJson(event.data));
      if (!status.success) return;
      closeIn(patience.nextMs);
      arrived.push(status.data);
    },
  });
  function closeIn(ms: number): void {
    heard.abort();
    heard = new AbortController();
    clock.sleep(ms, heard.signal).then(
      () => stream.close(),
      () => {}, // a status came in time, or the stream is over
    );
  }
  closeIn(patience.firstMs);
  try {
    for await (const chunk of stream.chunks) {
      parser.feed(decoder.decode(chunk, { stream: true }));
      // Fed once more the parser would throw an error of its own, and that would end the take.
      if (isTooLong) throw new CallError("too-large");
      yield* arrived.splice(0);
    }
  } finally {
    heard.abort();
    stream.close();
  }
}

// A status with its whole log stays far below this.
const MAX_EVENT_CHARACTERS = 4 * 1024 * 1024;
