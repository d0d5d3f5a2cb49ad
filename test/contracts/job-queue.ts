import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JobId } from "../../src/core/model.ts";
import type { JobQueue, QueueVerdict } from "../../src/core/ports.ts";
import { type FakeClock, settle } from "../support/fake-clock.ts";
import { drain, heldHandler, pushAll, takeOne } from "./queue-handlers.ts";

export interface JobQueueDescriptor {
  /** A fresh, empty queue. */
  create(): Promise<JobQueueWorld>;
  readonly differences: {
    /** Whether `ahead` knows the place of a waiting job, or is always null. */
    readonly places: "known" | "unknown";
  };
}

export interface JobQueueWorld {
  readonly queue: JobQueue;
  /** The clock `later` is measured by. */
  readonly clock: FakeClock;
  /** Handlers that rejected, as they were reported. */
  readonly faults: readonly { readonly id: JobId; readonly error: unknown }[];
  close(): Promise<void>;
}

/** What every JobQueue guarantees. */
export function jobQueueContract(name: string, descriptor: JobQueueDescriptor): void {
  describe(`${name} as a job queue`, () => {
    let world: JobQueueWorld;
    beforeEach(async () => {
      world = await descriptor.create();
    });
    afterEach(() => world.close());
    const here = () => world;

    orderCases(here);
    concurrencyCases(here);
    removalCases(here);
    laterCases(here);
    if (descriptor.differences.places === "known") placeCases(descriptor);
    else {
      it("says that it does not know a place", async () => {
        await world.queue.push("a", "ada", "new");
        expect(await world.queue.ahead("a")).toBeNull();
      });
    }
  });
}

function orderCases(world: () => JobQueueWorld): void {
  describe("order", () => {
    it("lets people take turns, and keeps each one's own order", async () => {
      const { queue } = world();
      await pushAll(queue, "ada1 ada2 ada3 ada4 bob1 bob2 cyd1");
      expect((await drain(queue, 7)).join(" ")).toBe("ada1 bob1 cyd1 ada2 bob2 ada3 ada4");
    });

    it("does not let a person with a long line keep out one who comes later", async () => {
      const { queue } = world();
      await pushAll(queue, Array.from({ length: 50 }, (_, n) => `ada${n}`).join(" "));
      await pushAll(queue, "bob1");
      expect((await drain(queue, 51)).indexOf("bob1")).toBe(1);
    });

    it("does not let people who come back at once keep out one who waits", async () => {
      const { queue } = world();
      const held = heldHandler();
      await pushAll(queue, "ada1 bob1 cyd1");
      const stop = queue.consume(held.handler, 1);
      await held.hasStarted("ada1");
      await pushAll(queue, "ada2");
      held.end("ada1");
      await held.hasStarted("ada1 bob1");
      await pushAll(queue, "bob2");
      held.end("bob1");
      await held.hasStarted("ada1 bob1 cyd1");
      stop();
    });

    it("takes resumed jobs before everything, in their order, whosever they are", async () => {
      const { queue } = world();
      await pushAll(queue, "ada1 bob1");
      await pushAll(queue, "cyd1 cyd2 ada2", "resumed");
      expect((await drain(queue, 5)).join(" ")).toBe("cyd1 cyd2 ada2 ada1 bob1");
    });

    it("leaves a job where it is when it is pushed again", async () => {
      const { queue } = world();
      await pushAll(queue, "ada1 ada2 bob1");
      await queue.push("ada2", "ada", "resumed");
      await queue.push("bob1", "zoe", "new");
      await queue.push("ada1", "ada", "new");
      expect((await drain(queue, 3)).join(" ")).toBe("ada1 bob1 ada2");
    });

    it("starts a job that comes while the consumer is idle", async () => {
      const { queue } = world();
      const held = heldHandler();
      const stop = queue.consume(held.handler, 1);
      await pushAll(queue, "ada1");
      await held.hasStarted("ada1");
      stop();
    });
  });
}

