import { isFinal, type Job, personOf } from "../../src/core/model.ts";
import type { Seen } from "./place.ts";
import type { PlatformName } from "./plan.ts";

/** A broken promise, as a sentence, with the job it is about. */
export interface Breach {
  readonly invariant: string;
  readonly what: string;
  readonly jobId: string | null;
}

/** What the simulator got: the input says which take it was. */
export interface Submit {
  readonly id: string;
  readonly prompt: string;
  readonly ratio: string;
  readonly seed: number;
}

/** Something a person did that may lead to one job, and to no more. */
export interface Wish {
  readonly platform: PlatformName;
  /** The job it is about; null for a command of its own. */
  readonly parentId: string | null;
  /** The prompt of a command; null where it is the parent's. */
  readonly prompt: string | null;
  /** Nothing was down or broken while it was said: it must lead to a job. */
  readonly mustLead: boolean;
  /** The job it would lead to, where that is known. */
  readonly jobId?: string | null;
}

/** What was found of the outside, at the end. */
export interface Evidence {
  readonly jobs: readonly Job[];
  readonly seen: readonly Seen[];
  readonly submits: readonly Submit[];
  readonly wishes: readonly Wish[];
  /** Keys of messages that people took away. */
  readonly vanished: ReadonlySet<string>;
  /** Posts on Slack whose answer may have been lost: each may have left a line nobody knows of. */
  readonly lostPosts: number;
}

/** What is still held after a drain. */
export interface Leftovers {
  readonly openJobs: number;
  readonly liveJobs: number;
  readonly temporaryPictures: readonly string[];
  /** `process.getActiveResourcesInfo()` before and after. */
  readonly resourcesBefore: readonly string[];
  readonly resourcesAfter: readonly string[];
}

type Invariant = (evidence: Evidence) => readonly Breach[];
type AtAnyTime = (evidence: Pick<Evidence, "jobs" | "submits" | "seen">) => readonly Breach[];

const breach = (invariant: string, what: string, jobId: string | null = null): Breach => ({
  invariant,
  what,
  jobId,
});

/** Each accepted request ends in exactly one final reply: a picture, a refusal with its reason, or cancelled. */
export const oneFinalReply: Invariant = ({ jobs, seen, vanished }) => {
  const shown = new Map(seen.map((message) => [message.key, message]));
  return jobs.flatMap((job) => {
    const about = (what: string) => [breach("one final reply", what, job.id)];
    if (!isFinal(job)) return about(`is ${job.state} after the drain`);
    const { messageKey } = job.reply;
    // The platform said no to the first reply: nobody could be told here, and nothing was painted.
    if (messageKey === null)
      return job.failure === "delivery" ? [] : about(`ended as ${job.state} without a reply`);
    const message = shown.get(messageKey);
    if (message === undefined) {
      const isMeant = job.removedAt !== null || vanished.has(messageKey);
      return isMeant ? [] : about("has a reply that is not there");
    }
    if (job.failure === "delivery" || vanished.has(messageKey)) return [];
    const wanted = job.state === "done" ? "picture" : job.state;
    return message.shows === wanted ? [] : about(`is ${job.state}, and its reply shows ${message.shows}`);
  });
};

/** A take is submitted at most once. Takes of equal input (a seed of the person's own) count together. */
export const oneSubmitPerTake: AtAnyTime = ({ jobs, submits }) => {
  const keyOf = (prompt: string, ratio: string, seed: number) => JSON.stringify([prompt, ratio, seed]);
  const takes = new Map<string, { count: number; jobId: string }>();
  for (const { id, request, takes: own } of jobs) {
    for (const take of own) {
      const key = keyOf(request.prompt, request.ratio, take.seed);
      takes.set(key, { count: (takes.get(key)?.count ?? 0) + 1, jobId: id });
    }
  }
  const sent = new Map<string, number>();
  for (const { prompt, ratio, seed } of submits) {
    const key = keyOf(prompt, ratio, seed);
    sent.set(key, (sent.get(key) ?? 0) + 1);
  }
  return [...sent].flatMap(([key, count]) => {
    const known = takes.get(key);
    if (count <= (known?.count ?? 0)) return [];
    const what = `${count} submits for ${known?.count ?? 0} takes of ${key}`;
    return [breach("one submit per take", what, known?.jobId ?? null)];
  });
};

/** A ticket belongs to one take. */
export const oneTakePerTicket: AtAnyTime = ({ jobs }) => {
  const owners = new Map<string, string>();
  return jobs.flatMap((job) =>
    job.takes.flatMap(({ ticket }) => {
      if (ticket === null) return [];
      const other = owners.get(ticket.requestId);
      owners.set(ticket.requestId, job.id);
      return other === undefined
        ? []
        : [breach("one take per ticket", `has the ticket of job ${other} too`, job.id)];
    }),
  );
};

