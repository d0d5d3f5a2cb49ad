import { describe, expect, it } from "vitest";
import type { Home, InboundEvent } from "../../src/core/events.ts";
import { plainLine, type View } from "../../src/core/view.ts";
import { BotError, ReplyError } from "../../src/errors.ts";
import { type CoreWorld, createWorld, type WorldOptions } from "../support/core-world.ts";
import { aPerson, MEMBER, MODERATOR } from "../support/fake-platform.ts";

const sentence = (view: View | undefined) => plainLine(view?.title ?? [], 0);

async function finished(
  options: WorldOptions = {},
): Promise<CoreWorld & { readonly key: string; readonly id: string }> {
  const world = await createWorld(options);
  await world.platform.command("a cat ar:16:9 seed:42 no:dogs");
  await world.idle();
  world.backend.finish("r1");
  await world.idle();
  return { ...world, key: world.platform.keys()[0] ?? "", id: (await world.job()).id };
}

describe("a command", () => {
  it("that is wrong is refused in private, and nothing public is left", async () => {
    const world = await createWorld();
    const answer = await world.platform.command("a cat ar:17:9");
    expect(answer.refusals).toHaveLength(1);
    expect(answer.refusals[0]?.kind).toBe("refusal");
    expect(world.platform.messages.size).toBe(0);
  });

  it("for help is answered in private", async () => {
    const world = await createWorld();
    const answer = await world.platform.command("help");
    expect(answer.refusals[0]?.kind).toBe("notice");
  });

  it("nobody knows is refused", async () => {
    const world = await createWorld();
    const answer = await world.platform.command("x", { command: "paint" } as Partial<InboundEvent>);
    expect(sentence(answer.refusals[0])).toBe("I do not know this command.");
  });

  it("is refused with the obstacle before anything is stored or paid for", async () => {
    const world = await createWorld();
    const answer = await world.platform.command("a cat", {
      obstacle: "I may not attach files here.",
    } as never);
    expect(sentence(answer.refusals[0])).toBe("I may not attach files here.");
    await expect(world.job()).rejects.toThrow();
  });

  it("is not accepted while the store is broken, and says so", async () => {
    const world = await createWorld({
      wrapStore: (store) => ({
        ...store,
        insert: () => Promise.reject(new BotError("disk full", { code: "store" })),
      }),
    });
    const answer = await world.platform.command("a cat");
    expect(sentence(answer.refusals[0])).toMatch(/cannot save requests/);
    await world.idle();
    expect(world.backend.orders).toHaveLength(0);
  });

  it("whose reply may not be posted is not painted, and the person is told privately", async () => {
    const world = await createWorld();
    world.platform.createFaults.push(new ReplyError("forbidden", "no"));
    const answer = await world.platform.command("a cat");
    await world.idle();
    expect(sentence(answer.refusals[0])).toMatch(/could not post here, so nothing was painted/);
    expect(world.backend.orders).toHaveLength(0);
    expect(await world.job()).toMatchObject({ state: "failed", failure: "delivery" });
  });

  it("whose reply's answer was lost is painted once, in one reply", async () => {
    const world = await createWorld();
    world.platform.loseNextAnswer();
    await world.platform.command("a cat");
    await world.idle();
    world.backend.finish("r1");
    await world.idle();
    expect(world.platform.messages.size).toBe(1);
    expect(world.platform.shown().kind).toBe("done");
  });

  it("that breaks in an unforeseen way is answered with a sentence all the same", async () => {
    const world = await createWorld({
      wrapStore: (store) => ({ ...store, insert: () => Promise.reject(new RangeError("bug")) }),
    });
    const answer = await world.platform.command("a cat");
    expect(sentence(answer.refusals[0])).toMatch(/went wrong on my side; nothing was painted/);
  });

  it("from a form treats empty fields as not given", async () => {
    const world = await createWorld();
    await world.platform.command("", {
      input: { type: "options", action: null, options: { prompt: "a cat", no: "", seed: "", ar: "4:3" } },
    } as Partial<InboundEvent>);
    expect((await world.job()).request).toMatchObject({
      prompt: "a cat",
      no: null,
      seed: null,
      ratio: "4:3",
    });
  });
});

