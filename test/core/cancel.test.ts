import { describe, expect, it } from "vitest";
import { plainLine } from "../../src/core/view.ts";
import { SubmitUnknown, TakeFailure } from "../../src/errors.ts";
import { type CoreWorld, createWorld } from "../support/core-world.ts";
import { MEMBER, MODERATOR } from "../support/fake-platform.ts";

const lines = (world: CoreWorld) => world.platform.shown().lines.map((line) => plainLine(line, 0));

async function runningJob(): Promise<CoreWorld> {
  const world = await createWorld();
  await world.platform.command("a cat");
  await world.idle();
  return world;
}

describe("cancelling", () => {
  it("is free while the job waits with us", async () => {
    const world = await runningJob();
    await world.platform.command("a dog");
    const job = await world.job();
    const answer = await world.platform.press("cancel", job.id);
    await world.idle();
    expect(answer.settled).toBe(1);
    expect(world.platform.shown().kind).toBe("cancelled");
    expect(lines(world)[0]).toBe("It had not left our line, so nothing was spent.");
    expect(await world.job()).toMatchObject({ state: "cancelled", cancel: { outcome: "free" } });
    world.backend.finish("r1");
    await world.idle();
    expect(world.backend.orders).toHaveLength(1);
  });

  it.each([
    ["stopped", "The image service was asked to stop and did; a picture already begun may still be charged."],
    ["too-late", "The image service had already painted it, so it is charged all the same."],
    ["unknown", "The image service did not answer whether it stopped, so it may still be charged."],
  ] as const)("asks the provider and says so when it answers %s", async (outcome, sentence) => {
    const world = await runningJob();
    world.backend.cancelAnswer = outcome;
    await world.platform.press("cancel", (await world.job()).id);
    await world.idle();
    expect(world.backend.cancels).toEqual(["r1"]);
    expect(world.platform.shown().kind).toBe("cancelled");
    expect(lines(world)[0]).toBe(sentence);
  });

  it("waits for a submit on its way and cancels its ticket then", async () => {
    const world = await createWorld();
    const { submit } = world.backend;
    let arrive = () => {};
    const held = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    world.backend.submit = async (order, signal) => {
      await held;
      return submit(order, signal);
    };
    await world.platform.command("a cat");
    await world.idle();
    await world.platform.press("cancel", (await world.job()).id);
    await world.idle();
    expect(world.platform.shown().kind).not.toBe("cancelled");
    arrive();
    await world.idle();
    expect(world.backend.cancels).toEqual(["r1"]);
    expect(world.platform.shown().kind).toBe("cancelled");
  });

  it("ends a look-up of a lost submit, and says that it may be charged", async () => {
    const world = await createWorld();
    world.backend.submitFaults.push({ error: new SubmitUnknown("lost"), arrived: true });
    await world.platform.command("a cat");
    await world.idle();
    await world.platform.press("cancel", (await world.job()).id);
    await world.idle();
    expect(await world.job()).toMatchObject({ state: "cancelled", cancel: { outcome: "unknown" } });
  });

  it("asks the provider at once about a take that waits to be asked about again", async () => {
    const world = await runningJob();
    // The key was taken from us: in a minute the job looks again.
    world.backend.fail("r1", new TakeFailure("account", "No such key"));
    await world.idle();
    expect(world.platform.shown().kind).toBe("working");
    await world.platform.press("cancel", (await world.job()).id);
    await world.idle();
    // It ended as a fault of ours once, with the take for ever on its way and its money set aside.
    expect(world.backend.cancels).toEqual(["r1"]);
    expect(await world.job()).toMatchObject({
      state: "cancelled",
      cancel: { outcome: "stopped" },
      takes: [{ state: "cancelled" }],
    });
  });

  it("is refused to others, and granted to moderators", async () => {
    const world = await runningJob();
    const { id } = await world.job();
    const refused = await world.platform.press("cancel", id, "ben");
    expect(plainLine(refused.refusals[0]?.title ?? [], 0)).toMatch(/^Only the person who asked/);
    await world.platform.press("cancel", id, "mod", { standing: MODERATOR });
    await world.idle();
    expect(plainLine(world.platform.shown().title, 0)).toBe("Cancelled by mod");
  });

  it("is refused once the picture is there, and told apart from a failed job", async () => {
    const world = await runningJob();
    world.backend.finish("r1");
    await world.idle();
    const { id } = await world.job();
    const late = await world.platform.press("cancel", id);
    expect(plainLine(late.refusals[0]?.title ?? [], 0)).toMatch(/already painted/);

    await world.platform.command("a dog");
    await world.idle();
    await world.platform.press("cancel", (await world.job()).id);
    await world.idle();
    await world.clock.advance(2000);
    const over = await world.platform.press("cancel", (await world.job()).id);
    expect(plainLine(over.refusals[0]?.title ?? [], 0)).toMatch(/over already/);
  });

  it("pressed twice is one cancel", async () => {
    const world = await runningJob();
    const { id } = await world.job();
    await world.platform.press("cancel", id);
    await world.clock.advance(2000);
    await world.platform.press("cancel", id);
    await world.idle();
    expect(world.backend.cancels).toEqual(["r1"]);
  });

  it("by ❌ stops an unfinished job and deletes a finished one", async () => {
    const world = await runningJob();
    const [key] = world.platform.keys();
    await world.platform.react("delete", key ?? "");
    await world.idle();
    expect(world.platform.shown().kind).toBe("cancelled");

    await world.platform.command("a dog");
    await world.idle();
    world.backend.finish("r2");
    await world.idle();
    const second = world.platform.keys()[1] ?? "";
    const whispers = await world.platform.react("delete", second, "ben");
    expect(plainLine(whispers[0]?.title ?? [], 0)).toMatch(/^Only the person who asked/);
    await world.platform.react("delete", second);
    expect(world.platform.messages.has(second)).toBe(false);
    expect((await world.job()).removedAt).not.toBeNull();
  });

  it("reaches a job whose reply is still on its way", async () => {
    const world = await runningJob();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const accepted = world.platform.send((responder) => {
      const reply = async (view: Parameters<typeof responder.reply>[0]) => {
        await held;
        return responder.reply(view);
      };
      return {
        type: "command",
        command: "imagine",
        input: { type: "text", text: "a dog" },
        deliveryId: "slow",
        requester: { platform: "fake", workspace: "w", user: "ada", name: "ada" },
        place: { channel: "c", kind: "channel", ageRestricted: null },
        standing: MEMBER,
        direct: {
          platform: "fake",
          messageKey: null,
          scope: "fake",
          data: { key: "direct", audience: "ada" },
        },
        replyTo: { platform: "fake", messageKey: null, scope: "fake", data: { key: "slow", audience: null } },
        obstacle: null,
        parentId: null,
        responder: { ...responder, reply },
      };
    });
    await world.idle();
    await world.platform.press("cancel", (await world.job()).id);
    release();
    await accepted;
    await world.idle();
    expect(world.platform.shown("slow").kind).toBe("cancelled");
    expect(world.backend.orders).toHaveLength(1);
  });

  it("is free in the moment between our line and the submit", async () => {
    const { world, release } = await heldBetweenLineAndSubmit();
    await world.platform.press("cancel", (await world.job()).id);
    release();
    await world.idle();
    expect(world.backend.orders).toHaveLength(0);
    expect(await world.job()).toMatchObject({ state: "cancelled", cancel: { outcome: "free" } });
  });

  it("while the process stops leaves the job to the next one", async () => {
    const { world, release } = await heldBetweenLineAndSubmit();
    const stopped = world.core.stop();
    release();
    await stopped;
    expect(world.backend.orders).toHaveLength(0);
    expect((await world.job()).state).toBe("queued");
  });
});

/** A job that has left the line, but whose owner has not read its record yet. */
async function heldBetweenLineAndSubmit(): Promise<{
  readonly world: CoreWorld;
  readonly release: () => void;
}> {
  let hold = true;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const world = await createWorld({
    wrapStore: (store) => ({
      ...store,
      async get(id) {
        const job = await store.get(id);
        if (job?.state === "queued" && hold) {
          hold = false;
          await held;
        }
        return job;
      },
    }),
  });
  await world.platform.command("a cat");
  await world.idle();
  return { world, release };
}
