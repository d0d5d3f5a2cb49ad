import { describe, expect, it } from "vitest";
import { ReplyError } from "../../../src/errors.ts";
import { type CoreWorld, createWorld } from "../../support/core-world.ts";
import { aPerson, MODERATOR, OWNER } from "../../support/fake-platform.ts";
import { told, typed, words } from "../../support/owner.ts";

const order = async (world: CoreWorld, line: string, event: object = { standing: OWNER }) =>
  told(await typed(world, `/images-admin ${line}`, { user: "own", ...event }), world.clock.now());
/** What stands in the moderators' log, oldest first. */
const log = (world: CoreWorld): readonly string[] =>
  [...world.platform.messages.values()]
    .filter((one) => one.audience === "w/log")
    .map((one) => words(one.views[0]));
async function logged(): Promise<CoreWorld> {
  const world = await createWorld();
  await order(world, "log-channel #log");
  return world;
}

describe("/images-admin", () => {
  it("is refused to members, and its money and settings to moderators", async () => {
    const world = await createWorld();
    expect(await order(world, "status", {})).toBe("That is for the moderators and owners of this place.");
    expect(await order(world, "budget day:5", { standing: MODERATOR })).toBe(
      "That is for the owners of this place.",
    );
    expect(await order(world, "budget", { standing: MODERATOR })).toContain("Budget · as they are now");
  });

  it("knows the configuration's own owners everywhere", async () => {
    const world = await createWorld({ owner: { owners: new Set(["fake:own"]) } });
    expect(await order(world, "budget day:5", {})).toContain("day: $5");
  });

  it("has no settings for private messages without a workspace", async () => {
    const world = await createWorld();
    const requester = { ...aPerson("own"), workspace: null };
    expect(await order(world, "status", { standing: OWNER, requester })).toContain(
      "Use this command in the server",
    );
  });

  it("sets limits, ceilings and rules, shows what holds, and keeps it over a restart", async () => {
    const first = await createWorld();
    expect(await order(first, "limits per-hour:20 waiting:3 waiting-here:off cooldown:10")).toBe(
      [
        "Limits · changed, from now on",
        "To change something: /images-admin limits per-hour:20",
        "per-hour: 20",
        "waiting: 3",
        "waiting-here: no limit",
        "cooldown: 10 s",
      ].join("\n"),
    );
    await order(first, "budget day:5 person-month:2.50");
    await order(first, "limits per-hour:off role:@artists");
    await order(first, "settings reroll-by:requester show-cost:on");
    const world = await first.restart();
    expect(await order(world, "budget")).toContain(
      "day: $5\nmonth: no ceiling\nperson-day: no ceiling\nperson-month: $2.50",
    );
    expect(await order(world, "limits")).toContain("For @artists: per-hour no limit");
    expect(await order(world, "settings")).toContain("reroll-by: requester");
    expect(await order(world, "settings")).toContain("show-cost: on");
  });

  it("shows how things stand", async () => {
    const world = await createWorld({ owner: { botCeilings: { day: 10_000_000, month: null } } });
    await typed(world, "/imagine a cat");
    await typed(world, "/imagine a dog");
    for (let n = 0; n < 12; n += 1) await order(world, `block user${n}${n === 0 ? " days:7 rude" : ""}`);
    await order(world, "pause lunch");
    await order(world, "blocklist add banana");
    await order(world, "blocklist allow banana bread");
    const text = await order(world, "status");
    expect(text).toContain("Paused by own");
    expect(text).toContain("lunch");
    expect(text).toContain("Blocked: 12\nuser0 · ends in 7 days · rude\nuser1");
    expect(text).toContain("… and 2 more");
    expect(text).toContain("Being painted here: 1\nWaiting here: 1\nSpent here today: $0.09 · 2 pictures");
    expect(text).toContain("The whole bot today: $0.09 of $10 · 2 pictures");
    expect(text).toContain("Blocklist: 1 entries, 1 let by\nLog channel: none");
  });

  it("blocks for days or for good, unblocks, and never blocks whoever orders it", async () => {
    const world = await createWorld();
    expect(await order(world, "block @ben days:1 spam")).toBe(
      "ben can no longer ask for pictures, for 1 day.",
    );
    expect(await order(world, "block <@!chloe>")).toBe(
      "chloe can no longer ask for pictures until somebody unblocks them.",
    );
    expect(told(await typed(world, "/imagine a cat", { user: "chloe" }))).toContain(
      "A moderator can lift that.",
    );
    expect(await order(world, "unblock @chloe")).toBe("chloe can ask for pictures again.");
    expect(await order(world, "unblock @chloe")).toBe("chloe was not blocked here.");
    expect(await order(world, "block @own")).toBe("You cannot block yourself.");
    expect(await order(world, "block @ben days:0")).toContain("days is a whole number from 1");
    expect(told(await typed(world, "/imagine a cat", { user: "chloe" }))).toBe("");
  });

  it("keeps the blocklist: adds, refuses what is there or means nothing, tests, lists, removes", async () => {
    const world = await createWorld();
    expect(await order(world, "blocklist list")).toContain("The blocklist of this place is empty.");
    expect(await order(world, "blocklist add Banana")).toBe("Added banana to the blocklist.");
    expect(await order(world, "blocklist add banana")).toBe("banana is on the blocklist already.");
    expect(await order(world, "blocklist add /(/")).not.toContain("Added");
    expect(await order(world, "blocklist test a ripe b a n a n a")).toContain(
      "That prompt would be stopped.\nEntry banana hits",
    );
    expect(await order(world, "blocklist allow banana bread")).toBe(
      "Added banana bread to the list of harmless words.",
    );
    expect(await order(world, "blocklist test banana bread")).toBe(
      "That prompt would be painted: nothing on the blocklist hits it.",
    );
    expect(await order(world, "blocklist list")).toBe(
      "Stopped here: 1 entries\nbanana\nHarmless all the same\nbanana bread",
    );
    expect(await order(world, "blocklist disallow banana bread")).toContain("Removed banana bread");
    expect(await order(world, "blocklist remove banana")).toBe("Removed banana from the blocklist.");
    expect(await order(world, "blocklist remove banana")).toBe("banana is not on the blocklist.");
    expect(await order(world, "blocklist add")).toContain("blocklist add needs the words.");
  });

  it("shows long lists in part", async () => {
    const world = await createWorld();
    await world.storage
      .records("workspaces", (await import("../../../src/core/policy/records.ts")).settingsRecord)
      .set(encodeURIComponent("fake/w"), {
        schema: 1,
        policy: {},
        roles: {},
        channels: { allowed: [], denied: [] },
        members: { allowed: [], denied: [] },
        blocklist: Array.from({ length: 1000 }, (_, n) => `word${n}`),
        allowlist: [],
        pause: null,
        logChannel: null,
      });
    expect(await order(world, "blocklist list")).toContain("… and 900 more");
    expect(await order(world, "blocklist add onemore")).toContain("There are 1000 entries already");
  });

  it("shows where and for whom pictures are made", async () => {
    const world = await createWorld();
    await order(world, "channel allow #art");
    await order(world, "channel allow <#C2|two>");
    await order(world, "channel deny #general");
    await order(world, "role deny @bots");
    const text = await order(world, "settings");
    expect(text).toContain("Channels, only: #art, #C2\nChannels, never: #general\nRoles, never: @bots");
  });

  it("pauses once and resumes once", async () => {
    const world = await createWorld();
    expect(await order(world, "resume")).toBe("Painting is not paused here.");
    expect(await order(world, "pause")).toContain("Painting is paused here.");
    expect(told(await typed(world, "/imagine a cat"))).toBe(
      "Pictures are paused here by a moderator. Try again later.",
    );
    expect(await order(world, "resume")).toBe("Painting goes on here.");
  });
});

