import { describe, expect, it } from "vitest";
import { ReplyError } from "../../../src/errors.ts";
import { aPolicy } from "../../support/builders.ts";
import { type CoreWorld, createWorld } from "../../support/core-world.ts";
import { aPerson, OWNER } from "../../support/fake-platform.ts";
import { told, typed } from "../../support/owner.ts";

/** A world in which ada has a picture of a cat. */
async function painted(
  policy: Parameters<typeof aPolicy>[0] = {},
): Promise<CoreWorld & { readonly id: string }> {
  const world = await createWorld({ owner: { defaults: aPolicy(policy) } });
  await typed(world, "/imagine a cat seed:7");
  world.backend.finish("r1");
  await world.idle();
  return { ...world, id: (await world.job()).id };
}
const DIRECT = { place: { channel: "d", kind: "direct", ageRestricted: null } } as const;

describe("/images usage", () => {
  it("says what is left, and what it cost", async () => {
    const world = await painted({
      perHour: 20,
      waiting: 5,
      personDayMicroUsd: 1_000_000,
      dayMicroUsd: 5_000_000,
      monthMicroUsd: 50_000_000,
      cooldownSeconds: 3,
    });
    expect(told(await typed(world, "/images usage"))).toBe(
      [
        "Your pictures",
        "3 s must lie between two of your requests.",
        "Days and months are counted in UTC. What fails costs you nothing.",
        "In the last hour: 1 of 20",
        "Not finished yet: 0 of 5",
        "Today: $0.045 of $1 · 1 picture",
        "This month: $0.045 · 1 picture",
        "Everybody here, today: $0.045 of $5 · 1 picture",
        "Everybody here, this month: $0.045 of $50 · 1 picture",
        "Price of a picture: $0.045",
      ].join("\n"),
    );
    expect(told(await typed(world, "/images usage", { user: "ben" }))).toContain(
      "Today: $0 of $1 · 0 pictures",
    );
  });

  it("names the limits of a role", async () => {
    const world = await painted({ perHour: 1 });
    await typed(world, "/images-admin limits per-hour:50 role:artists", { standing: OWNER });
    const artist = { standing: { roles: ["artists"], moderator: false, owner: false } };
    expect(told(await typed(world, "/images usage", artist))).toContain("In the last hour: 1 of 50");
  });
});

describe("/images queue", () => {
  it("shows what waits, with one's own places", async () => {
    const world = await createWorld();
    for (const prompt of ["one", "two", "three"]) await typed(world, `/imagine ${prompt}`);
    await typed(world, "/imagine other", { user: "ben" });
    const text = told(await typed(world, "/images queue"), world.clock.now());
    expect(text).toContain("one · being painted · asked");
    expect(text).toContain("two · next in line");
    expect(text).toContain("Being painted: 1\nWaiting: 3\nOf them here: 4\nYours: 3");
    expect(told(await typed(world, "/images queue", { user: "chloe" }))).toContain(
      "You have nothing in line.",
    );
  });

  it("names ten and counts the rest", async () => {
    const world = await createWorld();
    for (let n = 0; n < 12; n += 1) await typed(world, `/imagine ${n}`);
    expect(told(await typed(world, "/images queue"))).toContain("… and 2 more of yours");
  });
});

