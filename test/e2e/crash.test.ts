import { describe, expect, it, vi } from "vitest";
import { FAILURE_SENTENCES } from "../../src/core/sentences.ts";
import { createFalWorld, type FalWorld, type Run } from "./fal-world.ts";
import { type PlaygroundClient, plain, type Shown } from "./playground-client.ts";

/** Ends a request at fal, and expects its picture in the reply it was asked for in, and in no other. */
async function endsInItsReply(world: FalWorld, ada: PlaygroundClient, reply: Shown, nth = 0): Promise<void> {
  const request = await world.request(nth);
  world.simulator.finish(request.id);
  const done = await ada.seeKind(reply, "done");
  expect(await ada.picture(done)).toEqual(await world.painted(request));
  expect(done.view.prompt).toBe(reply.view.prompt);
}

/** Once fal runs the first picture and the second waits with us. */
async function oneAtWorkAndOneInLine(
  world: FalWorld,
  ada: PlaygroundClient,
): Promise<readonly [atWork: Shown, inLine: Shown]> {
  const first = await ada.imagine("a lighthouse at dusk");
  await world.request(0);
  const second = await ada.imagine("a harbour at dawn");
  return [await ada.seeKind(first, "working"), await ada.seeKind(second, "waiting")];
}

// Several processes start at once on whatever the machine has.
vi.setConfig({ testTimeout: 180_000 });

const replies = (ada: PlaygroundClient) => ada.messages().filter((message) => message.view !== null);

// Killed at each step of a job alone in line: test/reliability/crash-matrix.test.ts.
describe.concurrent("after kill -9 the next start ends the same reply", () => {
  it("when the job waited in line", async ({ onTestFinished }) => {
    const world = await createFalWorld(onTestFinished, { FAL_CONCURRENCY: "1" });
    const before = await world.start();
    const [atWork, inLine] = await oneAtWorkAndOneInLine(world, before.ada);
    await before.product.kill();

    const { ada } = await world.start();
    await endsInItsReply(world, ada, atWork, 0);
    await endsInItsReply(world, ada, inLine, 1);
    expect(world.simulator.submits()).toBe(2);
    expect(replies(ada)).toHaveLength(2);
  });

  it("when the submit's answer was lost and fal lists it late", async ({ onTestFinished }) => {
    const world = await createFalWorld(onTestFinished, {}, { historyListsRunning: false });
    world.simulator.fault({ on: "submit", kind: "reset-after" });
    const before = await world.start();
    const reply = await before.ada.imagine("a lighthouse at dusk");
    const request = await world.request(0);
    await before.ada.see("that it is looked for", ({ view }) => plain(view.title).startsWith("Checking"));
    await before.product.kill();

    world.simulator.finish(request.id);
    const { ada } = await world.start();
    await endsInItsReply(world, ada, reply);
    expect(world.simulator.submits()).toBe(1);
  });

  it("with the sentence and Try again, when fal never got the submit and cannot say so", async ({
    onTestFinished,
  }) => {
    const world = await createFalWorld(onTestFinished, { FAL_HISTORY_SECONDS: "1" });
    world.simulator.fault({ on: "submit", kind: "hang" });
    const before = await world.start();
    const reply = await before.ada.imagine("a lighthouse at dusk");
    await vi.waitFor(async () => expect(await world.faultsLeft()).toBe(0), { timeout: 60_000 });
    await before.product.kill();

    const { ada } = await world.start();
    const failed = await ada.seeKind(reply, "failed");
    expect(plain(failed.view.title)).toContain(FAILURE_SENTENCES["unknown-fate"]);
    expect(failed.view.actions.map((action) => action.label)).toContain("Try again");
    expect(world.simulator.submits()).toBe(0);

    await ada.press(failed, "retry");
    const again = await ada.see("the second try", ({ id, view }) => id !== reply.id && view.jobId !== null);
    await endsInItsReply(world, ada, again);
    expect(world.simulator.submits()).toBe(1);
  });

  it("and the history of before is still there, with its pictures and buttons", async ({
    onTestFinished,
  }) => {
    const world = await createFalWorld(onTestFinished);
    const before = await world.start();
    await before.ada.say("hello everybody");
    const reply = await before.ada.imagine("a lighthouse at dusk");
    await endsInItsReply(world, before.ada, reply);
    await before.product.logged(/"msg":"Job done"/);
    await before.product.kill();

    const { ada } = await world.start();
    expect(ada.messages().map((message) => message.text)).toContain("hello everybody");
    const kept = await ada.seeKind(reply, "done");
    expect(await ada.picture(kept)).toEqual(await world.painted(await world.request(0)));
    await ada.react(kept, "🎲");
    const rolled = await ada.see(
      "the roll",
      ({ id, cause }) => id !== reply.id && cause?.did.includes("🎲") === true,
    );
    await endsInItsReply(world, ada, rolled, 1);
  });
});

describe.concurrent("a second process on the same database", () => {
  it("is refused with a sentence and exit code 1, and the first goes on", async ({ onTestFinished }) => {
    const world = await createFalWorld(onTestFinished);
    const first = await world.start();
    const second = world.launch();
    expect(await second.exited).toMatchObject({ code: 1, signal: null });
    expect(second.stderr()).toBe(
      "Another process of this bot is using the database, and two would pay for pictures twice.\n" +
        "Stop the other process, or give this one a DATABASE_URL of its own.\n",
    );
    await endsInItsReply(world, first.ada, await first.ada.imagine("a lighthouse at dusk"));
  });
});

describe.concurrent("SIGTERM", () => {
  async function stopped({ product }: Run) {
    const asked = Date.now();
    const exit = await product.stop();
    return { ...exit, afterMs: exit.at - asked };
  }

  it("hands running and waiting jobs back, exits 0, and the next start finishes them", async ({
    onTestFinished,
  }) => {
    const world = await createFalWorld(onTestFinished, { FAL_CONCURRENCY: "1" });
    const before = await world.start();
    const [atWork, inLine] = await oneAtWorkAndOneInLine(world, before.ada);
    const exit = await stopped(before);
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.afterMs).toBeLessThan(10_000);

    const { ada } = await world.start();
    await endsInItsReply(world, ada, atWork, 0);
    await endsInItsReply(world, ada, inLine, 1);
    expect(world.simulator.submits()).toBe(2);
  });

  it("hands a delivery back, and the next start finishes it", async ({ onTestFinished }) => {
    const world = await createFalWorld(onTestFinished);
    world.simulator.fault({ on: "media", kind: "hang" });
    const before = await world.start();
    const reply = await before.ada.imagine("a lighthouse at dusk");
    world.simulator.finish((await world.request(0)).id);
    await world.request(0, ({ calls }) => calls.media === 1);
    const exit = await stopped(before);
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.afterMs).toBeLessThan(10_000);

    const { ada } = await world.start();
    await endsInItsReply(world, ada, reply);
    expect(world.simulator.submits()).toBe(1);
  });

  it("waits for a submit that hangs, and still exits 0 within ten seconds", async ({ onTestFinished }) => {
    const world = await createFalWorld(onTestFinished);
    world.simulator.fault({ on: "submit", kind: "hang", acts: true });
    const before = await world.start();
    const reply = await before.ada.imagine("a lighthouse at dusk");
    await world.request(0);
    const exit = await stopped(before);
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.afterMs).toBeLessThan(10_000);

    const { ada } = await world.start();
    await endsInItsReply(world, ada, reply);
    expect(world.simulator.submits()).toBe(1);
  });
});