describe("the moderators' log", () => {
  it("is tried before it is set, and can be switched off", async () => {
    const world = await createWorld();
    world.platform.createFaults.push(new ReplyError("forbidden", "No"));
    expect(await order(world, "log-channel #log")).toBe(
      "I cannot write in #log. Invite me there, or let me post, and try again.",
    );
    expect(await order(world, "log-channel")).toContain("Log channel: none");
    expect(await order(world, "log-channel #log")).toBe("The log is written to #log.");
    expect(await order(world, "log-channel off")).toBe("There is no log channel any more.");
  });

  it("tells who painted what where with which seed, what failed, who deleted it, and who changed what", async () => {
    const world = await logged();
    await typed(world, "/imagine a cat seed:7 no:dogs");
    world.backend.finish("r1");
    await world.idle();
    const { id } = await world.job();
    await world.platform.press("delete", id, "mod", { standing: MODERATOR });
    await order(world, "limits per-hour:5 role:@artists");
    await order(world, "block @ben days:2 rude");
    await typed(world, "/imagine a fox", { user: "ben" });
    await world.clock.advance(20_000);
    const entries = log(world).join("\n---\n");
    expect(entries).toContain(
      "Painted for ada in #c · see it\nWithout: dogs\nRatio: 1:1\nSeed: 7\nCost: $0.045",
    );
    expect(entries).toContain("Deleted by mod, painted for ada in #c");
    expect(entries).toContain("own set per-hour 5 for @artists");
    expect(entries).toContain("own blocked ben, for 2 days: rude");
    expect(entries).toContain("Refused, because blocked · ben in #c");
  });

  it("waits a platform out, goes on after one that will not take an entry, and counts what is too much", async () => {
    const world = await logged();
    await world.clock.advance(5_000);
    world.platform.createFaults.push(
      new ReplyError("unavailable", "Away"),
      new ReplyError("forbidden", "No"),
    );
    for (let n = 0; n < 230; n += 1) await order(world, `blocklist add word${n}`);
    await world.clock.advance(400_000);
    expect(log(world).some((text) => /\d+ entries were left out/.test(text))).toBe(true);
    expect(log(world).length).toBeGreaterThan(190);
    expect(world.happenings.some((one) => one.type === "fault" && one.where === "mod-log")).toBe(true);
  });

  it("leaves nothing open when the bot stops", async () => {
    const world = await logged();
    await order(world, "blocklist add banana");
    await world.core.stop();
    expect(world.clock.pending()).toBe(0);
  });
});

