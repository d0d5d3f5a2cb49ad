import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { isFinal } from "../../src/core/model.ts";
import { periodEnd } from "../../src/core/money.ts";
import { createSimulator, type Simulator } from "../../src/simulator/simulator.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { type Change, withChanges } from "../reliability/changed-build.ts";
import { openCheckpoint } from "../reliability/checkpoint.ts";
import { leadTo, openHome, type Product, type ProductHome } from "../support/product.ts";
import { type Crowd, openCrowd } from "./crowd.ts";
import type { Told } from "./place.ts";

// Hundreds of requests on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 });

/** What fal's price list says in the simulator, micro-USD. */
const PRICE = 45_000;
const CEILING = 100;
/**
 * Few on Slack, where the adapter itself spreads more than 48 changes of messages over more than a minute: its results
 * must not have to wait for that, however many of them are accepted.
 */
const FIVE_HUNDRED = { discord: 240, slack: 20, playground: 240 };
const MORE = { discord: 80, slack: 5, playground: 80 };
const SUBMIT = /^POST \/imagineart\/\S+\/text-to-image/;

const environment = {
  FAL_KEY: "test:key",
  // The same for the month, so that the proof holds at midnight too.
  BUDGET_DAY_USD: String((CEILING * PRICE) / 1_000_000),
  BUDGET_MONTH_USD: String((CEILING * PRICE) / 1_000_000),
  // Only to be seen that it is not what counts: fal tells another one.
  PRICE_USD: "0.07",
  LIMIT_WAITING: "off",
  LIMIT_WAITING_HERE: "off",
  FAL_CONCURRENCY: String(CEILING),
  FAL_HISTORY_SECONDS: "1",
};

/** Discord's answer to an acknowledgement may take a minute: how fast this machine is proves nothing about money. */
const PATIENT: Change = {
  file: "adapters/discord/transport.js",
  from: "callbackMs: 1_200",
  to: "callbackMs: 60_000",
};

interface World {
  readonly crowd: Crowd;
  readonly simulator: Simulator;
  readonly simulatorUrl: string;
  readonly home: ProductHome;
  /** Starts the product with fal at this address, and resolves when it hears everybody and knows fal's price. */
  start(falUrl: string): Promise<Product>;
}

const closables: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closables.splice(0).reverse()) await close();
});

