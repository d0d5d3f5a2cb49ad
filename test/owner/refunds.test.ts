import { expect, it, onTestFinished, vi } from "vitest";
import type { Clock } from "../../src/core/clock.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { leadTo } from "../support/product.ts";
import { bootBot } from "./bot.ts";
import { type Crowd, openCrowd } from "./crowd.ts";

// Hundreds of requests on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 });

const PRICE = 45_000;
const CEILING = 100;
const CEILING_USD = String((CEILING * PRICE) / 1_000_000);
/** Asked again and again: what failed of one lets others of the next in. */
const ROUND = { discord: 25, slack: 25, playground: 75 };
const ROUNDS = 4;

/** What becomes of every fifth request, in turn: fal's filter stops it, fal has a fault, its person cancels it. */
const MISFORTUNES = ["[sim:content_policy_violation]", "[sim:internal_server_error]", "cancelled"] as const;
const misfortuneOf = (n: number) => (n % 5 === 0 ? MISFORTUNES[(n / 5) % 3] : undefined);
const unlucky = (n: number) => `request-${n} ${misfortuneOf(n) ?? ""}`;
const lucky = (n: number) => `request-${n}`;

/** Notes what the whole bot has spent and set aside right after each change: a call is one transaction, made at once. */
function watched(ledger: Ledger, clock: Clock, samples: Promise<number>[]): Ledger {
  const look = <T>(work: Promise<T>): Promise<T> => {
    samples.push(ledger.spent({ type: "bot" }, clock.now()).then(({ month }) => month.microUsd));
    return work;
  };
  return {
    ...ledger,
    reserve: (order, rules) => look(ledger.reserve(order, rules)),
    settle: (take, microUsd) => look(ledger.settle(take, microUsd)),
    refund: (take) => look(ledger.refund(take)),
    doubt: (take) => look(ledger.doubt(take)),
  };
}

/** Has those press Cancel whose request asked since then comes to that. */
async function cancelSome({ places }: Crowd, since: number): Promise<void> {
  for (const place of places)
    for (const message of place.seen()) {
      const n = Number(/request-(\d+)\b/.exec(message.text)?.[1] ?? 0);
      if (n > since && misfortuneOf(n) === "cancelled")
        await place.press(place.somebody(n), message, "cancel");
    }
}

it("what one request in five gives back lets others in, and a ceiling is not passed at any instant", async () => {
  const crowd = await openCrowd();
  onTestFinished(crowd.close);
  const simulator = createSimulator({ durationMs: [5, 20], pixelScale: 0.02, paint: "on-download" });
  onTestFinished(() => simulator.stop());
  const samples: Promise<number>[] = [];
  const bot = await bootBot({
    environment: {
      ...leadTo((await simulator.start()).url),
      ...crowd.environment,
      BUDGET_DAY_USD: CEILING_USD,
      BUDGET_MONTH_USD: CEILING_USD,
      LIMIT_WAITING: "off",
      LIMIT_WAITING_HERE: "off",
      FAL_CONCURRENCY: "10",
      JOB_DEADLINE_SECONDS: "86400",
    },
    watchLedger: (ledger, clock) => watched(ledger, clock, samples),
  });
  onTestFinished(bot.stop);
  await crowd.enter(bot.url);
  const { jobs, ledger } = bot.storage;

  for (let round = 1; round <= ROUNDS; round += 1) {
    // Nothing ends before those who want to cancel have done so: ten are in fal's line then, the rest in ours.
    simulator.set({ concurrency: 0 });
    const before = crowd.answers();
    // The last ones are lucky, or there would always be something left.
    crowd.ask(ROUND, round === ROUNDS ? lucky : unlucky);
    await crowd.answered(before);
    await cancelSome(crowd, before.asked);
    await vi.waitFor(async () => {
      const open = await jobs.open();
      expect(open.filter(({ request }) => request.prompt.includes("cancelled"))).toEqual([]);
    }, 60_000);
    simulator.set({ concurrency: 10 });
    await vi.waitFor(async () => {
      expect(await jobs.open()).toEqual([]);
      expect(await ledger.pending()).toEqual([]);
    }, 60_000);
  }

  const moments = await Promise.all(samples);
  expect(Math.max(...moments)).toBe(CEILING * PRICE);
  const all = await jobs.history(null, 1000);
  const ended = (state: string) => all.filter((job) => job.state === state).length;
  expect(ended("failed")).toBeGreaterThan(10);
  expect(ended("cancelled")).toBeGreaterThan(5);
  expect(ended("done")).toBe(CEILING);
  const billed = simulator.requests().reduce((sum, { billedUnits }) => sum + billedUnits, 0);
  expect(billed).toBe(CEILING);
  const { month } = await ledger.spent({ type: "bot" }, bot.clock.now());
  expect(month).toEqual({ microUsd: billed * PRICE, pictures: billed });
});