function concurrencyCases(world: () => JobQueueWorld): void {
  describe("running", () => {
    it("runs as many at once as it may, and never more", async () => {
      const { queue } = world();
      const held = heldHandler();
      await pushAll(queue, "ada1 bob1 cyd1 dan1 eve1");
      const stop = queue.consume(held.handler, 3);
      await held.hasStarted("ada1 bob1 cyd1");
      let most = held.running.size;
      for (const [id, sofar] of [
        ["bob1", "ada1 bob1 cyd1 dan1"],
        ["ada1", "ada1 bob1 cyd1 dan1 eve1"],
      ] as const) {
        held.end(id);
        await held.hasStarted(sofar);
        most = Math.max(most, held.running.size);
      }
      expect(most).toBe(3);
      stop();
    });

    it("never runs one job twice at once, even when it is pushed while it runs", async () => {
      const { queue } = world();
      const held = heldHandler();
      await pushAll(queue, "ada1");
      const stop = queue.consume(held.handler, 2);
      await held.hasStarted("ada1");
      await pushAll(queue, "ada1 bob1");
      await held.hasStarted("ada1 bob1");
      stop();
    });

    it("counts a handler that rejects as finished, reports it, and goes on", async () => {
      const { queue, faults } = world();
      const held = heldHandler();
      await pushAll(queue, "ada1 bob1");
      const stop = queue.consume(held.handler, 1);
      await held.hasStarted("ada1");
      const error = new Error("broken");
      held.fail("ada1", error);
      await held.hasStarted("ada1 bob1");
      expect(faults).toEqual([{ id: "ada1", error }]);
      stop();
    });

    it("starts nothing after stop, though what runs may end", async () => {
      const { queue } = world();
      const held = heldHandler();
      await pushAll(queue, "ada1 bob1 cyd1");
      const stop = queue.consume(held.handler, 1);
      await held.hasStarted("ada1");
      stop();
      stop();
      held.end("ada1");
      await pushAll(queue, "dan1");
      // A later consumer finds all of them waiting still, so the first one took none.
      expect((await drain(queue, 3)).join(" ")).toBe("bob1 cyd1 dan1");
      expect(held.started).toEqual(["ada1"]);
    });
  });
}

function removalCases(world: () => JobQueueWorld): void {
  describe("removing", () => {
    it("takes a waiting job out, and says whether it was waiting", async () => {
      const { queue } = world();
      await pushAll(queue, "ada1 ada2 bob1");
      await pushAll(queue, "cyd1 cyd2", "resumed");
      expect(await queue.remove("ada1")).toBe(true);
      expect(await queue.remove("bob1")).toBe(true);
      expect(await queue.remove("cyd1")).toBe(true);
      expect(await queue.remove("ada1")).toBe(false);
      expect(await queue.remove("nobody")).toBe(false);
      expect((await drain(queue, 2)).join(" ")).toBe("cyd2 ada2");
    });

    it("does not take out a job that runs", async () => {
      const { queue } = world();
      const held = heldHandler();
      await pushAll(queue, "ada1");
      const stop = queue.consume(held.handler, 1);
      await held.hasStarted("ada1");
      expect(await queue.remove("ada1")).toBe(false);
      stop();
    });

    it("lets a removed job come again", async () => {
      const { queue } = world();
      await pushAll(queue, "ada1 ada2");
      await queue.remove("ada1");
      await pushAll(queue, "ada1");
      expect((await drain(queue, 2)).join(" ")).toBe("ada2 ada1");
    });
  });
}

