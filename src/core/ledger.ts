import type { JobId, TakeId } from "./model.ts";
import type { Period } from "./money.ts";

/** Money set aside and spent, in micro-USD. Every call is one transaction, durable, and as loud as JobStore. */
export interface Ledger {
  /**
   * Sets money aside for all takes of one job, or for none. Idempotent by take id while the money is set aside or
   * spent; what was given back is set aside anew.
   */
  reserve(order: Reservation, rules: LedgerRules): Promise<Reserved>;
  /** What the provider billed for a take; the last word, whatever was there. A take it never heard of is no error. */
  settle(take: TakeId, microUsd: number): Promise<void>;
  /** Nothing was billed: the take counts nowhere. Only while its money is set aside or in doubt. */
  refund(take: TakeId): Promise<void>;
  /** Nobody knows what was billed: the money stays set aside, and the take no longer counts as waiting. */
  doubt(take: TakeId): Promise<void>;
  /** Takes whose money is set aside or in doubt, oldest first. */
  pending(): Promise<readonly { readonly take: TakeId; readonly job: JobId; readonly at: number }[]>;
  /** What a scope has spent and set aside in the periods that hold `at`. */
  spent(scope: LedgerScope, at: number): Promise<Readonly<Record<Period, Spent>>>;
  /** A person's pictures in the hour before `at`, and those that are not painted yet. */
  activity(person: string, at: number): Promise<{ readonly lastHour: number; readonly waiting: number }>;
  /** Day by day, oldest first, days without a picture left out. `since` epoch ms. */
  days(scope: LedgerScope, since: number): Promise<readonly (Spent & { readonly day: string })[]>;
  /** Forgets what was entered before `before`. */
  prune(before: number): Promise<void>;
}

export interface Spent {
  readonly microUsd: number;
  readonly pictures: number;
}

/** `workspace` and `person` as in `workspaceOf` and `personOf`; a person is kept under a code made from it. */
export type LedgerScope =
  | { readonly type: "bot" }
  | { readonly type: "workspace"; readonly workspace: string }
  | { readonly type: "person"; readonly person: string };

export interface Reservation {
  readonly job: JobId;
  readonly takes: readonly TakeId[];
  readonly workspace: string;
  readonly person: string;
  readonly at: number;
  /** For each take. */
  readonly microUsd: number;
}

/** What must still hold once the reservation is made. Null: no limit. */
export interface LedgerRules {
  readonly ceilings: readonly {
    readonly scope: LedgerScope["type"];
    readonly period: Period;
    readonly microUsd: number;
  }[];
  readonly perHour: number | null;
  readonly waiting: number | null;
  readonly waitingHere: number | null;
  readonly cooldownMs: number | null;
}

export type Reserved =
  | { readonly type: "reserved" }
  /** `until`: epoch ms when it may work again as things stand; null: once something is finished. */
  | { readonly type: "refused"; readonly by: LedgerLimit; readonly until: number | null };

export type LedgerLimit =
  | {
      readonly type: "ceiling";
      readonly scope: LedgerScope["type"];
      readonly period: Period;
      readonly microUsd: number;
    }
  | { readonly type: "per-hour" | "waiting" | "waiting-here" | "cooldown"; readonly most: number };