describe("a reroll", () => {
  it("by emoji from another person is that person's job, with a new seed and a link to its parent", async () => {
    const world = await finished();
    await world.platform.react("reroll", world.key, "ben");
    await world.idle();
    const job = await world.job();
    expect(job).toMatchObject({ parentId: world.id, requester: { user: "ben" } });
    expect(job.request).toMatchObject({ prompt: "a cat", no: "dogs", ratio: "16:9", seed: null });
    expect(job.takes[0]?.seed).not.toBe(42);
    world.backend.finish("r2");
    await world.idle();
    const view = world.platform.shown();
    expect(view.kind).toBe("done");
    expect(view.lines).toContainEqual([
      "Another roll of ",
      { type: "job", jobId: world.id, messageKey: world.key, text: "this picture" },
    ]);
    expect(world.platform.messages.size).toBe(2);
  });

  it("by button works too, as often as one likes", async () => {
    const world = await finished();
    for (let i = 0; i < 3; i += 1) {
      await world.platform.press("reroll", world.id);
      await world.clock.advance(2000);
    }
    expect(world.platform.messages.size).toBe(4);
  });

  it("by a double click is one", async () => {
    const world = await finished();
    await world.platform.press("reroll", world.id);
    const second = await world.platform.press("reroll", world.id);
    expect(second.settled).toBe(1);
    expect(world.platform.messages.size).toBe(2);
  });

  it("by the same emoji again is a repeat, unless it was taken off in between", async () => {
    const world = await finished();
    await world.platform.react("reroll", world.key, "ben");
    await world.platform.react("reroll", world.key, "ben");
    expect(world.platform.messages.size).toBe(2);
    await world.platform.react("reroll", world.key, "ben", { change: "removed" });
    await world.platform.react("reroll", world.key, "ben");
    expect(world.platform.messages.size).toBe(3);
  });

  it("pressed in the moment between the picture and its record waits for the record", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const world = await createWorld({
      wrapStore: (store) => ({
        ...store,
        async save(job) {
          if (job.state === "done") await held;
          return store.save(job);
        },
      }),
    });
    await world.platform.command("a cat");
    await world.idle();
    world.backend.finish("r1");
    await world.idle();
    expect(world.platform.shown().kind).toBe("done");
    const pressed = world.platform.react("reroll", world.platform.keys()[0] ?? "");
    await world.idle();
    release();
    expect(await pressed).toEqual([]);
    expect(world.platform.messages.size).toBe(2);
  });

  it("pressed while the result cannot be shown does not wait for ever", async () => {
    const world = await createWorld();
    await world.platform.command("a cat");
    await world.idle();
    for (let i = 0; i < 9; i += 1)
      world.platform.resultFaults.push(() => new ReplyError("unavailable", "down"));
    world.backend.finish("r1");
    await world.idle();
    const pressed = world.platform.react("reroll", world.platform.keys()[0] ?? "");
    await world.clock.advance(2000);
    expect(sentence((await pressed)[0])).toBe("There is no picture yet.");
  });

  it("by the very same delivery after a crash does nothing more", async () => {
    const world = await finished();
    await world.platform.react("reroll", world.key, "ben", { deliveryId: "same" });
    const next = await world.restart();
    await next.platform.react("reroll", world.key, "ben", { deliveryId: "same" });
    expect(next.platform.messages.size).toBe(2);
  });

  it("of a picture that is not there yet is refused", async () => {
    const world = await createWorld();
    await world.platform.command("a cat");
    await world.idle();
    const whispers = await world.platform.react("reroll", world.platform.keys()[0] ?? "");
    expect(sentence(whispers[0])).toBe("There is no picture yet.");
  });

  it("on a stranger's message or a deleted one does nothing", async () => {
    const world = await finished();
    expect(await world.platform.react("reroll", "not-ours")).toEqual([]);
    await world.platform.press("delete", world.id);
    expect(await world.platform.react("reroll", world.key)).toEqual([]);
    expect(world.platform.messages.size).toBe(0);
  });

  it("by emoji where the bot may not post is said privately", async () => {
    const world = await finished();
    const whispers = await world.platform.react("reroll", world.key, "ben", {
      obstacle: "I may not write here.",
    });
    expect(sentence(whispers[0])).toBe("I may not write here.");
  });

  it("of a picture whose prompt was changed says what it came from", async () => {
    const world = await finished();
    await world.platform.command("a dog", { parentId: world.id } as Partial<InboundEvent>);
    await world.idle();
    expect(world.platform.shown().lines.map((line) => plainLine(line, 0))).toContain(
      "Changed from this picture",
    );
    await world.platform.press("delete", world.id);
    await world.platform.command("a bird", { parentId: world.id } as Partial<InboundEvent>);
    const [, parent] = world.platform.shown().lines;
    expect(parent?.[1]).toMatchObject({ messageKey: null });
  });
});

