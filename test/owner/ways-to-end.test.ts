import { describe, expect, it, vi } from "vitest";
import { isFinal, type Job, personOf } from "../../src/core/model.ts";
import type { FailureCode } from "../../src/errors.ts";
import { createSimulator, type Simulator, type SimulatorOptions } from "../../src/simulator/simulator.ts";
import { leadTo } from "../support/product.ts";
import { type Bot, bootBot, hurriedClock } from "./bot.ts";
import type { Person, Place } from "./place.ts";
import { createPlaygroundPlace } from "./playground-place.ts";

vi.setConfig({ testTimeout: 180_000 });
const PATIENCE = { timeout: 90_000, interval: 10 };

const PRICE = 45_000;
/** Longer than any test. */
const FOR_EVER_MS = 100 * 3_600_000;
/** Where nobody listens. */
const NOBODY = "http://127.0.0.1:9";

/** One way a request can end, through the real client of fal and its simulator. */
interface Way {
  readonly name: string;
  /** The state its job ends in, or why it failed, so that it is known to have gone that way. */
  readonly ends: "done" | "cancelled" | "refused" | FailureCode;
  /** What the person is charged in the end, pictures. */
  readonly costs: 0 | 1;
  /** `set aside`: nobody can ever say what fal billed. @default "known" */
  readonly fate?: "known" | "set aside";
  /** Words for the simulator. */
  readonly words?: string;
  readonly fal?: SimulatorOptions;
  readonly environment?: Readonly<Record<string, string>>;
  readonly before?: (scene: Scene) => Promise<void> | void;
  readonly meanwhile?: (scene: Scene) => Promise<void>;
}

interface Scene {
  readonly simulator: Simulator;
  ask(person: Person, prompt: string): void;
  /** The person's job, once it fits. */
  job(fits: (job: Job) => boolean): Promise<Job>;
  cancel(): Promise<void>;
}

const isAtFal = ({ takes }: Job) => takes.every(({ ticket }) => ticket !== null);
const isInLine = ({ state }: Job) => state === "queued";
const isWorking = ({ takes }: Job) => takes.every(({ state }) => state === "working");

const cancelOnce = (fits: (job: Job) => boolean) => async (scene: Scene) => {
  await scene.job(fits);
  await scene.cancel();
};
/** fal was asked to stop, and ends the picture all the same. */
async function paintOn({ simulator }: Scene): Promise<void> {
  const asked = await vi.waitFor(() => {
    const found = simulator.requests().find(({ calls }) => calls.cancel > 0);
    return found ?? expect.unreachable("fal was not asked to stop so far");
  }, PATIENCE);
  simulator.finish(asked.id);
}

const WAYS: readonly Way[] = [
  { name: "a picture", ends: "done", costs: 1 },
  {
    name: "a picture whose submit got no answer and that fal's history shows",
    ends: "done",
    costs: 1,
    words: "[sim:lost_submit:1]",
  },
  {
    name: "fal's content filter stopped it",
    ends: "content-policy",
    costs: 0,
    words: "[sim:content_policy_violation]",
  },
  { name: "the model failed", ends: "provider-failure", costs: 0, words: "[sim:internal_server_error]" },
  { name: "fal's machine went away", ends: "provider-failure", costs: 0, words: "[sim:runner_disconnected]" },
  { name: "fal gave up on it", ends: "timeout", costs: 0, words: "[sim:generation_timeout]" },
  { name: "fal had no room", ends: "busy", costs: 0, words: "[sim:busy]" },
  { name: "fal could not be reached", ends: "unreachable", costs: 0, environment: { FAL_QUEUE_URL: NOBODY } },
  {
    name: "fal refused the account, and the person would not wait",
    ends: "cancelled",
    costs: 0,
    words: "[sim:balance]",
    meanwhile: cancelOnce(({ startedAt, state }) => state === "running" && startedAt === null),
  },
  {
    name: "cancelled in our line",
    ends: "cancelled",
    costs: 0,
    environment: { FAL_CONCURRENCY: "1" },
    before: async ({ ask, simulator }) => {
      ask("member", "[sim:stuck]");
      await vi.waitFor(() => expect(simulator.submits()).toBe(1), PATIENCE);
    },
    meanwhile: cancelOnce(isInLine),
  },
  {
    name: "cancelled in fal's line",
    ends: "cancelled",
    costs: 0,
    fal: { concurrency: 0 },
    meanwhile: cancelOnce(isAtFal),
  },
  {
    name: "cancelled while it was painted, and fal stopped",
    ends: "cancelled",
    costs: 0,
    words: "[sim:stuck]",
    meanwhile: cancelOnce(isWorking),
  },
  {
    name: "cancelled while it was painted, and fal painted on",
    ends: "cancelled",
    costs: 1,
    words: "[sim:stuck]",
    fal: { cancelRunning: "ignored" },
    meanwhile: async (scene) => {
      await cancelOnce(isWorking)(scene);
      await paintOn(scene);
    },
  },
  {
    name: "not ready in time, and fal stopped",
    ends: "timeout",
    costs: 0,
    words: "[sim:stuck]",
    environment: { JOB_DEADLINE_SECONDS: "20" },
  },
  {
    name: "not ready in time, and fal painted on",
    ends: "timeout",
    costs: 1,
    words: "[sim:stuck]",
    fal: { cancelRunning: "ignored" },
    environment: { JOB_DEADLINE_SECONDS: "20" },
    meanwhile: paintOn,
  },
  {
    name: "painted, and the picture could not be fetched",
    ends: "picture-unavailable",
    costs: 1,
    words: "[sim:media_404]",
  },
  {
    name: "painted, and the result could not be read for long",
    ends: "picture-unavailable",
    costs: 1,
    before: ({ simulator }) => simulator.fault({ on: "result", kind: "malformed", times: 1000 }),
    meanwhile: async ({ job, simulator }) => {
      await job(({ failure }) => failure === "picture-unavailable");
      simulator.clearFaults();
    },
  },
  {
    name: "ended well at fal, without a picture",
    ends: "provider-failure",
    costs: 1,
    words: "[sim:no_images]",
  },
  {
    name: "a lost submit that fal lists when we have given up",
    ends: "unknown-fate",
    costs: 1,
    fal: { historyDelayMs: FOR_EVER_MS },
    words: "[sim:lost_submit:1]",
    meanwhile: async ({ job, simulator }) => {
      await job(({ failure }) => failure === "unknown-fate");
      simulator.set({ historyDelayMs: 0 });
    },
  },
  {
    name: "a lost submit that fal never lists",
    ends: "unknown-fate",
    costs: 1,
    fate: "set aside",
    before: ({ simulator }) => simulator.fault({ on: "submit", kind: "reset-before" }),
  },
  { name: "refused by the bot itself", ends: "refused", costs: 0, environment: { LIMIT_PER_HOUR: "0" } },
];

