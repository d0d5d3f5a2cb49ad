import { describe, expect, it } from "vitest";
import { aPolicy } from "../../support/builders.ts";
import { createWorld } from "../../support/core-world.ts";
import { aPerson, MODERATOR, OWNER } from "../../support/fake-platform.ts";
import { told, typed } from "../../support/owner.ts";

const DAY_MS = 86_400_000;
const withPolicy = (policy: Parameters<typeof aPolicy>[0], rest: object = {}) =>
  createWorld({ owner: { defaults: aPolicy(policy), ...rest } });
const from = (channel: string, ageRestricted: boolean | null = null) => ({
  place: { channel, kind: "channel", ageRestricted } as const,
});
const DIRECT = { place: { channel: "d", kind: "direct", ageRestricted: null } as const };

describe("a request beyond a limit", () => {
  it("is refused with what is possible and when, and costs nothing", async () => {
    const world = await withPolicy({ perHour: 1 });
    await typed(world, "/imagine a cat");
    const now = world.clock.now();
    expect(told(await typed(world, "/imagine a dog"), now + 1)).toBe(
      "You have had your 1 picture for this hour. The next is possible in 60 min.",
    );
    expect(world.backend.orders).toHaveLength(1);
    expect((await world.storage.ledger.spent({ type: "bot" }, now)).day.pictures).toBe(1);
    await world.clock.advance(3_600_001);
    expect(told(await typed(world, "/imagine a dog"))).toBe("");
  });

  it.each([
    [{ waiting: 1 }, "You have 1 picture that is not finished yet. Wait for one of them, or cancel one."],
    [{ waitingHere: 1 }, "This place has 1 picture unfinished already. Try again in a minute."],
    [
      { personDayMicroUsd: 45_000 },
      "You have spent what may be spent today ($0.045). The next is possible in",
    ],
    [
      { monthMicroUsd: 45_000 },
      "This place has spent what may be spent this month ($0.045). The next is possible in",
    ],
  ])("names the limit: %j", async (policy, sentence) => {
    const world = await withPolicy(policy);
    await typed(world, "/imagine a cat");
    expect(told(await typed(world, "/imagine a dog"))).toContain(sentence);
    expect(world.happenings.filter((one) => one.type === "refused")).toHaveLength(1);
  });

  it("makes a person wait between two requests", async () => {
    const world = await withPolicy({ cooldownSeconds: 80 });
    await typed(world, "/imagine a cat");
    expect(told(await typed(world, "/imagine a dog"), world.clock.now())).toBe(
      "There must be 1 min 20 s between two of your requests. The next is possible in 80 s.",
    );
    expect(told(await typed(world, "/imagine a dog", { user: "ben" }))).toBe("");
  });

  it("is not passed by the whole bot either, and the owner is told once", async () => {
    const world = await createWorld({
      owner: {
        botCeilings: { day: 90_000, month: null },
        alertChannels: [{ platform: "fake", channel: "alerts" }],
      },
    });
    for (const prompt of ["a", "b"]) expect(told(await typed(world, `/imagine ${prompt}`))).toBe("");
    for (const prompt of ["c", "d"])
      expect(told(await typed(world, `/imagine ${prompt}`))).toContain(
        "This bot has spent what may be spent today ($0.09)",
      );
    const alerts = [...world.platform.messages.values()].filter((one) => one.audience === "null/alerts");
    expect(alerts).toHaveLength(1);
    expect(world.happenings.filter((one) => one.type === "alert")).toHaveLength(1);
  });

  it("is granted to those with a role that has more", async () => {
    const world = await withPolicy({ perHour: 1 });
    await typed(world, "/images-admin limits per-hour:3 role:artists", { standing: OWNER });
    const artist = { standing: { roles: ["artists"], moderator: false, owner: false } };
    for (const prompt of ["a", "b", "c"])
      expect(told(await typed(world, `/imagine ${prompt}`, artist))).toBe("");
    expect(told(await typed(world, "/imagine d", artist))).toContain("3 pictures for this hour");
    await typed(world, "/imagine e", { user: "ben" });
    expect(told(await typed(world, "/imagine f", { user: "ben" }))).toContain("1 picture for this hour");
  });

  it("holds for a reroll too, which the presser pays", async () => {
    const world = await withPolicy({ perHour: 1 });
    await typed(world, "/imagine a cat");
    world.backend.finish("r1");
    await world.idle();
    const { id } = await world.job();
    expect(told(await world.platform.press("reroll", id, "ada"))).toContain("1 picture for this hour");
    await world.platform.press("reroll", id, "ben");
    await world.idle();
    expect((await world.job()).requester.user).toBe("ben");
  });

  it("never turns a repeated delivery into a refusal", async () => {
    const world = await withPolicy({ perHour: 1 });
    const event = { deliveryId: "same" };
    await typed(world, "/imagine a cat", event);
    const again = await typed(world, "/imagine a cat", event);
    expect([again.refusals.length, again.settled]).toEqual([0, 1]);
    const [one, other] = await Promise.all([
      world.platform.command("a dog", { deliveryId: "twin", requester: aPerson("ben") }),
      world.platform.command("a dog", { deliveryId: "twin", requester: aPerson("ben") }),
    ]);
    expect([one.refusals.length, other.refusals.length]).toEqual([0, 0]);
    expect((await world.storage.ledger.activity("fake/w/ben", world.clock.now())).lastHour).toBe(1);
  });
});

