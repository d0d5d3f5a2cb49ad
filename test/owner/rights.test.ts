import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { DEEDS, type Deed, RANKS, type Rank } from "../../src/core/policy/rights.ts";
import { REFUSALS } from "../../src/core/sentences.ts";
import { isAllowed } from "../support/rights-matrix.ts";
import { PEOPLE, type Person, PLATFORMS, type PlatformName, type Typed } from "./place.ts";
import { type Order, type Scene, sentTo, TRIES, type Try } from "./rights-deeds.ts";
import { openTown, type Town, toldTo, until } from "./town.ts";

// Real sockets on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** Slack has no moderators: whoever runs the workspace is one, and its owner too. */
const rightsOn = (platform: PlatformName, rank: Rank): Rank =>
  platform === "slack" && rank === "moderator" ? "owner" : rank;

/** Whoever is blocked is the requester, for as long as they try. */
const personOf = (rank: Rank): (typeof PEOPLE)[number] => (rank === "blocked" ? "requester" : rank);

/** What somebody reads who tries in vain, where they can be told. */
const REFUSED: Readonly<Record<Deed, string | null>> = {
  imagine: "You may not ask for pictures here. Reason: too many. A moderator can lift that.",
  reroll: "You may not ask for pictures here. Reason: too many. A moderator can lift that.",
  cancel: REFUSALS.notYours,
  delete: REFUSALS.notYours,
  look: null,
  "send-to-me": null,
  "own data": null,
  moderate: REFUSALS.staffOnly,
  govern: REFUSALS.ownersOnly,
};

let town: Town;
let count = 0;
beforeAll(async () => {
  town = await openTown();
});
afterAll(() => town.close());

async function byOwner({ place }: Pick<Scene, "place">, ...[action, values = {}]: Order): Promise<void> {
  await town.answer(place, "owner", { command: "images-admin", action, values });
}

async function sceneFor(platform: PlatformName, rank: Rank, { on }: Try): Promise<Scene> {
  const place = town.places[platform];
  const person: Person = personOf(rank);
  count += 1;
  const prompt = `lighthouse number ${count}.`;
  const message =
    on === undefined
      ? { id: "", text: "", pictures: 0 }
      : await town.reply(
          place,
          on === "running" ? `${prompt} [sim:stuck]` : prompt,
          on === "running" ? "cancel" : "picture",
        );
  const [job] = await town.bot.storage.jobs.history(null, 1);
  return {
    town,
    place,
    person,
    prompt,
    message,
    jobId: job?.id ?? "",
    target: { type: "user", who: person === "requester" ? "member" : "requester" },
    past: { told: 0, sent: 0, records: "" },
  };
}

describe.each(PLATFORMS)("on %s", (platform) => {
  if (platform === "discord")
    it("members are not offered /images-admin, until a server's admin offers it to everybody", () => {
      const { discord } = town.places;
      const isOffered = () => PEOPLE.map((person) => discord.offered(person).includes("images-admin"));
      expect(isOffered()).toEqual([false, false, true, true]);
      discord.offerToEverybody("images-admin");
      expect(isOffered()).toEqual([true, true, true, true]);
    });

  const cells = TRIES.flatMap((one) =>
    RANKS.map((rank) => {
      const allowed = isAllowed(one.deed, rightsOn(platform, rank));
      return [`${one.deed}: ${rank}, ${one.name}: ${allowed ? "yes" : "no"}`, one, rank, allowed] as const;
    }),
  );
  it.each(cells)("%s", async (_, one, rank, allowed) => {
    const before = await sceneFor(platform, rank, one);
    const { place, person } = before;
    if (rank === "blocked") {
      const values = { user: { type: "user", who: "requester" } } as const;
      await byOwner(before, "block", { ...values, reason: "too many" });
      onTestFinished(() => byOwner(before, "unblock", values));
    }
    if (one.before !== undefined) await byOwner(before, ...one.before(before));
    const { after } = one;
    if (after !== undefined) onTestFinished(() => byOwner(before, ...after(before)));
    const past = {
      told: toldTo(place, person).length,
      sent: sentTo(place, person),
      records: await town.records(),
    };
    const scene: Scene = { ...before, past };

    await town.dealtWith(() => one.act(scene));
    if (allowed) return until(() => one.isDone(scene), one.name);
    const answer = one.by === "emoji" ? null : REFUSED[one.deed];
    if (answer !== null) await until(() => toldTo(place, person)[past.told] === answer, answer);
    expect(await one.isDone(scene)).toBe(false);
    expect(await town.records()).toBe(past.records);
  });
});

it("every deed of the table is tried", () => {
  expect([...new Set(TRIES.map(({ deed }) => deed))].sort()).toEqual([...DEEDS].sort());
});

it.each(PLATFORMS)("somebody named in OWNERS is an owner on %s", async (platform) => {
  const own = await openTown((places) => ({ OWNERS: `${platform}:${places[platform].id("member")}` }));
  onTestFinished(own.close);
  own.places.discord.offerToEverybody("images-admin");
  const records = await own.records();
  const order: Typed = { command: "images-admin", action: "limits", values: { "per-hour": "5" } };
  await own.answer(own.places[platform], "member", order);
  expect(await own.records()).not.toBe(records);
});