/** The built product, Discord, Slack, the playground and fal, each over real sockets. */
async function openWorld(): Promise<World> {
  const crowd = await openCrowd();
  closables.push(crowd.close);
  const simulator = createSimulator({
    concurrency: CEILING,
    durationMs: [20, 60],
    pixelScale: 0.02,
    paint: "on-download",
    historyListsRunning: true,
  });
  const { url: simulatorUrl } = await simulator.start();
  closables.push(() => simulator.stop());
  const home = await openHome({ ...crowd.environment, ...environment });
  closables.push(() => home.close());
  return {
    crowd,
    simulator,
    simulatorUrl,
    home,
    async start(falUrl) {
      const product = home.start({ ...leadTo(falUrl), ...withChanges([PATIENT]) });
      const url = (await product.ready).replace(/\/$/, "");
      await product.logged(/"msg":"Price: \$0\.045 a picture/);
      await vi.waitFor(async () => expect((await fetch(`${url}/healthz`)).status).toBe(200), 20_000);
      await crowd.enter(url);
      return product;
    },
  };
}

/** What the database says after the product has stopped. */
async function booksOf({ home }: World) {
  const storage = openStorage({
    url: `sqlite:${join(home.directory, "data", "imagine-bot.sqlite")}`,
    clock: systemClock,
    onUnreadable: (key) => expect.unreachable(`${key} cannot be read`),
  });
  try {
    const { month } = await storage.ledger.spent({ type: "bot" }, Date.now());
    return {
      spent: month,
      pending: (await storage.ledger.pending()).map(({ take }) => take),
      jobs: await storage.jobs.history(null, 10_000),
    };
  } finally {
    await storage.close();
  }
}

const billedAt = (simulator: Simulator): number =>
  simulator.requests().reduce((sum, { billedUnits }) => sum + billedUnits, 0);

/** Every refusal names the ceiling, and when pictures are possible again: at the end of the period. */
function expectClear(refusals: readonly Told[], since: number): void {
  const ends = [since, Date.now()].flatMap((at) => [periodEnd("day", at), periodEnd("month", at)]);
  for (const { text, moments } of refusals) {
    expect(text).toMatch(
      /^This bot has spent what may be spent (today|this month) \(\$4\.50\)\. The next is possible /,
    );
    expect(moments).toHaveLength(1);
    expect(ends).toContain(moments[0]);
  }
}

describe("a ceiling of a hundred pictures", () => {
  it("is reached and not passed by five hundred requests at once on three platforms", async () => {
    const world = await openWorld();
    const { crowd, simulator, simulatorUrl } = world;
    const product = await world.start(simulatorUrl);
    const since = Date.now();
    const before = crowd.answers();
    crowd.ask(FIVE_HUNDRED);
    await crowd.answered(before);
    const { accepted, painted, refused } = await crowd.until(
      "all that were accepted are painted",
      (now) => now.painted.length === CEILING,
    );
    expect(await product.stop()).toMatchObject({ code: 0 });

    expect(accepted.size).toBe(CEILING);
    expect(new Set(painted).size).toBe(CEILING);
    expect(refused).toHaveLength(400);
    expectClear(refused, since);
    expect(simulator.submits()).toBe(CEILING);
    expect(billedAt(simulator)).toBe(CEILING);
    const { spent, pending } = await booksOf(world);
    expect(spent).toEqual({ microUsd: CEILING * PRICE, pictures: CEILING });
    expect(pending).toEqual([]);
    expect(simulator.violations()).toEqual([]);
  });

  it("is not passed with a kill -9 in the middle, and what was accepted still ends", async () => {
    const world = await openWorld();
    const { crowd, simulator } = world;
    const fal = await openCheckpoint(world.simulatorUrl);
    closables.push(() => fal.close());
    const first = await world.start(fal.url);
    const since = Date.now();
    const forty = Array.from({ length: 40 }, () => fal.reached(SUBMIT, "passes"));
    const another = fal.reached(SUBMIT, "answer-withheld");
    crowd.ask(FIVE_HUNDRED);
    await Promise.all([...forty, another]);
    await first.kill();
    expect(simulator.submits()).toBeGreaterThan(40);

    const second = await world.start(fal.url);
    const before = crowd.answers();
    crowd.ask(MORE);
    await crowd.answered(before);
    // What was not accepted before the kill is lost with the process; whoever asks afterwards takes its room.
    const { refused } = await crowd.until(
      "all that were accepted have ended",
      ({ painted, unknown }) => painted.length + unknown === CEILING,
    );
    expect(await second.stop()).toMatchObject({ code: 0 });

    expect(refused.length).toBeGreaterThan(before.refused.length);
    expectClear(refused, since);
    expect(simulator.submits()).toBeLessThanOrEqual(CEILING);
    const { spent, pending, jobs } = await booksOf(world);
    expect(jobs).toHaveLength(CEILING);
    expect(jobs.every(isFinal)).toBe(true);
    const unknown = jobs.flatMap((job) => job.takes.filter(({ failure }) => failure === "unknown-fate"));
    expect(pending.toSorted()).toEqual(unknown.map(({ id }) => id).toSorted());
    expect(spent).toEqual({ microUsd: CEILING * PRICE, pictures: CEILING });
    expect(billedAt(simulator)).toBe(CEILING - unknown.length);
    expect(simulator.submits()).toBe(CEILING - unknown.length);
    expect(simulator.violations()).toEqual([]);
  });
});