describe("where and for whom", () => {
  it("is said by channel rules: one allowed closes the others, denied outweighs", async () => {
    const world = await createWorld();
    const owner = { standing: OWNER };
    await typed(world, "/images-admin channel allow #art", owner);
    expect(told(await typed(world, "/imagine a cat", from("c")))).toBe(
      "Pictures are not made in this channel. Try another one.",
    );
    expect(told(await typed(world, "/imagine a cat", from("art")))).toBe("");
    await typed(world, "/images-admin channel deny #art", owner);
    expect(told(await typed(world, "/imagine a cat", from("art")))).toContain("not made in this channel");
    await typed(world, "/images-admin channel clear #art", owner);
    expect(told(await typed(world, "/imagine a cat", from("c")))).toBe("");
  });

  it("is said by role rules, which never keep out those who look after the place", async () => {
    const world = await createWorld();
    await typed(world, "/images-admin role allow @artists", { standing: OWNER });
    expect(told(await typed(world, "/imagine a cat"))).toContain("for members with certain roles");
    const artist = { roles: ["artists"], moderator: false, owner: false };
    expect(told(await typed(world, "/imagine a cat", { standing: artist }))).toBe("");
    expect(told(await typed(world, "/imagine a cat", { standing: MODERATOR }))).toBe("");
  });

  it("private messages can be switched off", async () => {
    const world = await withPolicy({ directMessages: false });
    expect(told(await typed(world, "/imagine a cat", DIRECT))).toBe(
      "I do not paint in private messages. Ask me in a channel.",
    );
  });

  it("outside age-restricted channels pictures are hidden or refused, as set; unknown is not outside", async () => {
    const world = await createWorld();
    await typed(world, "/images-admin settings outside-age-restricted:refuse", { standing: OWNER });
    expect(told(await typed(world, "/imagine a cat", from("c", false)))).toContain(
      "only in age-restricted channels",
    );
    expect(told(await typed(world, "/imagine a cat", from("c", true)))).toBe("");
    expect(told(await typed(world, "/imagine a cat", from("c", null)))).toBe("");
    await typed(world, "/images-admin settings outside-age-restricted:spoiler", { standing: OWNER });
    await typed(world, "/imagine a dog", from("c", false));
    expect((await world.job()).terms.spoiler).toBe(true);
    await typed(world, "/imagine a dog", from("c", true));
    expect((await world.job()).terms.spoiler).toBe(false);
  });

  it("somebody blocked is told why and until when, also in private, also after a restart", async () => {
    const first = await createWorld();
    await typed(first, "/images-admin block @ben days:7 spamming", { standing: MODERATOR });
    const world = await first.restart();
    const sentence = /^You may not ask for pictures here\. That ends in 7 days\. Reason: spamming\.$/;
    expect(told(await typed(world, "/imagine a cat", { user: "ben" }), world.clock.now())).toMatch(sentence);
    const requester = { ...aPerson("ben"), workspace: null };
    expect(told(await typed(world, "/imagine a cat", { ...DIRECT, requester }), world.clock.now())).toMatch(
      sentence,
    );
    expect(
      told(await typed(world, "/imagine a cat", { requester: { ...requester, workspace: "elsewhere" } })),
    ).toBe("");
    await world.clock.advance(7 * DAY_MS);
    expect(told(await typed(world, "/imagine a cat", { user: "ben" }))).toBe("");
  });
});

