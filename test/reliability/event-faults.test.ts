import { afterAll, describe, expect, it, vi } from "vitest";
import { isFinal, type Job } from "../../src/core/model.ts";
import { bootBot } from "../chaos/bot.ts";
import { INVARIANTS, type Wish } from "../chaos/invariants.ts";
import { openOutside } from "../chaos/outside.ts";
import type { Seen } from "../chaos/place.ts";
import { PLATFORMS, type PlatformName } from "../chaos/plan.ts";
import { createTurningClock } from "../support/turning-clock.ts";
import { EVENT_ROWS, type EventRow, type EventScene } from "./event-rows.ts";
import { PAGE } from "./fault-table.ts";

vi.setConfig({ testTimeout: 120_000, maxConcurrency: 8 });

/** How far time goes on with each turn of this process, ms. */
const STEP_MS = 20;
/** Long enough for whatever a repeated event may have set going, ms. */
const QUIET_MS = 3000;
const PATIENCE_MS = 600_000;

interface EventOutcome {
  readonly ends: string;
  readonly submits: number;
  readonly broken: readonly string[];
}

async function runRow(row: EventRow, platform: PlatformName): Promise<EventOutcome> {
  const clock = createTurningClock(STEP_MS);
  const platforms = ["playground", platform] as const;
  const outside = await openOutside(1, {
    platforms,
    clock,
    discordClocks: { bot: clock, discord: clock.elsewhere },
    simulator: { clock: clock.elsewhere },
  });
  const bot = await bootBot(outside, () => {}, {
    platforms,
    storage: "memory",
    patience: { slackMs: 10_000 },
  });
  const place = outside[platform];
  const [person] = place.people;
  const jobs = () => [...outside.mirror.values()];
  const when = async (holds: () => Promise<boolean>, what: string): Promise<void> => {
    for (const until = clock.elapsed() + PATIENCE_MS; clock.elapsed() < until; await clock.sleep(STEP_MS))
      if (await holds()) return;
    throw new Error(`It never came to this: ${what}`);
  };
  const must = <T>(value: T | null | undefined, what: string): T => {
    if (value === null || value === undefined) throw new Error(`There is no ${what}`);
    return value;
  };
  const quiet = async (): Promise<void> => {
    await clock.sleep(QUIET_MS);
    await when(async () => jobs().every(isFinal) && bot.counts().running === 0, "all jobs are over");
  };
  const first = async () => (await place.seen())[0];
  const scene: EventScene = {
    place,
    bot,
    quiet,
    async picture() {
      place.command(person, "a lighthouse");
      await when(async () => (await first())?.shows === "picture", "there is a picture");
      await quiet();
      return must(await first(), "reply");
    },
    async endless() {
      place.command(person, "a lighthouse [sim:stuck]");
      await when(async () => /Painting/.test((await first())?.text ?? ""), "it is painted");
      return must(await first(), "reply");
    },
    press: (message, what) => must(place.press(person, message, what), `button ${what}`),
    react: (message, emoji, change) => must(place.react(person, message, emoji, change), "message"),
    repeat: () => must(place.repeat(), "event to repeat"),
  };
  try {
    await row.run(scene);
    await quiet();
    const seen = await place.seen();
    const ends = jobs().map((job) => endOf(job, seen));
    const evidence = {
      jobs: jobs(),
      seen,
      submits: outside.submits(),
      // As many as there may be; fewer is what `ends` would tell.
      wishes: jobs().map((job): Wish => {
        const prompt = job.parentId === null ? job.request.prompt : null;
        return { platform, parentId: job.parentId, prompt, mustLead: false };
      }),
      vanished: new Set<string>(),
      lostPosts: 0,
    };
    return {
      ends: ends.join(" + "),
      submits: evidence.submits.length,
      broken: INVARIANTS.flatMap((invariant) => invariant(evidence)).map(({ what }) => what),
    };
  } finally {
    await bot.stop();
    await outside.close();
    clock.stop();
  }
}

function endOf(job: Job, seen: readonly Seen[]): string {
  const reply = seen.find(({ key }) => key === job.reply.messageKey);
  return reply?.shows ?? (job.removedAt === null ? "no reply" : "gone");
}

describe.concurrent("events that come twice, late or in another order lead to what was wanted, once", () => {
  const seen = new Map<string, string>();
  for (const row of EVENT_ROWS)
    for (const platform of PLATFORMS)
      it(`${row.name} · ${platform}`, async ({ expect }) => {
        const outcome = await runRow(row, platform);
        seen.set(row.name, outcome.ends);
        const submits = row.ends.split(" + ").length;
        expect(outcome).toEqual({ ends: row.ends, submits, broken: [] });
      });
  afterAll(() => {
    process.stdout.write(`\n${table((row) => seen.get(row.name) ?? "not run")}\n\n`);
  });
});

it("docs/reliability.md holds the table of events", () => {
  expect(PAGE).toContain(`\n${table((row) => row.ends)}\n`);
});

function table(ends: (row: EventRow) => string): string {
  const lines = EVENT_ROWS.map((row) => `| ${row.name} | ${ends(row)} |`);
  return ["| what comes | the replies, on every platform |", "| --- | --- |", ...lines].join("\n");
}
