import type { Breaker } from "./breaker.ts";
import type { Clock } from "./clock.ts";
import type { EditBudget } from "./edit-budget.ts";
import type { Estimate } from "./estimate.ts";
import type { JobBook } from "./job-book.ts";
import type { Job } from "./model.ts";
import type { Policies } from "./policy/policies.ts";
import type { ImageBackend, JobQueue, JobStore, Pictures, PlatformAdapter } from "./ports.ts";
import type { Telemetry } from "./telemetry.ts";

/** What the parts of the generation service share. */
export interface CoreParts {
  readonly store: JobStore;
  readonly book: JobBook;
  readonly queue: JobQueue;
  readonly backend: ImageBackend;
  readonly pictures: Pictures;
  readonly adapters: ReadonlyMap<string, PlatformAdapter>;
  readonly budgets: ReadonlyMap<string, EditBudget>;
  readonly estimate: Estimate;
  readonly breaker: Breaker;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Pauses that moderators ordered. */
  readonly policies: Pick<Policies, "of">;
  /** Called when a job has come to its end and is stored so. */
  readonly onEnded: (job: Job) => void;
  readonly settings: CoreSettings;
}

export interface CoreSettings {
  /** Takes at the provider at once. */
  readonly concurrency: number;
  /** Longest time of a take at the provider, ms. */
  readonly deadlineMs: number;
  /** How long a lost submit is looked for in the provider's history, ms. */
  readonly quietWindowMs: number;
  /** How long a finished job is remembered, ms. @default null, for ever */
  readonly keepMs?: number | null;
}
