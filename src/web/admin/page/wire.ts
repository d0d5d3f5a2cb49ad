// What the dashboard's page gets from its server. Types only; the server imports them too, so they cannot drift.

/** Everything the page shows. Times are epoch ms, money is micro-USD, days are of UTC. */
export interface Dashboard {
  /** The server's clock. */
  readonly now: number;
  readonly line: WireLine;
  readonly platforms: readonly WirePlatform[];
  readonly money: WireMoney;
  readonly history: WireHistory;
}

export interface WireLine {
  readonly waiting: number;
  readonly running: number;
  /** Pictures at the provider at once. */
  readonly atOnce: number;
  /** The provider refuses the account, so nothing is sent to it. */
  readonly isPaused: boolean;
}

export interface WirePlatform {
  readonly name: string;
  readonly isConnected: boolean;
  /** Since when it has been so. */
  readonly since: number;
}

export interface WireMoney {
  readonly bot: WireBudget;
  /** Most pictures first. */
  readonly workspaces: readonly WireWorkspace[];
  /** What the whole bot spent, oldest first, every day of the overview. */
  readonly days: readonly { readonly day: string; readonly microUsd: number }[];
}

export interface WireWorkspace {
  readonly platform: string;
  /** Null: private conversations without one. */
  readonly id: string | null;
  /** In the last days. */
  readonly pictures: number;
  readonly budget: WireBudget;
}

export interface WireBudget {
  readonly day: WireSpent;
  readonly month: WireSpent;
}

export interface WireSpent {
  /** Spent and set aside. */
  readonly microUsd: number;
  /** Null: none. */
  readonly ceiling: number | null;
}

/** What the stored jobs tell. */
export interface WireHistory {
  /** When it was read: some seconds ago, longer where there is much. */
  readonly at: number;
  /** When there was too much to count it all: the time of the newest request that was left out. */
  readonly cutAt: number | null;
  readonly jobs: number;
  /** Oldest first. */
  readonly days: readonly WireDay[];
  /** Most frequent first. */
  readonly failures: readonly { readonly name: string; readonly pictures: number }[];
  readonly times: Readonly<Record<WireLeg, { readonly half: number; readonly most: number } | null>>;
  /** Most pictures first. */
  readonly people: readonly WirePerson[];
  /** Newest first. */
  readonly recent: readonly WireRequest[];
}

export type WireLeg = "waiting" | "painting" | "delivery";

export interface WireDay {
  readonly day: string;
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  /** ms; null on a day without a finished picture. */
  readonly medians: Readonly<Record<WireLeg, number | null>>;
}

export interface WirePerson {
  readonly name: string;
  readonly platform: string;
  readonly pictures: number;
  readonly microUsd: number;
  /** Pictures whose price is not known. */
  readonly unpriced: number;
}

export interface WireRequest {
  readonly id: string;
  readonly at: number;
  readonly name: string;
  readonly platform: string;
  /** Null: private. */
  readonly prompt: string | null;
  readonly seeds: readonly number[];
  readonly state: "accepted" | "queued" | "running" | "delivering" | "done" | "failed" | "cancelled";
  /** In a word or two. */
  readonly failure: string | null;
  /** Null: not known. */
  readonly microUsd: number | null;
  /** Where its message can be opened; null: nowhere. */
  readonly link: string | null;
  readonly isDeleted: boolean;
}
