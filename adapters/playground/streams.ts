import type { ServerResponse } from "node:http";
import type { Clock } from "../../src/core/clock.ts";
import { HEARTBEAT_MS, MAX_STREAM_BACKLOG_BYTES, MAX_STREAMS } from "./limits.ts";
import { isVisible, toWire } from "./messages.ts";
import type { WireChange, WireState } from "./page/wire.ts";
import type { Room, RoomChange } from "./room.ts";

/** Server-sent events: the whole state, then each change a person may see. */
export interface Streams {
  /** False when there are too many already. The response's head is written here. */
  open(user: string, response: ServerResponse, headers: Readonly<Record<string, string>>): boolean;
  closeAll(): void;
}

export interface StreamsOptions {
  readonly room: Room;
  readonly clock: Clock;
  readonly stateFor: (user: string) => Promise<WireState>;
  /** Told of a state that could not be read; the stream ends, and the page comes back for another. */
  readonly onFault: (error: unknown) => void;
}

export function createStreams({ room, clock, stateFor, onFault }: StreamsOptions): Streams {
  const endings = new Set<() => void>();

  const open: Streams["open"] = (user, response, headers) => {
    if (endings.size >= MAX_STREAMS) return false;
    const closing = new AbortController();
    const write = (text: string) => {
      if (response.writableLength > MAX_STREAM_BACKLOG_BYTES) end();
      else response.write(text);
    };
    const send = (change: WireChange) => write(`data: ${JSON.stringify(change)}\n\n`);

    // Changes made while the state is being read would be lost or come before it: they wait.
    let early: RoomChange[] | null = [];
    const pass = (change: RoomChange) => {
      if (early !== null) early.push(change);
      else if (!isVisible(change.message, user)) return;
      else if (change.type === "message") send({ type: "message", message: toWire(change.message) });
      else send({ type: "removed", messageId: change.message.id });
    };
    const unwatch = room.watch(pass);
    const end = () => {
      if (!endings.delete(end)) return;
      unwatch();
      closing.abort();
      response.destroy();
    };
    endings.add(end);
    response.on("close", end);
    response.on("error", end);

    response.writeHead(200, {
      ...headers,
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    const run = async () => {
      send({ type: "state", state: await stateFor(user) });
      const waited = early ?? [];
      early = null;
      for (const change of waited) pass(change);
      while (!closing.signal.aborted) {
        await clock.sleep(HEARTBEAT_MS, closing.signal);
        write(": still here\n\n");
      }
    };
    run().catch((error: unknown) => {
      if (!closing.signal.aborted) onFault(error);
      end();
    });
    return true;
  };

  return {
    open,
    closeAll: () => {
      for (const end of [...endings]) end();
    },
  };
}
