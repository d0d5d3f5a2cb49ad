import { afterEach, describe, expect, it } from "vitest";
import type { JobId } from "../../src/core/model.ts";
import { createRoundRobinQueue } from "../../src/queue/round-robin.ts";
import { jobQueueContract } from "../contracts/job-queue.ts";
import { drain, heldHandler, pushAll } from "../contracts/queue-handlers.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";

jobQueueContract("Round-robin in one process", {
  differences: { places: "known" },
  create: async () => {
    const clock = createFakeClock();
    const faults: { id: JobId; error: unknown }[] = [];
    const queue = createRoundRobinQueue({ clock, onFault: (id, error) => faults.push({ id, error }) });
    return { queue, clock, faults, close: async () => {} };
  },
});

describe("the round-robin queue", () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });
  const withOneAsleep = async () => {
    const clock = createFakeClock();
    const queue = createRoundRobinQueue({ clock, onFault: () => {} });
    const held = heldHandler();
    const stop = queue.consume(held.handler, 1);
    stops.push(stop);
    await pushAll(queue, "ada1");
    held.end("ada1", { type: "later", afterMs: 1000 });
    await settle();
    return { queue, clock, held, stop };
  };
  const create = () => createRoundRobinQueue({ clock: createFakeClock(), onFault: () => {} });

  it("refuses a second consumer, and takes one after the first has stopped", () => {
    const queue = create();
    const stop = queue.consume(async () => ({ type: "finished" }), 1);
    expect(() => queue.consume(async () => ({ type: "finished" }), 1)).toThrow(
      expect.objectContaining({ code: "misuse" }),
    );
    stop();
    stops.push(queue.consume(async () => ({ type: "finished" }), 1));
    stop();
    expect(() => queue.consume(async () => ({ type: "finished" }), 1)).toThrow();
  });

  it.each([0, -1, Number.NaN])("refuses a concurrency of %d", (concurrency) => {
    expect(() => create().consume(async () => ({ type: "finished" }), concurrency)).toThrow(
      expect.objectContaining({ code: "misuse" }),
    );
  });

  it("lets a sleep go when its job is removed", async () => {
    const { queue, clock, held } = await withOneAsleep();
    expect(clock.pending()).toBe(1);
    await queue.remove("ada1");
    expect(clock.pending()).toBe(0);
    expect(held.started).toEqual(["ada1"]);
  });

  it("leaves nothing asleep after stop: who slept, or goes to sleep then, waits in line instead", async () => {
    const { queue, clock, held, stop } = await withOneAsleep();
    await pushAll(queue, "bob1");
    await held.hasStarted("ada1 bob1");
    stop();
    held.end("bob1", { type: "later", afterMs: 1000 });
    await settle();
    expect(clock.pending()).toBe(0);
    expect(await drain(queue, 2)).toEqual(["ada1", "bob1"]);
  });

  it("counts a handler that throws before its first await as finished", async () => {
    const faults: unknown[] = [];
    const queue = createRoundRobinQueue({
      clock: createFakeClock(),
      onFault: (_, error) => faults.push(error),
    });
    stops.push(
      queue.consume(() => {
        throw new Error("at once");
      }, 1),
    );
    await queue.push("a", "ada", "new");
    await queue.push("b", "ada", "new");
    await expect.poll(() => faults.length).toBe(2);
  });
});
