import type { ImageRequest, Job, Place, ReplyRef, Requester, Take } from "../../src/core/model.ts";
import type { Policy } from "../../src/core/policy/policy.ts";

/** A fixed moment to build records at: 2026-01-01T00:00:00Z, epoch ms. */
export const BUILT_AT = Date.UTC(2026, 0, 1);

export function aRequester(overrides: Partial<Requester> = {}): Requester {
  return { platform: "discord", workspace: "guild-1", user: "user-1", name: "Ada", ...overrides };
}

export function aRequest(overrides: Partial<ImageRequest> = {}): ImageRequest {
  return { prompt: "a lighthouse at dusk", no: null, ratio: "1:1", seed: null, count: 1, ...overrides };
}

export function aPlace(overrides: Partial<Place> = {}): Place {
  return { channel: "channel-1", kind: "channel", ageRestricted: null, ...overrides };
}

/** A take that waits. */
export function aTake(overrides: Partial<Take> = {}): Take {
  return {
    id: "job-1-1",
    seed: 42,
    state: "queued",
    submittingAt: null,
    ticket: null,
    image: null,
    billableUnits: null,
    failure: null,
    ...overrides,
  };
}

/** The address of a reply that does not exist yet. */
export function aReplyRef(overrides: Partial<ReplyRef> = {}): ReplyRef {
  return { platform: "discord", messageKey: null, scope: "discord/guild-1", data: {}, ...overrides };
}

/** A job just accepted, with one waiting take named after it. */
export function aJob(overrides: Partial<Job> = {}): Job {
  const id = overrides.id ?? "job-1";
  return {
    schema: 2,
    id,
    requester: aRequester(),
    place: aPlace(),
    terms: { microUsd: 45_000, showCost: false, spoiler: false },
    request: aRequest(),
    parentId: null,
    reply: aReplyRef(),
    state: "accepted",
    takes: [aTake({ id: `${id}-1` })],
    failure: null,
    cancel: null,
    createdAt: BUILT_AT,
    startedAt: null,
    paintedAt: null,
    finishedAt: null,
    removedAt: null,
    ...overrides,
  };
}

/** A policy without any limit. */
export function aPolicy(overrides: Partial<Policy> = {}): Policy {
  return {
    perHour: null,
    waiting: null,
    waitingHere: null,
    cooldownSeconds: null,
    dayMicroUsd: null,
    monthMicroUsd: null,
    personDayMicroUsd: null,
    personMonthMicroUsd: null,
    rerollBy: "everyone",
    cancelBy: "requester",
    deleteBy: "requester",
    outside: "allow",
    showCost: false,
    directMessages: true,
    ...overrides,
  };
}
