import type { Job, Requester, Take } from "../../src/core/model.ts";
import type { FailureCode } from "../../src/errors.ts";
import { createRandom, type Random } from "../chaos/random.ts";
import { aJob, aPlace, aReplyRef, aRequest, aRequester, aTake } from "./builders.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const PROMPTS = [
  "a lighthouse keeper's cat watching a storm roll in",
  "paper-cut mountains at sunrise, layered and quiet",
  "a tiny greenhouse inside a glass teapot, soft morning light",
  "a fox reading under a lamp, woodcut",
  "an old tram climbing through cherry blossom, gouache",
  "a poster for the summer party: lanterns over a harbour, flat colours",
  "a map of an island that is shaped like a sleeping dog",
  "a robot watering tomatoes on a balcony, film grain",
  "قارب ورقي فوق بحر من الغيوم",
  "λίμνη το χάραμα, με μολύβι",
] as const;
const FAILURES = {
  "content-policy": 6,
  timeout: 3,
  "provider-failure": 3,
  busy: 2,
  delivery: 1,
} satisfies Partial<Record<FailureCode, number>>;
const DISCORD = "812345678901234567";
const SLACK = "T024BE7LD";
const person = (platform: "discord" | "slack", name: string): Requester =>
  aRequester({ platform, workspace: platform === "discord" ? DISCORD : SLACK, user: name, name });
const PEOPLE: readonly [Requester, ...Requester[]] = [
  person("discord", "Ada"),
  ...["Ada", "Ada", "Ben", "Ben", "Mirela", "Jonas", "quiet.owl", "Tomás"].map((name) =>
    person("discord", name),
  ),
  ...["Priya Raman", "Priya Raman", "Oskar Lindqvist", "Wei", "نور"].map((name) => person("slack", name)),
];

/** Some hundred jobs as a lively server and a workspace leave them in 30 days, always the same, newest first. */
export function aBusyMonth(now: number): readonly Job[] {
  const random = createRandom(7);
  const jobs: Job[] = [];
  for (let daysAgo = 0; daysAgo < 30; daysAgo += 1) {
    const day = new Date(now - daysAgo * DAY_MS);
    const isWeekend = [0, 6].includes(day.getUTCDay());
    const start = Math.floor(day.getTime() / DAY_MS) * DAY_MS;
    const end = daysAgo === 0 ? now : start + DAY_MS;
    const wanted = Math.round(random.between(8, 16) * (isWeekend ? 1.7 : 1) * (1 - daysAgo / 60));
    for (let n = 0; n < wanted; n += 1)
      jobs.push(
        aFinishedJob(random, `d${daysAgo}-${n}`, random.between(start + 8 * 60 * MINUTE_MS, end - MINUTE_MS)),
      );
  }
  jobs.push(...unfinishedJobs(random, now));
  return jobs.toSorted((a, b) => b.createdAt - a.createdAt);
}

function aFinishedJob(random: Random, id: string, createdAt: number): Job {
  const state = random.weighted({ done: 90, failed: 7, cancelled: 3 });
  const isShort = random.weighted({ short: 6, long: 1 }) === "short";
  const waiting = isShort ? random.between(20, 900) : random.between(4_000, 40_000);
  const painting = random.between(5_500, 11_000);
  const failure = state === "failed" ? random.weighted(FAILURES) : null;
  const hasPicture = state === "done" || failure === "delivery";
  const startedAt = createdAt + waiting;
  const paintedAt = hasPicture ? startedAt + painting : null;
  const take: Partial<Take> = hasPicture
    ? { state: "fetched", billableUnits: 1 }
    : { state: state === "failed" ? "failed" : "cancelled", failure };
  return aJobOf(random, id, createdAt, take, {
    state,
    failure,
    startedAt: state === "cancelled" ? null : startedAt,
    paintedAt,
    finishedAt: (paintedAt ?? startedAt) + random.between(500, 1_900),
    removedAt: state === "done" && random.between(1, 40) === 1 ? createdAt + DAY_MS : null,
  });
}

function unfinishedJobs(random: Random, now: number): readonly Job[] {
  const startedAt = now - 8_500;
  return [
    aJobOf(random, "open-1", now - 9_000, { state: "working" }, { state: "running", startedAt }),
    aJobOf(random, "open-2", now - 6_000, {}, { state: "queued" }),
    aJobOf(random, "open-3", now - 2_000, {}, { state: "queued" }),
  ];
}

function aJobOf(random: Random, id: string, createdAt: number, take: Partial<Take>, rest: Partial<Job>): Job {
  const requester = random.pick(PEOPLE);
  const isDirect = random.between(1, 25) === 1;
  return aJob({
    id,
    createdAt,
    requester,
    place: aPlace({ kind: isDirect ? "direct" : "channel" }),
    request: aRequest({ prompt: random.pick(PROMPTS), ratio: "16:9" }),
    takes: [aTake({ id: `${id}-1`, seed: random.between(1, 2_147_483_647), ...take })],
    reply: aReplyRef({
      platform: requester.platform,
      messageKey: `${requester.platform}/${requester.workspace}/1/${id}`,
    }),
    ...rest,
  });
}
