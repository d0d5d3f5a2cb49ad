/** What holds in one workspace: the configuration's defaults with what its owners changed. Null means no limit. */
export interface Policy extends PersonLimits {
  /** Jobs of the whole workspace that are not painted yet. */
  readonly waitingHere: number | null;
  /** Ceilings of the workspace, micro-USD. */
  readonly dayMicroUsd: number | null;
  readonly monthMicroUsd: number | null;
  readonly rerollBy: Who;
  readonly cancelBy: Who;
  readonly deleteBy: Who;
  /** What happens to pictures outside age-restricted channels, where the platform has such. */
  readonly outside: Outside;
  readonly showCost: boolean;
  readonly directMessages: boolean;
}

/** The limits of one person, which may be higher for some roles. */
export interface PersonLimits {
  readonly perHour: number | null;
  /** A person's jobs that are not painted yet. */
  readonly waiting: number | null;
  /** Least time between two requests, seconds; null: none. */
  readonly cooldownSeconds: number | null;
  /** Ceilings of the person, micro-USD. */
  readonly personDayMicroUsd: number | null;
  readonly personMonthMicroUsd: number | null;
}

/** Who may do something to a picture, besides moderators and owners, who always may. */
export const WHO = ["everyone", "requester", "moderators"] as const;
export type Who = (typeof WHO)[number];

export const OUTSIDE = ["allow", "spoiler", "refuse"] as const;
export type Outside = (typeof OUTSIDE)[number];

/** Where and who: ids of channels and roles. An empty `allowed` list lets everybody in. */
export interface Access {
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
}

/** A pause that a moderator ordered. */
export interface Pause {
  /** The moderator's user id. */
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
  readonly reason: string | null;
}

/** What a workspace's owners and moderators changed; kept in the store. */
export interface WorkspaceSettings {
  readonly schema: 1;
  readonly policy: Partial<Policy>;
  /** Higher limits by role id. */
  readonly roles: Readonly<Record<string, Partial<PersonLimits>>>;
  readonly channels: Access;
  readonly members: Access;
  /** Canonical entries of the prompt blocklist, and those that are let by all the same. */
  readonly blocklist: readonly string[];
  readonly allowlist: readonly string[];
  readonly pause: Pause | null;
  /** Channel id of the moderators' log; null: none. */
  readonly logChannel: string | null;
}

export const NO_SETTINGS: WorkspaceSettings = {
  schema: 1,
  policy: {},
  roles: {},
  channels: { allowed: [], denied: [] },
  members: { allowed: [], denied: [] },
  blocklist: [],
  allowlist: [],
  pause: null,
  logChannel: null,
};

/** Someone who may not ask for pictures. */
export interface Block {
  readonly reason: string | null;
  /** The moderator's user id. */
  readonly by: string;
  /** Both epoch ms; `until` null: for ever. */
  readonly at: number;
  readonly until: number | null;
}

/** The limits that hold for a person with these roles: of each the most generous one. */
export function limitsFor(
  policy: PersonLimits,
  roleLimits: WorkspaceSettings["roles"],
  roles: readonly string[],
): PersonLimits {
  const all = [policy, ...roles.flatMap((role) => roleLimits[role] ?? [])];
  const highest = (key: keyof PersonLimits): number | null => {
    const values = all.map((one) => one[key]).filter((value) => value !== undefined);
    return values.reduce<number | null>(
      (most, value) => (most === null || value === null ? null : Math.max(most, value)),
      0,
    );
  };
  const waits = all.map((one) => one.cooldownSeconds).filter((value) => value !== undefined);
  return {
    perHour: highest("perHour"),
    waiting: highest("waiting"),
    cooldownSeconds: waits.includes(null) ? null : Math.min(...waits.map(Number)),
    personDayMicroUsd: highest("personDayMicroUsd"),
    personMonthMicroUsd: highest("personMonthMicroUsd"),
  };
}