describe("/images history and show", () => {
  it("lists the latest, with ids to show them by", async () => {
    const world = await painted();
    await typed(world, `/imagine ${"long ".repeat(40)}`);
    await world.platform.press("cancel", (await world.job()).id);
    await world.idle();
    const text = told(await typed(world, "/images history"), world.clock.now());
    expect(text).toMatch(new RegExp(`${world.id} · a cat · now`));
    expect(text).toContain("long long long long long long long long long long long long… · cancelled");
    expect(told(await typed(world, "/images history", { user: "ben" }))).toContain(
      "You have no pictures here yet.",
    );
  });

  it("show everything about a picture, with its buttons", async () => {
    const world = await painted();
    const answer = await typed(world, `/images show ${world.id.toUpperCase()}`);
    expect(told(answer)).toContain("Done · for ada");
    expect(told(answer)).toContain(`Seed: 7\nCost: $0.045\nId: ${world.id}`);
    expect(answer.refusals[0]?.actions.map((action) => action.intent)).toEqual([
      "reroll",
      "edit",
      "use-prompt",
      "send-to-me",
    ]);
    expect(told(await typed(world, `/images show ${world.id}`, { user: "ben" }))).not.toContain("Cost");
    await world.platform.press("delete", world.id);
    expect(told(await typed(world, `/images show ${world.id}`))).toContain("Its message was deleted.");
  });

  it("tells what is not finished, and what failed", async () => {
    const world = await createWorld();
    await typed(world, "/imagine a cat");
    const { id } = await world.job();
    expect(told(await typed(world, `/images show ${id}`))).toContain("Not finished yet");
    await world.platform.press("cancel", id);
    await world.idle();
    expect(told(await typed(world, `/images show ${id}`))).toContain("Cancelled");
  });

  it("keep to themselves what was painted in private or elsewhere", async () => {
    const world = await createWorld();
    await typed(world, "/imagine a secret", DIRECT);
    const { id } = await world.job();
    const unknown = "I know no picture of yours with that id. Look it up with /images history.";
    expect(told(await typed(world, `/images show ${id}`, { user: "ben" }))).toBe(unknown);
    const stranger = { ...aPerson("eve"), workspace: "elsewhere" };
    expect(told(await typed(world, `/images show ${id}`, { requester: stranger }))).toBe(unknown);
    expect(told(await typed(world, "/images show nosuchpicture"))).toBe(unknown);
    expect(told(await typed(world, `/images show ${id}`))).toContain("for ada");
  });
});

describe("/images forget-me and export", () => {
  it("says first what would be deleted, then deletes what is over, everywhere", async () => {
    const world = await painted();
    await typed(world, "/imagine elsewhere", { requester: { ...aPerson("ada"), workspace: "other" } });
    await typed(world, "/imagine not mine", { user: "ben" });
    expect(told(await typed(world, "/images forget-me"))).toContain("I keep 2 requests of yours");
    expect(await world.store.get(world.id)).not.toBeNull();
    expect(told(await typed(world, "/images forget-me sure:yes"))).toBe(
      "Deleted: 1 request of yours.\n1 request not finished yet: say it again when they are.",
    );
    expect(await world.store.get(world.id)).toBeNull();
    expect(await world.store.history("fake/w/ada", 10)).toEqual([]);
    world.backend.finish("r2");
    await world.idle();
    expect(told(await typed(world, "/images forget-me yes"))).toBe("Deleted: 1 request of yours.");
    expect((await world.store.history(null, 10)).map((job) => job.request.prompt)).toEqual(["not mine"]);
    expect((await world.storage.ledger.spent({ type: "bot" }, world.clock.now())).day.pictures).toBe(3);
  });

  it("sends a file with everything but the addresses, privately", async () => {
    const world = await painted();
    await typed(world, "/images-admin block @ada for a test", { standing: OWNER, user: "own" });
    expect(told(await typed(world, "/images export"))).toBe("I have sent it to you privately.");
    const sent = [...world.platform.messages.values()].find((one) => one.audience === "ada");
    const document = sent?.views[0]?.documents[0];
    expect(document).toMatchObject({ fileName: "imagine-bot-export.json", contentType: "application/json" });
    const data = JSON.parse(document?.text ?? "") as {
      readonly requests: readonly object[];
      readonly block: object;
    };
    expect(data.requests).toHaveLength(1);
    expect(data.requests[0]).toMatchObject({ id: world.id, request: { prompt: "a cat" }, state: "done" });
    expect(data.requests[0]).not.toHaveProperty("reply");
    expect(data.block).toMatchObject({ reason: "for a test" });
  });

  it.each([
    ["closed", "I could not send you a private message: yours are closed for this bot."],
    ["unavailable", "I could not send you the picture privately. Try again in a minute."],
  ] as const)("says so when private messages are %s", async (problem, sentence) => {
    const world = await painted();
    world.platform.createFaults.push(new ReplyError(problem, "No"));
    expect(told(await typed(world, "/images export"))).toBe(sentence);
  });
});