/** No reply stays in a running state. */
export const nothingRunning: Invariant = ({ seen, jobs, lostPosts, vanished }) => {
  const owner = new Map(jobs.map((job) => [job.reply.messageKey, job]));
  const stuck = seen.filter(
    ({ key, shows }) => shows === "running" && !vanished.has(key) && owner.get(key)?.failure !== "delivery",
  );
  const orphans = stuck.filter(({ key, platform }) => platform === "slack" && !owner.has(key));
  const rest = stuck.filter((message) => orphans.length > lostPosts || !orphans.includes(message));
  return rest.map(({ key }) =>
    breach("nothing running", `${key} still shows a running job`, owner.get(key)?.id ?? null),
  );
};

/** A job has one reply, and its picture stands in it once. */
export const onePicture: AtAnyTime = ({ seen, jobs }) => {
  const owners = new Map<string, string>();
  const twice = jobs.flatMap((job) => {
    const { messageKey } = job.reply;
    if (messageKey === null) return [];
    const other = owners.get(messageKey);
    owners.set(messageKey, job.id);
    return other === undefined ? [] : [breach("one picture", `has the reply of job ${other} too`, job.id)];
  });
  const more = seen.filter((message) => message.pictures > 1);
  return [
    ...twice,
    ...more.map(({ key, pictures }) =>
      breach("one picture", `${key} shows ${pictures} pictures`, owners.get(key) ?? null),
    ),
  ];
};

/** Nothing public is posted but the replies of jobs: not for a stray event, not for a repeated one. */
export const nothingStray: Invariant = ({ seen, jobs, lostPosts }) => {
  const known = new Set(jobs.map((job) => job.reply.messageKey));
  const stray = seen.filter(({ key }) => !known.has(key));
  const onSlack = stray.filter(({ platform }) => platform === "slack");
  return stray
    .filter((message) => onSlack.length > lostPosts || !onSlack.includes(message))
    .map(({ key, shows }) => breach("nothing stray", `${key} (${shows}) belongs to no job`));
};

/** No wish leads to two jobs, and one that nothing stood in the way of leads to one. */
export const oneJobPerWish: Invariant = ({ jobs, wishes }) => {
  const keyOf = (parentId: string | null, prompt: string | null) => parentId ?? `"${prompt}"`;
  const allowed = new Map<string, { most: number; least: number }>();
  for (const { parentId, prompt, mustLead } of wishes) {
    const key = keyOf(parentId, prompt);
    const { most, least } = allowed.get(key) ?? { most: 0, least: 0 };
    allowed.set(key, { most: most + 1, least: least + (mustLead ? 1 : 0) });
  }
  const made = new Map<string, Job[]>();
  for (const job of jobs) {
    const key = keyOf(job.parentId, job.request.prompt);
    made.set(key, [...(made.get(key) ?? []), job]);
  }
  const tooMany = [...made].flatMap(([key, own]) => {
    const most = allowed.get(key)?.most ?? 0;
    const people = own.map(({ requester }) => personOf(requester)).join(", ");
    const what = `${own.length} jobs of ${most} wishes about ${key} (${people})`;
    return own.length <= most ? [] : [breach("one job per wish", what, own.at(-1)?.id ?? null)];
  });
  const lost = [...allowed].flatMap(([key, { least }]) =>
    (made.get(key)?.length ?? 0) >= least ? [] : [breach("one job per wish", `the wish ${key} was lost`)],
  );
  return [...tooMany, ...lost];
};

/** After a drain nothing is held: no jobs, no files, no sockets and timers beyond those there were. */
export function nothingHeld(left: Leftovers): readonly Breach[] {
  const found: Breach[] = [];
  if (left.openJobs > 0) found.push(breach("nothing held", `${left.openJobs} jobs are open in the store`));
  if (left.liveJobs > 0) found.push(breach("nothing held", `${left.liveJobs} jobs are held in memory`));
  for (const file of left.temporaryPictures)
    found.push(breach("nothing held", `the temporary picture ${file} is left`));
  const before = tally(left.resourcesBefore);
  for (const [kind, count] of tally(left.resourcesAfter)) {
    const had = before.get(kind) ?? 0;
    if (count > had) found.push(breach("nothing held", `${count} × ${kind} where there were ${had}`));
  }
  return found;
}

/** All that can be asked of the evidence after a drain. */
export const INVARIANTS: readonly Invariant[] = [
  oneFinalReply,
  oneSubmitPerTake,
  oneTakePerTicket,
  nothingRunning,
  onePicture,
  nothingStray,
  oneJobPerWish,
];

/** Those that hold at every moment, and cost little. */
export const ALWAYS: readonly AtAnyTime[] = [oneTakePerTicket, onePicture, oneSubmitPerTake];

function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
