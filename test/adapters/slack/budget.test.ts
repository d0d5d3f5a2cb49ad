import { afterEach, describe, expect, it } from "vitest";
import { createPostLanes, createUpdateBudget } from "../../../adapters/slack/pacing.ts";
import type { CommandEvent, InboundEvent } from "../../../src/core/events.ts";
import { ReplyError } from "../../../src/errors.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createScaledClock } from "../../support/slack/scaled-clock.ts";
import { keepNothing } from "../../support/slack/stage-helpers.ts";
import { ADA, CHANNEL, createSlackStage, type SlackStage } from "../../support/slack/world.ts";
import { aDoneView, aPicture, aWorkingView, fileSha256 } from "../../support/views.ts";

let stage: SlackStage | null = null;
afterEach(() => stage?.close());

describe("chat.update's minute", () => {
  it("leaves each open reply a place for its result", async () => {
    const clock = createFakeClock();
    const budget = createUpdateBudget(clock);
    const replies = Array.from({ length: 20 }, (_, n) => `C/${n}`);
    let sent = 0;
    for (let round = 0; round < 10; round += 1) {
      for (const reply of replies) sent += budget.progress(reply) === 0 ? 1 : 0;
    }
    expect(sent).toBeGreaterThan(20);
    expect(replies.map((reply) => budget.result(reply))).toEqual(Array(20).fill(0));
  });

  it("lets one reply alone have nearly all of it", () => {
    const budget = createUpdateBudget(createFakeClock());
    const sent = Array.from({ length: 60 }, () => budget.progress("C/1")).filter((wait) => wait === 0);
    expect(sent).toHaveLength(47);
  });

  it("gives every result its place in the end, and progress none while one waits", async () => {
    const clock = createFakeClock();
    const budget = createUpdateBudget(clock);
    const replies = Array.from({ length: 60 }, (_, n) => `C/${n}`);
    const waits = replies.map((reply) => budget.result(reply));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(48);
    await clock.advance(Math.max(...waits));
    expect(budget.progress("C/other")).toBeGreaterThan(0);
    expect(replies.slice(48).map((reply) => budget.result(reply))).toEqual(Array(12).fill(0));
    expect(budget.progress("C/other")).toBe(0);
  });

  it("holds everything when Slack asks for patience", async () => {
    const clock = createFakeClock();
    const budget = createUpdateBudget(clock);
    budget.pause(30_000);
    expect(budget.progress("C/1")).toBe(30_000);
    await clock.advance(29_999);
    expect(budget.result("C/1")).toBe(1);
    await clock.advance(1);
    expect(budget.result("C/1")).toBe(0);
  });
});

describe("a channel's second", () => {
  it("is one post's, first come first served, and other channels do not wait", async () => {
    const clock = createFakeClock();
    const lanes = createPostLanes(clock);
    const order: string[] = [];
    const turn = (channel: string, name: string) =>
      lanes.run(channel, async () => {
        order.push(`${name}@${(clock.now() - Date.UTC(2026, 0, 1)) / 1000}`);
      });
    void turn("C1", "a");
    void turn("C1", "b");
    void turn("C2", "c");
    void turn("C1", "d");
    await clock.advance(5000);
    expect(order).toEqual(["a@0", "c@0", "b@1.01", "d@2.02"]);
  });
});

describe("twenty jobs at once in one workspace, under Slack's real tiers", () => {
  it("all get their picture, no post is lost or doubled, and hardly a call is refused", async () => {
    // Slack's clock and ours are the same one, forty times as fast as real time.
    const clock = createScaledClock(40);
    stage = await createSlackStage({ rates: "real", clock, adapterClock: clock, fileReadyMs: 1500 });
    const { adapter, emulator, people } = stage;
    const picture = await aPicture();
    const finished: Promise<void>[] = [];
    await adapter.start(async (event) => {
      if (isCommand(event)) finished.push(job(event));
    });

    async function job(event: CommandEvent): Promise<void> {
      const ref = await event.responder.reply(aWorkingView());
      const handle = adapter.openReply(ref, keepNothing);
      for (let step = 0; step < 6; step += 1) {
        await clock.sleep(3000);
        await handle.update(aWorkingView({ title: [`step ${step}`] })).catch(() => undefined);
      }
      await insist(() => handle.update(aDoneView(picture)));
    }

    /** As the core does with results. */
    async function insist(update: () => Promise<void>): Promise<void> {
      for (;;) {
        const failure: unknown = await update().then(
          () => null,
          (error: unknown) => error,
        );
        if (failure === null) return;
        if (!(failure instanceof ReplyError) || failure.problem !== "paced") throw failure;
        await clock.sleep(failure.retryAfterMs ?? 1000);
      }
    }

    await Promise.all(Array.from({ length: 20 }, () => people.slash(ADA, CHANNEL, "imagine", "a fox")));
    expect(finished).toHaveLength(20);
    await Promise.all(finished);
    const { messages, files, calls } = emulator.state;
    expect(messages).toHaveLength(20);
    const sha256 = await fileSha256(picture.path);
    const shown = messages.map(
      (message) => message.shown.blocks.filter((block) => block["type"] === "image").length,
    );
    expect(shown).toEqual(Array(20).fill(1));
    expect([...files.values()].map((file) => file.sha256)).toEqual(Array(20).fill(sha256));
    expect(calls.filter((call) => call.outcome === "429").length).toBeLessThanOrEqual(1);
    expect(emulator.calls("chat.postMessage").filter((call) => call.outcome === "ok")).toHaveLength(20);
  });
});

function isCommand(event: InboundEvent): event is CommandEvent {
  return event.type === "command";
}