async function onScene(way: Way, run: (scene: Scene, bot: Bot, place: Place) => Promise<void>) {
  const clock = hurriedClock();
  const simulator = createSimulator({
    clock,
    durationMs: [200, 400],
    pixelScale: 0.02,
    paint: "on-download",
    historyListsRunning: true,
    ...way.fal,
  });
  const { url } = await simulator.start();
  const place = createPlaygroundPlace();
  const environment = {
    ...leadTo(url),
    ...place.environment,
    JOB_DEADLINE_SECONDS: "86400",
    ...way.environment,
  };
  const bot = await bootBot({ environment, clock });
  try {
    await place.enter(bot.url);
    const job: Scene["job"] = (fits) =>
      vi.waitFor(async () => {
        const all = await bot.storage.jobs.history(null, 10);
        const own = all.find(({ requester }) => requester.user === "ben");
        return own !== undefined && fits(own) ? own : expect.unreachable("It has not come to that so far.");
      }, PATIENCE);
    const scene: Scene = {
      simulator,
      job,
      ask: (person, prompt) => place.type(person, { command: "imagine", values: { prompt } }),
      cancel: async () => {
        const message = await vi.waitFor(() => {
          const shown = place.seen().find(({ text }) => text.includes("a lighthouse"));
          return shown ?? expect.unreachable("There is no reply so far.");
        }, PATIENCE);
        await place.press("requester", message, "cancel");
      },
    };
    await run(scene, bot, place);
  } finally {
    await place.close();
    await bot.stop();
    await simulator.stop();
  }
}

describe("what a person is charged", () => {
  const titled = WAYS.map(
    (way) => [`${way.name}: ${way.costs === 0 ? "nothing" : "the picture"}`, way] as const,
  );
  it.each(titled)("%s", (_, way) =>
    onScene(way, async (scene, bot, place) => {
      const { ledger, jobs } = bot.storage;
      const person = personOf({
        platform: "playground",
        workspace: "playground",
        user: "ben",
        name: "Ben",
      });
      const charged = async () => (await ledger.spent({ type: "person", person }, bot.clock.now())).month;
      const mine = async () => (await jobs.ofUser("playground", "ben")).flatMap(({ takes }) => takes);
      await way.before?.(scene);
      expect(await charged()).toEqual({ microUsd: 0, pictures: 0 });
      scene.ask("requester", `a lighthouse ${way.words ?? ""}`);
      await way.meanwhile?.(scene);
      await vi.waitFor(async () => {
        const own = await jobs.ofUser("playground", "ben");
        expect(own.length + place.told().length).toBe(1);
        expect(own.every(isFinal)).toBe(true);
        const ids = (await mine()).map(({ id }) => id);
        const pending = (await ledger.pending()).filter(({ take }) => ids.includes(take));
        expect(pending).toHaveLength(way.fate === "set aside" ? 1 : 0);
      }, PATIENCE);

      const [own] = await jobs.ofUser("playground", "ben");
      expect(own === undefined ? "refused" : (own.failure ?? own.state)).toBe(way.ends);
      expect(await charged()).toEqual({ microUsd: way.costs * PRICE, pictures: way.costs });
      const tickets = (await mine()).map(({ ticket }) => ticket?.requestId);
      const billed = scene.simulator
        .requests()
        .filter(({ id }) => tickets.includes(id))
        .reduce((sum, { billedUnits }) => sum + billedUnits, 0);
      expect(billed).toBe(way.fate === "set aside" ? 0 : way.costs);
    }),
  );
});
