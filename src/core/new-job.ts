import { createHash, randomInt } from "node:crypto";
import type { ImageRequest, Job, JobId, Place, ReplyRef, Requester, TakeId, Terms } from "./model.ts";
import { MAX_SEED, MIN_SEED } from "./model.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * The job's id, made from the delivery that asked for it: the same delivery always leads to the same job, so
 * storing it with insert-if-absent is all that a repeat needs. 12 characters, 60 bits.
 */
export function jobIdOf(platform: string, deliveryId: string): JobId {
  const digest = createHash("sha256").update(`${platform}\n${deliveryId}`).digest();
  return [...digest.subarray(0, 12)].map((byte) => ALPHABET[byte & 31]).join("");
}

/** The ids of a job's takes, in order. */
export function takeIdsOf(job: JobId, count: number): readonly TakeId[] {
  return Array.from({ length: count }, (_, index) => `${job}.${index + 1}`);
}

/** A seed of our own: fal's answer holds none, and it makes a lost submit findable in fal's history. */
export function chooseSeed(): number {
  return randomInt(MIN_SEED, MAX_SEED + 1);
}

export interface NewJob {
  readonly deliveryId: string;
  readonly requester: Requester;
  readonly place: Place;
  readonly terms: Terms;
  readonly request: ImageRequest;
  readonly parentId: JobId | null;
  readonly replyTo: ReplyRef;
  readonly now: number;
}

/** A job as it is first stored: nothing said, nothing spent. */
export function newJob(order: NewJob, seed: () => number = chooseSeed): Job {
  const id = jobIdOf(order.requester.platform, order.deliveryId);
  const takes = takeIdsOf(id, order.request.count).map((takeId, index) => ({
    id: takeId,
    seed: index === 0 && order.request.seed !== null ? order.request.seed : seed(),
    state: "queued" as const,
    submittingAt: null,
    ticket: null,
    image: null,
    billableUnits: null,
    failure: null,
  }));
  return {
    schema: 2,
    id,
    requester: order.requester,
    place: order.place,
    terms: order.terms,
    request: order.request,
    parentId: order.parentId,
    reply: order.replyTo,
    state: "accepted",
    takes,
    failure: null,
    cancel: null,
    createdAt: order.now,
    startedAt: null,
    paintedAt: null,
    finishedAt: null,
    removedAt: null,
  };
}
