import sharp from "sharp";
import { isFinal, type Job } from "../../src/core/model.ts";
import { jobIdOf } from "../../src/core/new-job.ts";
import type { Happening } from "../../src/core/telemetry.ts";
import { aPolicy } from "../support/builders.ts";
import { booksAddUp } from "./books.ts";
import { type Bot, bootBot } from "./bot.ts";
import { createGovernment } from "./government.ts";
import { resourcesLeft, resourcesNow } from "./holdings.ts";
import { ALWAYS, type Breach, type Evidence, INVARIANTS, nothingHeld, type Wish } from "./invariants.ts";
import { type Outside, openOutside } from "./outside.ts";
import { type Place, pause, type Seen, until, within } from "./place.ts";
import { makePlan, maySpawn, PLATFORMS, type PlatformName, type Press, type Step } from "./plan.ts";
import { type ChaosReport, summary } from "./report.ts";

export interface ChaosOptions {
  readonly seed: number;
  /** How many steps may lead to a job. */
  readonly jobs: number;
  /** Kinds of steps that do not happen. */
  readonly without?: readonly string[];
  /** `ignored`: what this process holds afterwards is not asked about. @default "checked" */
  readonly leftovers?: "checked" | "ignored";
}

/** Jobs unfinished at once, at most. */
const MOST_OPEN = 40;
/** For how many steps a fault of a platform lies in wait. */
const FAULT_STEPS = 12;
/** What a picture costs, and how many unfinished ones a person may have. */
const PRICE_MICRO_USD = 45_000;
const MOST_WAITING = 8;
/** Money for so many of the jobs that may be asked for: what fails and what is repeated costs nothing. */
const AFFORDABLE = 0.7;
/** Far longer than the sweep of the books takes after a start. */
const SWEEP_MS = 10_000;
/** Far longer than a drain takes; a run that needs it is broken. */
const DRAIN_MS = 60_000;
/** What a message shows that has such a button; an emoji may be put anywhere. */
const OFFERED_BY: Readonly<Record<Press, readonly Seen["shows"][]>> = {
  reroll: [],
  retry: ["failed", "cancelled"],
  cancel: ["running"],
  delete: [],
  "send-to-me": ["picture"],
  edit: ["picture", "failed"],
};
const EMOJI: Readonly<Partial<Record<Press, string>>> = { reroll: "🎲", delete: "❌", "send-to-me": "✉️" };

/** Runs a seed's plan from an empty disk to the drain. Everything it opens is closed again. */
export async function runChaos({
  seed,
  jobs,
  without = [],
  leftovers = "checked",
}: ChaosOptions): Promise<ChaosReport> {
  const startedAt = Date.now();
  // They are opened when first looked at, and belong to no run.
  void [process.stdout, process.stderr];
  const resourcesBefore = resourcesNow();
  const plan = makePlan(seed, jobs, without);
  const ceiling = Math.floor(jobs * AFFORDABLE) * PRICE_MICRO_USD;
  const outside = await openOutside(seed, {
    owner: {
      price: () => PRICE_MICRO_USD,
      defaults: aPolicy({ waiting: MOST_WAITING }),
      botCeilings: { day: ceiling, month: null },
    },
  });
  const run = createRun(outside, ceiling);
  let evidence: Evidence;
  const breaches: Breach[] = [];
  try {
    await run.boot();
    for (const [index, step] of plan.entries()) {
      await run.take(step, index);
      breaches.push(...run.check(index));
      // The rest would only add to it; what is there now is brought to its end and looked at as a whole.
      if (breaches.length > 0) break;
    }
    const drained = await run.drain();
    evidence = await run.evidence();
    for (const invariant of INVARIANTS) breaches.push(...invariant(evidence));
    breaches.push(...booksAddUp(await run.books()));
    const temporaryPictures = await outside.temporaryPictures();
    const held = { temporaryPictures, ...drained, resourcesBefore: [], resourcesAfter: [] };
    breaches.push(...nothingHeld(held));
  } finally {
    await run.stop();
    await outside.close();
  }
  if (leftovers === "checked") breaches.push(...(await resourcesLeft(resourcesBefore)));
  return {
    seed,
    ms: Date.now() - startedAt,
    steps: plan.length,
    ...summary(evidence.jobs),
    submits: evidence.submits.length,
    ...run.totals(),
    breaches,
    trail: breaches[0] === undefined ? [] : run.trail(breaches[0]),
  };
}

/** Opens once what a process opens only once (threads, libraries), so that what a run leaves can be told from it. */
export async function warmUp(): Promise<void> {
  await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
    .jpeg()
    .toBuffer();
  await runChaos({
    seed: 0,
    jobs: 12,
    without: ["kill", "restart", "fal-fault", "platform-fault", "store-down"],
    leftovers: "ignored",
  });
}

const isUnsaidOnSlack = ({ state, requester }: Job) => state === "accepted" && requester.platform === "slack";

