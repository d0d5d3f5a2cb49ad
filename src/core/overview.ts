import type { FailureCode } from "../errors.ts";
import { costOf } from "./charge.ts";
import { isFinal, type Job, type JobId, type JobState, personOf, type Take, workspaceOf } from "./model.ts";
import { periodOf } from "./money.ts";

/** Days an overview looks back, today included, in UTC as the ledger's. */
export const OVERVIEW_DAYS = 30;
/** People, workspaces and requests that are named one by one. */
export const TOP_PEOPLE = 10;
export const TOP_WORKSPACES = 10;
export const RECENT_REQUESTS = 25;
/** Characters (code points) of a prompt that are shown. */
export const PROMPT_SHOWN = 160;

const DAY_MS = 86_400_000;

/** The parts of a picture's way: in our line, at the provider, from there to the shown reply. */
export const LEGS = ["waiting", "painting", "delivery"] as const;
export type Leg = (typeof LEGS)[number];

/** What the stored jobs of the last days tell. A picture is a take; it belongs to the day it was asked for. */
export interface Overview {
  /** Jobs that were counted, unfinished ones included. */
  readonly jobs: number;
  /** Every day, oldest first, those without a picture too. */
  readonly days: readonly OverviewDay[];
  /** Failed pictures by kind, most frequent first. */
  readonly failures: readonly { readonly kind: FailureCode; readonly pictures: number }[];
  /** Of finished jobs; null before the first. */
  readonly times: Readonly<Record<Leg, Spread | null>>;
  /** Those with the most pictures, most first. */
  readonly people: readonly OverviewPerson[];
  /** The same of workspaces, named as in `workspaceOf`. */
  readonly workspaces: readonly { readonly workspace: string; readonly pictures: number }[];
  /** Newest first. */
  readonly recent: readonly RecentRequest[];
}

export interface OverviewDay extends PictureCounts {
  /** Such as "2026-11-26". */
  readonly day: string;
  /** Medians, ms; null on a day without a finished job. */
  readonly medians: Readonly<Record<Leg, number | null>>;
}

/** Pictures by how they ended. */
export interface PictureCounts {
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
}

/** ms within which half and nine tenths of them were through. */
export interface Spread {
  readonly half: number;
  readonly most: number;
}

export interface OverviewPerson {
  /** The newest name. */
  readonly name: string;
  readonly platform: string;
  /** Finished ones. */
  readonly pictures: number;
  /** What they cost, as far as it is known. */
  readonly microUsd: number;
  /** Pictures from before prices were kept. */
  readonly unpriced: number;
}

export interface RecentRequest {
  readonly id: JobId;
  readonly at: number;
  readonly name: string;
  readonly platform: string;
  /** Cut at `PROMPT_SHOWN`; null: asked in a private conversation, which is nobody else's to read. */
  readonly prompt: string | null;
  readonly seeds: readonly number[];
  readonly state: JobState;
  readonly failure: FailureCode | null;
  /** What it cost so far; null: from before prices were kept. */
  readonly microUsd: number | null;
  /** Null also once the reply was deleted. */
  readonly messageKey: string | null;
  readonly isDeleted: boolean;
}

/** An overview in the making. */
export interface Tally {
  /** Epoch ms; what was asked for earlier is not counted. */
  readonly since: number;
  /** Newest first, as `JobStore.history` gives them. */
  add(job: Job): void;
  overview(): Overview;
}

/** The overview of these jobs, newest first. */
export function summarise(jobs: Iterable<Job>, now: number): Overview {
  const tally = createTally(now);
  for (const job of jobs) tally.add(job);
  return tally.overview();
}