describe("the blocklist", () => {
  it("stops a prompt with one sentence that does not teach how to get round it, and tells the log", async () => {
    const world = await createWorld();
    await typed(world, "/images-admin log-channel #log", { standing: OWNER });
    await typed(world, "/images-admin blocklist add banana", { standing: MODERATOR });
    const answer = await typed(world, "/imagine a BANANA in a bowl");
    expect(told(answer)).toBe(
      "This prompt has something in it that is not painted here. Change the wording and try again.",
    );
    await world.clock.advance(10_000);
    const log = [...world.platform.messages.values()].filter((one) => one.audience === "w/log");
    const stopped = log
      .map((one) => one.views[0])
      .find((view) => JSON.stringify(view?.title).includes("Stopped by"));
    expect(stopped?.prompt).toBe("a BANANA in a bowl");
    expect(JSON.stringify(stopped?.lines)).toContain("banana");
  });

  it("looks at what must not appear as well, and at edits", async () => {
    const world = await createWorld();
    await typed(world, "/images-admin blocklist add banana", { standing: MODERATOR });
    expect(told(await typed(world, "/imagine a cat no:banana"))).toContain("not painted here");
  });

  it("of the configuration holds everywhere and cannot be taken away by a workspace", async () => {
    const world = await createWorld({ owner: { blocklist: ["banana"] } });
    await typed(world, "/images-admin blocklist remove banana", { standing: OWNER });
    expect(told(await typed(world, "/imagine a banana"))).toContain("not painted here");
  });
});

describe("a pause by a moderator", () => {
  it("refuses what is new, keeps what waits, follows what is at the provider, and ends with resume", async () => {
    const world = await createWorld();
    await typed(world, "/imagine a cat");
    await typed(world, "/imagine a dog", { user: "ben" });
    await typed(world, "/images-admin pause moving house", { standing: MODERATOR });
    expect(told(await typed(world, "/imagine a fox"))).toBe(
      "Pictures are paused here by a moderator. Reason: moving house. Try again later.",
    );
    world.backend.finish("r1");
    await world.idle();
    await world.clock.advance(60_000);
    expect(world.backend.orders).toHaveLength(1);
    const second = await world.job();
    expect(JSON.stringify(world.platform.shown(second.reply.messageKey ?? "").title)).toContain(
      "your request is kept",
    );
    const next = await world.restart();
    await next.clock.advance(10_000);
    expect(next.backend.orders).toHaveLength(1);
    await typed(next, "/images-admin resume", { standing: MODERATOR });
    await next.clock.advance(5_000);
    expect(next.backend.orders).toHaveLength(2);
  });

  it("does not keep anybody from cancelling for free", async () => {
    const world = await createWorld();
    await typed(world, "/imagine a cat");
    await typed(world, "/imagine a dog", { user: "ben" });
    await typed(world, "/images-admin pause", { standing: MODERATOR });
    world.backend.finish("r1");
    await world.idle();
    const { id } = await world.job();
    await world.platform.press("cancel", id, "ben");
    await world.clock.advance(5_000);
    expect((await world.job()).cancel?.outcome).toBe("free");
    expect(world.backend.orders).toHaveLength(1);
  });
});
