import { describe, expect, it } from "vitest";
import type { JobStore } from "../../src/core/ports.ts";
import { REFUSALS } from "../../src/core/sentences.ts";
import { plainLine } from "../../src/core/view.ts";
import { BotError } from "../../src/errors.ts";
import { type CoreWorld, createWorld } from "../support/core-world.ts";

/** What is asked of the store. */
type Kind = "write" | "read";

/** In which a job must have ended once the store is back, ms: a result is tried again after half a minute at most. */
const SOON_MS = 35_000;
const OUTAGE_MS = 20_000;
const SECOND_MS = 1000;

/** The store, with a word in every call: `before` says whether it fails. */
function overheard(store: JobStore, before: (kind: Kind) => void): JobStore {
  const tell =
    <A extends unknown[], R>(kind: Kind, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      before(kind);
      return call(...args);
    };
  return {
    ...store,
    insert: tell("write", store.insert),
    save: tell("write", store.save),
    get: tell("read", store.get),
    byMessage: tell("read", store.byMessage),
    open: tell("read", store.open),
    history: tell("read", store.history),
  };
}

/** One job from the command to its end, whatever becomes of it on the way. */
async function live(world: CoreWorld, longest: number) {
  const answer = world.platform.command("a cat");
  for (let spent = 0; spent < longest; spent += SECOND_MS) {
    await world.clock.advance(SECOND_MS);
    // Asked again, fal tells the same again.
    if (world.backend.orders.length > 0) world.backend.finish("r1");
  }
  await world.idle();
  return answer;
}

/** How often each is asked for in a life without trouble. */
async function callsOfALife(): Promise<Readonly<Record<Kind, number>>> {
  const calls = { write: 0, read: 0 };
  let isCounted = false;
  const wrapStore = (store: JobStore) =>
    overheard(store, (kind) => {
      if (isCounted) calls[kind] += 1;
    });
  const world = await createWorld({ wrapStore });
  isCounted = true;
  await live(world, 3 * SECOND_MS);
  return calls;
}

const calls = await callsOfALife();
const moments = (["write", "read"] as const).flatMap((kind) =>
  Array.from({ length: calls[kind] }, (_, nth) => ({ kind, nth: nth + 1 })),
);

describe.each([
  ["once", 0],
  ["for 20 seconds", OUTAGE_MS],
] as const)("a store that fails %s", (_, outageMs) => {
  it.each(moments)(
    "from $kind $nth on loses no job, pays once, and goes on by itself",
    async ({ kind, nth }) => {
      let left = nth;
      let failsUntil: number | null = null;
      let isListening = false;
      const world: CoreWorld = await createWorld({
        wrapStore: (store) =>
          overheard(store, (called) => {
            if (!isListening) return;
            const now = world.clock.elapsed();
            if (failsUntil === null && called === kind && --left === 0) failsUntil = now + outageMs;
            else if (failsUntil === null || now >= failsUntil) return;
            throw new BotError("The disk is full", { code: "store" });
          }),
      });
      isListening = true;
      const { refusals } = await live(world, outageMs + SOON_MS);
      expect(failsUntil).not.toBeNull();
      const [refusal] = refusals;
      if (refusal !== undefined) {
        // Nothing was accepted, and the person knows.
        expect(plainLine(refusal.title, 0)).toBe(REFUSALS.store);
        expect(world.backend.orders).toEqual([]);
        expect(world.platform.messages.size).toBe(0);
        expect(await world.storage.jobs.open()).toEqual([]);
        return;
      }
      expect(world.backend.orders).toHaveLength(1);
      expect(world.platform.messages.size).toBe(1);
      expect(world.platform.shown().kind).toBe("done");
      expect((await world.job()).state).toBe("done");
      expect(world.pictures.onDisk.size).toBe(0);
    },
  );
});