describe("other presses", () => {
  it("Edit opens a form with what was asked for", async () => {
    const world = await finished();
    const { forms } = await world.platform.press("edit", world.id);
    expect(Object.fromEntries(forms[0]?.fields.map((field) => [field.option, field.value]) ?? [])).toEqual({
      prompt: "a cat",
      no: "dogs",
      ar: "16:9",
      seed: "42",
    });
    expect(forms[0]?.parentId).toBe(world.id);
    expect(await world.platform.react("edit", world.key)).toEqual([]);
  });

  it("Use prompt opens a form for a picture of one's own", async () => {
    const world = await finished();
    const { forms } = await world.platform.press("use-prompt", world.id, "ben");
    expect(forms[0]).toMatchObject({ parentId: null });
    expect(forms[0]?.fields.map((field) => field.value)).toEqual(["a cat", "dogs", "16:9", ""]);
    expect(await world.platform.react("use-prompt", world.key)).toEqual([]);
  });

  it("a shortcut opens the form with the text it was used on", async () => {
    const world = await createWorld();
    const answer = await world.platform.send((responder) => ({
      type: "ask",
      command: "imagine",
      initial: { prompt: "from a message" },
      deliveryId: "ask",
      requester: aPerson("ada"),
      place: { channel: "c", kind: "channel", ageRestricted: null },
      standing: MEMBER,
      direct: { platform: "fake", messageKey: null, scope: "fake", data: { key: "direct", audience: "ada" } },
      replyTo: { platform: "fake", messageKey: null, scope: "fake", data: { key: "ask", audience: null } },
      obstacle: null,
      responder,
    }));
    expect(answer.forms[0]?.fields[0]?.value).toBe("from a message");
  });

  it("Delete takes the reply away, for the requester and moderators only", async () => {
    const world = await finished();
    const refused = await world.platform.press("delete", world.id, "ben");
    expect(sentence(refused.refusals[0])).toMatch(/^Only the person/);
    await world.platform.press("delete", world.id, "mod", { standing: MODERATOR } as Partial<InboundEvent>);
    expect(world.platform.messages.size).toBe(0);
  });

  it("Cancel on a second message that a lost answer left behind takes that one away, and only that", async () => {
    const world = await finished();
    const stray = {
      platform: "fake",
      messageKey: "stray",
      scope: "fake",
      data: { key: "stray", audience: null },
    };
    await world.platform.openReply(stray, async () => {}).create(world.platform.shown());
    const pressed = (user: string, intent: "cancel" | "delete", at: typeof stray) =>
      world.platform.press(intent, world.id, user, { pressed: at } as Partial<InboundEvent>);
    expect((await pressed("ben", "cancel", stray)).refusals).toHaveLength(1);
    expect((await pressed("ada", "cancel", stray)).settled).toBe(1);
    expect(world.platform.keys()).toEqual([world.key]);
    await world.clock.advance(2000);
    const real = { ...stray, messageKey: world.key };
    expect(sentence((await pressed("ada", "cancel", real)).refusals[0])).toMatch(/already painted/);
    await pressed("ada", "delete", real);
    expect(world.platform.keys()).toEqual([]);
  });

  it("on a job nobody remembers are answered kindly", async () => {
    const world = await createWorld();
    const answer = await world.platform.press("reroll", "nosuchjob");
    expect(sentence(answer.refusals[0])).toBe("I no longer know this picture.");
  });

  it("Send to me brings the picture privately and says so", async () => {
    const world = await finished();
    const answer = await world.platform.press("send-to-me", world.id, "ben");
    expect(sentence(answer.refusals[0])).toBe("I have sent it to you privately.");
    const sent = [...world.platform.messages.values()].find((message) => message.audience === "ben");
    expect(sent?.views[0]?.images).toHaveLength(1);
    expect(world.pictures.onDisk.size).toBe(0);
    expect(await world.platform.react("send-to-me", world.key, "chloe")).toEqual([]);
    expect([...world.platform.messages.values()].some((message) => message.audience === "chloe")).toBe(true);
  });

  it.each([
    ["closed", /yours are closed/],
    ["unavailable", /could not send you the picture privately/],
  ] as const)("Send to me says so when private messages are %s", async (problem, words) => {
    const world = await finished();
    world.platform.createFaults.push(new ReplyError(problem, problem));
    const answer = await world.platform.press("send-to-me", world.id);
    expect(sentence(answer.refusals[0])).toMatch(words);
  });

  it("Send to me says so when the picture is no longer to be had, or not there yet", async () => {
    const world = await finished();
    world.pictures.failures = 1;
    const gone = await world.platform.press("send-to-me", world.id);
    expect(sentence(gone.refusals[0])).toMatch(/could not send you/);
    await world.platform.command("a dog");
    await world.idle();
    const early = await world.platform.press("send-to-me", (await world.job()).id);
    expect(sentence(early.refusals[0])).toBe("There is no picture yet.");
  });

  it("Send to me re-encodes a picture that is too large for there", async () => {
    const world = await finished();
    world.platform.pictures = { maxBytes: 500, types: ["image/jpeg"] };
    await world.platform.press("send-to-me", world.id);
    const sent = [...world.platform.messages.values()].find((message) => message.audience === "ada");
    expect(sent?.views[0]?.images[0]?.bytes).toBe(500);
    expect(world.pictures.onDisk.size).toBe(0);
  });
});

describe("the bot's own page", () => {
  it("shows the person's finished pictures, newest first", async () => {
    const world = await finished();
    let shown: Home | null = null;
    const home = (user: string): InboundEvent => ({
      type: "home",
      requester: aPerson(user),
      show: async (page) => {
        shown = page;
      },
    });
    await world.platform.send(() => home("ada"));
    expect(shown).toMatchObject({ recent: [{ jobId: world.id, prompt: "a cat", messageKey: world.key }] });
    await world.platform.send(() => home("ben"));
    expect(shown).toMatchObject({ recent: [] });
    await world.core.stop();
    await world.platform.send(() => home("ada"));
    expect(shown).toMatchObject({ recent: [] });
  });

  it("that cannot be shown is no more than a line in the log", async () => {
    const world = await createWorld();
    await world.platform.send(() => ({
      type: "home",
      requester: aPerson("ada"),
      show: () => Promise.reject(new ReplyError("unavailable", "down")),
    }));
    expect(world.happenings.at(-1)).toMatchObject({ type: "fault", where: "home" });
  });
});