/** Counts jobs one by one, each looked at once. */
export function createTally(now: number): Tally {
  const since = Math.floor(now / DAY_MS) * DAY_MS - (OVERVIEW_DAYS - 1) * DAY_MS;
  const days = new Map(
    Array.from({ length: OVERVIEW_DAYS }, (_, n) => {
      const day = periodOf("day", since + n * DAY_MS);
      return [day, { day, done: 0, failed: 0, cancelled: 0, times: noTimes() }];
    }),
  );
  const times = noTimes();
  const failures = new Map<FailureCode, number>();
  const people = new Map<string, { -readonly [K in keyof OverviewPerson]: OverviewPerson[K] }>();
  const workspaces = new Map<string, number>();
  const recent: RecentRequest[] = [];
  let jobs = 0;

  function countPictures(job: Job, day: { done: number; failed: number; cancelled: number }): void {
    for (const take of job.takes) {
      const end = endOf(job, take);
      if (end === null) continue;
      day[end] += 1;
      if (end !== "failed") continue;
      const kind = take.failure ?? job.failure ?? "internal";
      failures.set(kind, (failures.get(kind) ?? 0) + 1);
    }
  }

  function countAsker(job: Job): void {
    const { requester } = job;
    const { name, platform } = requester;
    const pictures = job.takes.filter((take) => endOf(job, take) === "done").length;
    const workspace = workspaceOf(requester);
    workspaces.set(workspace, (workspaces.get(workspace) ?? 0) + pictures);

    const key = personOf(requester);
    const person = people.get(key) ?? { name, platform, pictures: 0, microUsd: 0, unpriced: 0 };
    people.set(key, person);
    person.pictures += pictures;
    const cost = costOf(job);
    if (cost === null) person.unpriced += pictures;
    else person.microUsd += cost;
  }

  return {
    since,
    add(job) {
      const day = days.get(periodOf("day", job.createdAt));
      if (day === undefined) return;
      jobs += 1;
      countPictures(job, day);
      countAsker(job);
      if (recent.length < RECENT_REQUESTS) recent.push(recentRequest(job));
      const legs = legsOf(job);
      if (legs === null) return;
      for (const leg of LEGS) {
        times[leg].push(legs[leg]);
        day.times[leg].push(legs[leg]);
      }
    },
    overview: () => ({
      jobs,
      days: [...days.values()].map(({ times: ofDay, ...day }) => ({
        ...day,
        medians: byLeg((leg) => spreadOf(ofDay[leg])?.half ?? null),
      })),
      failures: [...failures]
        .map(([kind, pictures]) => ({ kind, pictures }))
        .sort((a, b) => b.pictures - a.pictures),
      times: byLeg((leg) => spreadOf(times[leg])),
      people: [...people.values()]
        .sort((a, b) => b.pictures - a.pictures || b.microUsd - a.microUsd)
        .slice(0, TOP_PEOPLE),
      workspaces: [...workspaces]
        .map(([workspace, pictures]) => ({ workspace, pictures }))
        .sort((a, b) => b.pictures - a.pictures)
        .slice(0, TOP_WORKSPACES),
      recent,
    }),
  };
}

/** How a picture ended; null: not yet. One that was painted but never shown shares its job's end. */
function endOf(job: Job, take: Take): keyof PictureCounts | null {
  if (!isFinal(job)) return null;
  if (take.state === "failed" || take.state === "cancelled") return take.state;
  return job.state === "done" ? "done" : job.state === "cancelled" ? "cancelled" : "failed";
}

/** Null unless the job went the whole way. */
function legsOf({ state, createdAt, startedAt, paintedAt, finishedAt }: Job): Record<Leg, number> | null {
  if (state !== "done" || startedAt === null || paintedAt === null || finishedAt === null) return null;
  return {
    waiting: startedAt - createdAt,
    painting: paintedAt - startedAt,
    delivery: finishedAt - paintedAt,
  };
}

function recentRequest(job: Job): RecentRequest {
  const { id, requester, place, request, takes, reply } = job;
  const isPrivate = place === null ? requester.workspace === null : place.kind === "direct";
  return {
    id,
    at: job.createdAt,
    name: requester.name,
    platform: requester.platform,
    prompt: isPrivate ? null : shorten(request.prompt),
    seeds: takes.map((take) => take.seed),
    state: job.state,
    failure: job.failure,
    microUsd: costOf(job),
    messageKey: job.removedAt === null ? reply.messageKey : null,
    isDeleted: job.removedAt !== null,
  };
}

function shorten(prompt: string): string {
  const characters = [...prompt];
  return characters.length <= PROMPT_SHOWN ? prompt : `${characters.slice(0, PROMPT_SHOWN - 1).join("")}…`;
}

function byLeg<T>(make: (leg: Leg) => T): Record<Leg, T> {
  return { waiting: make("waiting"), painting: make("painting"), delivery: make("delivery") };
}

const noTimes = () => byLeg((): number[] => []);

/** By nearest rank, so that each is a time that was really seen. */
function spreadOf(times: readonly number[]): Spread | null {
  const sorted = times.map((ms) => Math.max(ms, 0)).sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
  const [half, most] = [rank(0.5), rank(0.9)];
  return half === undefined || most === undefined ? null : { half, most };
}
