import { afterEach, describe, expect, it } from "vitest";
import { createUserGroups, type UserGroups } from "../../../adapters/slack/user-groups.ts";
import { createSlackWeb } from "../../../adapters/slack/web.ts";
import { systemClock } from "../../../src/core/clock.ts";
import { eventually } from "../../support/eventually.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";
import { createSlackEmulator, MANIFEST_SCOPES, type SlackEmulator } from "../../support/slack/emulator.ts";
import type { Fault } from "../../support/slack/faults.ts";
import { openStage } from "../../support/slack/stage-helpers.ts";
import { BOT_TOKEN } from "../../support/slack/state.ts";
import { ADA, BOB, CHANNEL, createSlackStage } from "../../support/slack/world.ts";

const WITH_GROUPS = [...MANIFEST_SCOPES, "usergroups:read"];
const ARTISTS = { id: "S0ARTISTS", handle: "artists", users: [ADA, BOB], isDisabled: false };
const PAINTERS = { id: "S0PAINTERS", handle: "painters", users: [ADA], isDisabled: false };
const FORMER = { id: "S0FORMER", handle: "former", users: [ADA], isDisabled: true };

const closables: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closables.splice(0).reverse()) await close();
});

describe("a person's user groups", () => {
  it.each([
    ["come with what they do, once the app may ask", WITH_GROUPS, [ARTISTS.id, PAINTERS.id]],
    ["are none as long as it may not", MANIFEST_SCOPES, []],
  ])("%s", async (_name, scopes, roles) => {
    const stage = await createSlackStage({ scopes, adapterClock: systemClock });
    closables.push(stage.close);
    for (const group of [ARTISTS, PAINTERS, FORMER]) stage.emulator.state.addGroup(group);
    const { inbox } = await openStage(stage);
    const answered = inbox.answer("command", (event) => event.responder.settle());
    await stage.people.slash(ADA, CHANNEL, "imagine", "a fox");
    expect((await answered).event.standing.roles).toEqual(roles);
  });

  it("hold nothing up when Slack is slow to tell them", async () => {
    const stage = await createSlackStage({ scopes: WITH_GROUPS, timeoutMs: 10_000 });
    closables.push(stage.close);
    stage.emulator.faults.add("usergroups.list", { type: "hang" });
    const { replied } = await openStage(stage);
    const { event } = await replied();
    expect(event.standing.roles).toEqual([]);
  });
});

describe("the list of user groups", () => {
  it("is fetched in the background when the app starts, before anybody does anything", async () => {
    const { groups, emulator } = await directory();
    emulator.state.addGroup(ARTISTS);
    groups.allow();
    expect(await groups.of(BOB)).toEqual([ARTISTS.id]);
  });

  it("is good for five minutes, then an older answer serves until the new one is there", async () => {
    const { groups, emulator, clock } = await directory();
    emulator.state.addGroup(ARTISTS);
    groups.allow();
    expect(await groups.of(ADA)).toEqual([ARTISTS.id]);
    emulator.state.addGroup(PAINTERS);
    await clock.advance(5 * 60_000 - 1);
    expect(await groups.of(ADA)).toEqual([ARTISTS.id]);
    await clock.advance(1);
    expect(await groups.of(ADA)).toEqual([ARTISTS.id]);
    await eventually(async () => expect(await groups.of(ADA)).toEqual([ARTISTS.id, PAINTERS.id]));
  });

  it.each<[string, Fault, number]>([
    ["half a minute after Slack failed", { type: "status", status: 500 }, 30_000],
    ["half a minute after an answer that makes no sense", { type: "malformed" }, 30_000],
    ["five minutes after a refusal", { type: "error", error: "plan_upgrade_required" }, 5 * 60_000],
    ["as late as Slack asks for", { type: "ratelimit", seconds: 90 }, 90_000],
  ])("is asked for again %s, and the log says why it is missing", async (_name, fault, pauseMs) => {
    const { groups, emulator, clock, logged } = await directory();
    emulator.state.addGroup(ARTISTS);
    emulator.faults.add("usergroups.list", fault);
    groups.allow();
    await eventually(() => expect(logged).toContain("Slack does not tell who is in which user group"));
    await clock.advance(pauseMs - 1);
    expect(await groups.of(ADA)).toEqual([]);
    await clock.advance(1);
    expect(await groups.of(ADA)).toEqual([ARTISTS.id]);
  });

  it("stays as it was while Slack does not answer", async () => {
    const { groups, emulator, clock, logged } = await directory();
    emulator.state.addGroup(ARTISTS);
    groups.allow();
    await groups.of(ADA);
    emulator.faults.add("usergroups.list", { type: "status", status: 503 });
    await clock.advance(5 * 60_000);
    await groups.of(ADA);
    await eventually(() => expect(logged).not.toEqual([]));
    expect(await groups.of(ADA)).toEqual([ARTISTS.id]);
  });
});

/** The directory over Slack's real client and the emulator, in time that stands still. */
async function directory(): Promise<{
  readonly groups: UserGroups;
  readonly emulator: SlackEmulator;
  readonly clock: FakeClock;
  readonly logged: readonly string[];
}> {
  const clock = createFakeClock();
  const emulator = await createSlackEmulator({ clock, scopes: WITH_GROUPS });
  closables.push(emulator.close);
  const logged: string[] = [];
  const note = (context: object, message: string) => {
    if ("word" in context) logged.push(message);
  };
  const log = { info: note, warn: note };
  const web = createSlackWeb({ token: BOT_TOKEN, apiUrl: emulator.apiUrl, timeoutMs: 2000, clock, log });
  return { groups: createUserGroups(web, clock, log), emulator, clock, logged };
}
