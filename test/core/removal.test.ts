import { describe, expect, it } from "vitest";
import { z } from "zod";
import { BotError, ReplyError } from "../../src/errors.ts";
import { type CoreWorld, createWorld, type WorldOptions } from "../support/core-world.ts";

/** A world with one picture in it. */
async function painted(options: WorldOptions = {}): Promise<CoreWorld> {
  const world = await createWorld(options);
  await world.platform.command("a cat");
  await world.idle();
  world.backend.finish("r1");
  await world.idle();
  return world;
}

const pressDelete = async (world: CoreWorld) => world.platform.press("delete", (await world.job()).id);

// Found by the chaos run: cut off in the middle, a delete left a finished job whose message was gone.
describe("a delete", () => {
  it("whose process is killed before the message is gone takes it away at the next start", async () => {
    const world = await painted();
    world.platform.removing = () => new Promise(() => {});
    void pressDelete(world);
    await world.idle();
    world.platform.removing = () => Promise.resolve();
    const next = await world.restart();
    await next.idle();
    expect(next.platform.messages.size).toBe(0);
    expect((await next.job()).removedAt).not.toBeNull();
  });

  it("whose process is killed before that is noted is noted at the next start", async () => {
    let isStuck = true;
    const world = await painted({
      wrapStore: (store) => ({
        ...store,
        save: (job) => (isStuck && job.removedAt !== null ? new Promise<never>(() => {}) : store.save(job)),
      }),
    });
    void pressDelete(world);
    await world.idle();
    expect(world.platform.messages.size).toBe(0);
    expect((await world.job()).removedAt).toBeNull();
    isStuck = false;
    const next = await world.restart();
    await next.idle();
    expect((await next.job()).removedAt).not.toBeNull();
  });

  it("is noted when the store is back", async () => {
    let isBroken = true;
    const world = await painted({
      wrapStore: (store) => ({
        ...store,
        async save(job) {
          if (isBroken && job.removedAt !== null) throw new BotError("disk full", { code: "store" });
          await store.save(job);
        },
      }),
    });
    const answer = await pressDelete(world);
    expect(answer.refusals).toEqual([]);
    isBroken = false;
    await world.clock.advance(6000);
    expect((await world.job()).removedAt).not.toBeNull();
  });

  it("is carried out when the platform is back", async () => {
    const world = await painted();
    let tries = 0;
    world.platform.removing = async () => {
      tries += 1;
      if (tries < 4) throw new ReplyError("unavailable", "down");
    };
    const answer = await pressDelete(world);
    expect(answer.refusals).toEqual([]);
    expect(world.platform.messages.size).toBe(1);
    await world.clock.advance(30_000);
    expect(world.platform.messages.size).toBe(0);
    expect((await world.job()).removedAt).not.toBeNull();
  });

  it("that the platform refuses is told so, and not tried again", async () => {
    const world = await painted();
    world.platform.removing = () => Promise.reject(new ReplyError("forbidden", "no"));
    const answer = await pressDelete(world);
    expect(answer.refusals).toHaveLength(1);
    world.platform.removing = () => Promise.resolve();
    const next = await world.restart();
    await next.idle();
    expect(next.platform.messages.size).toBe(1);
    expect((await next.job()).removedAt).toBeNull();
  });

  it("that was cut off, and is refused for good after the restart, is not tried for ever", async () => {
    const world = await painted();
    world.platform.removing = () => new Promise(() => {});
    void pressDelete(world);
    await world.idle();
    world.platform.removing = () => Promise.reject(new ReplyError("forbidden", "no"));
    const next = await world.restart();
    await next.idle();
    expect(next.happenings).toContainEqual(expect.objectContaining({ type: "fault", where: "removal" }));
    world.platform.removing = () => Promise.resolve();
    await (await next.restart()).idle();
    expect(world.platform.messages.size).toBe(1);
    expect((await world.job()).removedAt).toBeNull();
  });

  it("whose job is gone by the next start is forgotten", async () => {
    const world = await painted();
    const presses = world.storage.records("presses", z.string());
    await presses.set("remove/nosuchjob", "");
    const next = await world.restart();
    await next.idle();
    expect(await presses.get("remove/nosuchjob")).toBeNull();
    expect((await next.job()).removedAt).toBeNull();
  });
});