function createRun(outside: Outside, ceiling: number) {
  const places: Readonly<Record<PlatformName, Place>> = {
    playground: outside.playground,
    discord: outside.discord,
    slack: outside.slack,
  };
  const wishes: Wish[] = [];
  /** Prompts of commands that the bot has acknowledged. */
  const answered = new Set<string>();
  const vanished = new Set<string>();
  const lines: { readonly line: string; readonly jobId: string | null; readonly prompt: string | null }[] =
    [];
  const deeds = new Set<Promise<void>>();
  const totals = { kills: 0, restarts: 0, faults: 0, orders: 0 };
  let bot: Bot | null = null;
  let storeUpAt = -1;
  let lostPosts = 0;
  /** Up to which step a new command may be refused. */
  const troubledUntil = { playground: 0, discord: 0, slack: 0 };

  const government = createGovernment({
    places,
    stopped: async () => (await bot?.stopped()) ?? new Set(),
    trouble: (platform, until) => trouble([platform], until),
    note: (line) => note(-1, line),
  });

  const note = (index: number, line: string, jobId: string | null = null, prompt: string | null = null) =>
    void lines.push({ line: `${index}: ${line}`, jobId, prompt });
  const telemetry = (happening: Happening) => {
    if (happening.type === "fault" && happening.where === "unhandled") throw happening.error;
    if (happening.type === "fault")
      note(-1, `fault in ${happening.where}: ${String(happening.error)}`, happening.jobId);
  };
  const boot = async () => {
    bot = await bootBot(outside, telemetry);
  };
  const jobOf = (message: Seen): Job | null =>
    [...outside.mirror.values()].find((job) => job.reply.messageKey === message.key) ?? null;
  const own = (over: Promise<void>) => {
    const deed = within(over, 12_000, bot?.signal).finally(() => deeds.delete(deed));
    deeds.add(deed);
  };
  const openCount = () => [...outside.mirror.values()].filter((job) => !isFinal(job)).length;

  /** A message of the bot's that a job stands behind, the newer the likelier. */
  async function aim(
    platform: PlatformName,
    target: number,
    shows: readonly Seen["shows"][] = [],
  ): Promise<readonly [Seen, Job] | null> {
    const seen = await places[platform].seen();
    const fitting = seen.filter((message) => shows.length === 0 || shows.includes(message.shows));
    const all = fitting.slice(-40);
    const message = all[Math.floor(Math.sqrt(target) * all.length)];
    const job = message === undefined ? null : jobOf(message);
    return message === undefined || job === null ? null : [message, job];
  }

  function personOf(place: Place, number: number): string {
    return place.people[Math.floor(number * place.people.length)] ?? place.people[0];
  }

  async function press(step: Extract<Step, { type: "press" | "react" | "stray" }>, index: number) {
    const place = places[step.platform];
    const person = personOf(place, step.person);
    const what = step.type === "stray" ? null : step.what;
    const aimed = await aim(step.platform, step.target, what === null ? [] : OFFERED_BY[what]);
    if (aimed === null) return;
    const [message, job] = aimed;
    const deed =
      step.type === "press"
        ? place.press(person, message, step.what)
        : place.react(person, message, what === null ? "🍕" : (EMOJI[what] ?? "🍕"));
    if (deed === null) return;
    note(index, `${person} ${step.type} ${what ?? ""} on ${step.platform} (${job.state})`, job.id);
    if (maySpawn(step))
      wishes.push({ platform: step.platform, parentId: job.id, prompt: null, mustLead: false });
    // An edit of somebody's form without changes is a child too.
    own(deed.over);
  }

  async function take(step: Step, index: number): Promise<void> {
    if (index === storeUpAt) outside.store = "up";
    for (const name of PLATFORMS) if (index === troubledUntil[name]) places[name].calm();
    await government.tick(index);
    switch (step.type) {
      case "command": {
        const place = places[step.platform];
        const prompt = /^(.*?)(?: ar:\S+)?(?: seed:\d+)?$/.exec(step.text)?.[1] ?? "";
        const person = personOf(place, step.person);
        const calm = index >= troubledUntil[step.platform];
        note(index, `${person} says "${step.text}" on ${step.platform}`, null, prompt);
        const { over, deliveryId } = place.command(person, step.text);
        const jobId = deliveryId === null ? null : jobIdOf(step.platform, deliveryId);
        if (step.expects === "job")
          wishes.push({ platform: step.platform, parentId: null, prompt, mustLead: calm, jobId });
        own(over.then(() => void answered.add(prompt)));
        break;
      }
      case "press":
      case "react":
      case "stray":
        await press(step, index);
        break;
      case "repeat": {
        const deed = places[step.platform].repeat();
        if (deed !== null) own(deed.over);
        note(index, `${step.platform} delivers its last event again`);
        break;
      }
      case "vanish": {
        const aimed = step.platform === "playground" ? null : await aim(step.platform, step.target);
        if (aimed === null) break;
        places[step.platform].vanish(aimed[0]);
        vanished.add(aimed[0].key);
        note(index, `somebody deletes ${aimed[0].key}`, aimed[1].id);
        break;
      }
      case "fal-fault":
        totals.faults += 1;
        outside.fal.fault(step.fault);
        note(index, `fal: ${JSON.stringify(step.fault)}`);
        break;
      case "platform-fault":
        totals.faults += 1;
        if (step.on === "post" || step.platform === "playground")
          trouble([step.platform], index + FAULT_STEPS);
        if (step.platform === "slack" && step.on === "post") lostPosts += 1;
        places[step.platform].fault(step.fault, step.on);
        note(index, `${step.platform}: ${step.fault} on the next ${step.on}`);
        break;
      case "govern":
        totals.orders += 1;
        await government.order(step.platform, step.what, index + step.steps);
        break;
      case "store-down":
        totals.faults += 1;
        outside.store = "down";
        storeUpAt = index + step.steps;
        trouble(PLATFORMS, storeUpAt);
        note(index, `the store fails for ${step.steps} steps`);
        break;
      case "kill":
      case "restart":
        await end(step.type, index);
        break;
      case "lull":
        await until(() => openCount() < 3, 300);
    }
    // The bot is given turns, and never more than it can hold.
    await pause(1);
    await until(() => openCount() < MOST_OPEN, 5000);
  }

  async function end(how: "kill" | "restart", index: number): Promise<void> {
    forgiveUnanswered(PLATFORMS);
    // Whether Slack has posted the first line of these, nobody can find out.
    lostPosts += [...outside.mirror.values()].filter(isUnsaidOnSlack).length;
    if (how === "kill") {
      totals.kills += 1;
      note(index, "kill -9");
      await bot?.kill();
    } else {
      totals.restarts += 1;
      note(index, "stop and start");
      outside.store = "up";
      const stop = bot?.stop() ?? Promise.resolve();
      const began = Date.now();
      await within(stop, 10_000);
      note(index, `stopped after ${Date.now() - began} ms`);
      await stop;
    }
    outside.store = "up";
    await boot();
  }

  /** People whose words are on their way now may be told to try again, or hear nothing. */
  function forgiveUnanswered(names: readonly PlatformName[]): void {
    for (const [at, wish] of wishes.entries())
      if (names.includes(wish.platform) && !answered.has(wish.prompt ?? ""))
        wishes[at] = { ...wish, mustLead: false };
  }

  function trouble(names: readonly PlatformName[], until: number): void {
    forgiveUnanswered(names);
    for (const name of names) troubledUntil[name] = Math.max(troubledUntil[name], until);
  }

  async function drain(): Promise<{ readonly openJobs: number; readonly liveJobs: number }> {
    outside.store = "up";
    outside.fal.clearFaults();
    for (const place of Object.values(places)) place.calm();
    await government.abdicate();
    await Promise.all(deeds);
    const living = bot;
    if (living === null) throw new Error("The bot is down");
    const held = () => living.counts().waiting + living.counts().running;
    await until(() => openCount() === 0 && held() === 0, DRAIN_MS);
    const drained = { openJobs: (await living.openJobs()).length, liveJobs: held() };
    // What could not be entered while the store was down, or was cut off, is mended at a start.
    await living.stop();
    await boot();
    const end = Date.now() + SWEEP_MS;
    while (booksAddUp(await books()).length > 0 && Date.now() < end) await pause(50);
    return drained;
  }

  async function evidence(): Promise<Evidence> {
    const seen = await Promise.all(Object.values(places).map((place) => place.seen()));
    const { denied } = outside.ledgerWatch;
    return {
      jobs: (await bot?.allJobs()) ?? [],
      seen: seen.flat(),
      submits: outside.submits(),
      wishes: wishes.map((wish) => (denied.has(wish.jobId ?? "") ? { ...wish, mustLead: false } : wish)),
      vanished,
      lostPosts,
    };
  }

  async function books() {
    const entered = (await bot?.books()) ?? { total: 0, pending: [] };
    const { most } = outside.ledgerWatch;
    const jobs = (await bot?.allJobs()) ?? [];
    return { jobs, books: { ...entered, most, ceiling, bills: outside.bills() } };
  }

  return {
    boot,
    take,
    drain,
    evidence,
    books,
    totals: () => ({ ...totals, denied: outside.ledgerWatch.denied.size }),
    check: (index: number) => {
      // Those about submits read all that fal has got, so they come less often.
      const submits = index % 10 === 0 ? outside.submits() : [];
      const now = { jobs: [...outside.mirror.values()], submits, seen: [] };
      return ALWAYS.flatMap((invariant) => invariant(now));
    },
    stop: async () => {
      await bot?.stop();
    },
    trail(breach: Breach): readonly string[] {
      const job = outside.mirror.get(breach.jobId ?? "");
      const isPartOf = (line: (typeof lines)[number]) =>
        (line.jobId === null && line.prompt === null) ||
        line.jobId === breach.jobId ||
        (job !== undefined && (line.prompt === job.request.prompt || line.jobId === job.parentId));
      const first = lines.findIndex(
        (line) => line.jobId === breach.jobId || line.prompt === job?.request.prompt,
      );
      return lines
        .slice(Math.max(0, first))
        .filter(isPartOf)
        .map(({ line }) => line)
        .slice(0, 60)
        .concat(job === undefined ? [] : [JSON.stringify(job)]);
    },
  };
}