function laterCases(world: () => JobQueueWorld): void {
  const later = (afterMs: number): QueueVerdict => ({ type: "later", afterMs });

  describe("coming back later", () => {
    it("starts it again after the while and not before, and others in the meantime", async () => {
      const { queue, clock } = world();
      const held = heldHandler();
      await pushAll(queue, "ada1 bob1");
      const stop = queue.consume(held.handler, 1);
      await held.hasStarted("ada1");
      held.end("ada1", later(1000));
      await held.hasStarted("ada1 bob1");
      held.end("bob1");
      await clock.advance(999);
      await held.hasStarted("ada1 bob1");
      await clock.advance(1);
      await held.hasStarted("ada1 bob1 ada1");
      stop();
    });

    it("puts it at the head of its person's line, in the order they came even when several come back", async () => {
      const { queue, clock } = world();
      const held = heldHandler();
      await pushAll(queue, "ada1 ada2 ada3 ada4");
      const stop = queue.consume(held.handler, 1);
      await held.hasStarted("ada1");
      held.end("ada1", later(1000));
      await held.hasStarted("ada1 ada2");
      held.end("ada2", later(1000));
      await held.hasStarted("ada1 ada2 ada3");
      await clock.advance(1000);
      held.end("ada3");
      await held.hasStarted("ada1 ada2 ada3 ada1");
      held.end("ada1");
      await held.hasStarted("ada1 ada2 ada3 ada1 ada2");
      held.end("ada2");
      await held.hasStarted("ada1 ada2 ada3 ada1 ada2 ada4");
      stop();
    });

    it("keeps a resumed job in its lane", async () => {
      const { queue, clock } = world();
      const held = heldHandler();
      await pushAll(queue, "ada1", "resumed");
      await pushAll(queue, "bob1 cyd1");
      const stop = queue.consume(held.handler, 1);
      await held.hasStarted("ada1");
      held.end("ada1", later(1000));
      await held.hasStarted("ada1 bob1");
      await clock.advance(1000);
      held.end("bob1");
      await held.hasStarted("ada1 bob1 ada1");
      stop();
    });

    it("can be removed meanwhile, and then does not come back", async () => {
      const { queue, clock } = world();
      const held = heldHandler();
      await pushAll(queue, "ada1 bob1");
      const stop = queue.consume(held.handler, 1);
      await held.hasStarted("ada1");
      held.end("ada1", later(1000));
      await held.hasStarted("ada1 bob1");
      expect(await queue.remove("ada1")).toBe(true);
      held.end("bob1");
      await clock.advance(5000);
      await pushAll(queue, "cyd1");
      await held.hasStarted("ada1 bob1 cyd1");
      stop();
    });

    it("does not start a second one when it is pushed meanwhile", async () => {
      const { queue } = world();
      const held = heldHandler();
      await pushAll(queue, "ada1 bob1");
      const stop = queue.consume(held.handler, 2);
      await held.hasStarted("ada1 bob1");
      held.end("ada1", later(1000));
      await settle();
      await pushAll(queue, "ada1 cyd1");
      await held.hasStarted("ada1 bob1 cyd1");
      stop();
    });

    it("does not start it after stop", async () => {
      const { queue, clock } = world();
      const held = heldHandler();
      await pushAll(queue, "ada1 bob1");
      const stop = queue.consume(held.handler, 1);
      await held.hasStarted("ada1");
      held.end("ada1", later(1000));
      await held.hasStarted("ada1 bob1");
      stop();
      held.end("bob1", later(1000));
      await clock.advance(5000);
      expect(held.started).toEqual(["ada1", "bob1"]);
    });
  });
}

function placeCases(descriptor: JobQueueDescriptor): void {
  describe("places", () => {
    it("says how many start first as things stand: exactly, whoever came, went or was taken", async () => {
      const person = fc.constantFrom("ada", "bob", "cyd", "dan");
      const step = fc.oneof(
        { weight: 6, arbitrary: fc.record({ type: fc.constant("push" as const), person }) },
        { weight: 1, arbitrary: fc.record({ type: fc.constant("resume" as const), person }) },
        { weight: 2, arbitrary: fc.record({ type: fc.constant("remove" as const), index: fc.nat(30) }) },
        { weight: 2, arbitrary: fc.record({ type: fc.constant("take" as const) }) },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const world = await descriptor.create();
          const waiting = new Set<JobId>();
          for (const [n, one] of steps.entries()) {
            if (one.type === "push" || one.type === "resume") {
              await world.queue.push(`j${n}`, one.person, one.type === "push" ? "new" : "resumed");
              waiting.add(`j${n}`);
            } else if (one.type === "remove") {
              const id = [...waiting][one.index];
              if (id !== undefined) await world.queue.remove(id);
              waiting.delete(id ?? "");
            } else if (waiting.size > 0) {
              waiting.delete(await takeOne(world.queue));
            }
          }
          const places = new Map<JobId, number | null>();
          for (const id of waiting) places.set(id, await world.queue.ahead(id));
          const order = await drain(world.queue, waiting.size);
          expect([...places]).toEqual([...waiting].map((id) => [id, order.indexOf(id)]));
          await world.close();
        }),
        { numRuns: 150 },
      );
    });

    it("has no place for a job that is unknown, running, finished or sleeping", async () => {
      const { queue, clock, close } = await descriptor.create();
      const held = heldHandler();
      await pushAll(queue, "ada1 bob1");
      const stop = queue.consume(held.handler, 1);
      await held.hasStarted("ada1");
      expect(await queue.ahead("nobody")).toBeNull();
      expect(await queue.ahead("ada1")).toBeNull();
      expect(await queue.ahead("bob1")).toBe(0);
      held.end("ada1", { type: "later", afterMs: 1000 });
      await held.hasStarted("ada1 bob1");
      expect(await queue.ahead("ada1")).toBeNull();
      await clock.advance(1000);
      expect(await queue.ahead("ada1")).toBe(0);
      held.end("bob1");
      await held.hasStarted("ada1 bob1 ada1");
      expect(await queue.ahead("bob1")).toBeNull();
      stop();
      await close();
    });
  });
}