describe("the owner's alerts", () => {
  it("tell once that the account is refused, and that it works again", async () => {
    const { TakeFailure } = await import("../../../src/errors.ts");
    const world = await createWorld({
      owner: {
        alertChannels: [
          { platform: "fake", channel: "alerts" },
          { platform: "nowhere", channel: "x" },
        ],
      },
    });
    world.backend.submitFaults.push({ error: new TakeFailure("account", "Locked"), arrived: false });
    await typed(world, "/imagine a cat");
    await typed(world, "/imagine a dog", { user: "ben" });
    const alerts = () =>
      [...world.platform.messages.values()].filter((one) => one.audience === "null/alerts");
    expect(alerts()).toHaveLength(1);
    expect(words(alerts()[0]?.views[0])).toContain("the image service refuses this bot's account");
    await world.clock.advance(61_000);
    expect(words(alerts()[1]?.views[0])).toBe(
      "The image service takes our requests again: the line goes on.",
    );
    world.platform.createFaults.push(new ReplyError("forbidden", "No"));
    world.backend.finish("r1");
    await world.idle();
    world.backend.submitFaults.push({ error: new TakeFailure("account", "Locked"), arrived: false });
    world.backend.finish("r2");
    await typed(world, "/imagine a fox");
    await world.idle();
    await world.core.stop();
    expect(world.clock.pending()).toBe(0);
  });
});
