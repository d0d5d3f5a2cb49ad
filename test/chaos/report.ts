import type { Job } from "../../src/core/model.ts";
import type { Breach } from "./invariants.ts";

/** What came of one run. */
export interface ChaosReport {
  readonly seed: number;
  readonly ms: number;
  readonly steps: number;
  readonly jobs: number;
  readonly done: number;
  readonly failed: Readonly<Record<string, number>>;
  readonly cancelled: number;
  readonly submits: number;
  readonly kills: number;
  readonly restarts: number;
  readonly faults: number;
  /** What owners and moderators ordered. */
  readonly orders: number;
  /** Requests that a limit or the ceiling refused. */
  readonly denied: number;
  readonly byPlatform: Readonly<Record<string, number>>;
  readonly breaches: readonly Breach[];
  /** The steps that had to do with the first breach, as lines. */
  readonly trail: readonly string[];
}

/** The jobs by what became of them. */
export function summary(jobs: readonly Job[]) {
  const failed: Record<string, number> = {};
  const byPlatform: Record<string, number> = {};
  for (const { state, failure, requester } of jobs) {
    if (state === "failed") failed[failure ?? "?"] = (failed[failure ?? "?"] ?? 0) + 1;
    byPlatform[requester.platform] = (byPlatform[requester.platform] ?? 0) + 1;
  }
  const count = (state: Job["state"]) => jobs.filter((job) => job.state === state).length;
  return { jobs: jobs.length, done: count("done"), cancelled: count("cancelled"), failed, byPlatform };
}
