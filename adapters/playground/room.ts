import type { Clock } from "../../src/core/clock.ts";
import { createKeyedLock } from "../../src/core/keyed-lock.ts";
import type { Records } from "../../src/core/ports.ts";
import { TRIM_SLACK } from "./limits.ts";
import type { PlaygroundMessage } from "./messages.ts";

export type RoomChange =
  | { readonly type: "message"; readonly message: PlaygroundMessage }
  | { readonly type: "removed"; readonly message: PlaygroundMessage };

/** A message that has not been posted yet: the room stamps it. */
export type NewMessage = Omit<PlaygroundMessage, "at" | "version">;

/**
 * The channel: messages in the records, and whoever watches. Nothing is cached, so several adapters over one set
 * of records agree; watchers hear only of changes made through this one. Throws BotError `store`.
 */
export interface Room {
  /** The newest messages, oldest first. */
  list(): Promise<readonly PlaygroundMessage[]>;
  get(id: string): Promise<PlaygroundMessage | null>;
  /** False when a message with this id is there already (which is left alone). */
  post(message: NewMessage): Promise<boolean>;
  /** Changes a message, one change at a time; false when it is not there. `change` may give back what it got. */
  change(id: string, change: (message: PlaygroundMessage) => Promise<PlaygroundMessage>): Promise<boolean>;
  /** A message already gone is no error. */
  remove(id: string): Promise<void>;
  /** Removes all but the newest messages. */
  trim(): Promise<void>;
  watch(watcher: (change: RoomChange) => void): () => void;
}

export interface RoomOptions {
  readonly records: Records<PlaygroundMessage>;
  readonly clock: Clock;
  /** Messages kept. */
  readonly kept: number;
  /** Told of each removed message, to clear away what belonged to it. */
  readonly onRemoved: (message: PlaygroundMessage) => Promise<void>;
}

export function createRoom({ records, clock, kept, onRemoved }: RoomOptions): Room {
  const lock = createKeyedLock();
  const watchers = new Set<(change: RoomChange) => void>();
  let lastAt = 0;
  let postsSinceTrim = 0;

  const tell = (change: RoomChange) => {
    for (const watcher of watchers) watcher(change);
  };

  const everything = async () => {
    const messages = (await records.all()).map(([, message]) => message);
    return messages.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  };

  const remove = (id: string) =>
    lock.run(id, async () => {
      const message = await records.get(id);
      if (message === null) return;
      await records.remove(id);
      tell({ type: "removed", message });
      await onRemoved(message);
    });

  const trim = async () => {
    postsSinceTrim = 0;
    const messages = await everything();
    for (const { id } of messages.slice(0, Math.max(messages.length - kept, 0))) await remove(id);
  };

  return {
    trim,
    remove,
    list: async () => (await everything()).slice(-kept),
    get: (id) => records.get(id),
    post: async (message) => {
      // Two messages of one millisecond keep the order in which they were posted.
      lastAt = Math.max(clock.now(), lastAt + 1);
      const stamped = { ...message, at: lastAt, version: 1 };
      const posted = await lock.run(message.id, () => records.insert(message.id, stamped));
      if (!posted) return false;
      tell({ type: "message", message: stamped });
      postsSinceTrim += 1;
      if (postsSinceTrim > TRIM_SLACK) await trim();
      return true;
    },
    change: (id, change) =>
      lock.run(id, async () => {
        const before = await records.get(id);
        if (before === null) return false;
        const after = await change(before);
        if (after === before) return true;
        const next = { ...after, version: before.version + 1 };
        await records.set(id, next);
        tell({ type: "message", message: next });
        return true;
      }),
    watch: (watcher) => {
      watchers.add(watcher);
      return () => {
        watchers.delete(watcher);
      };
    },
  };
}
