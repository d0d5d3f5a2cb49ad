import { z } from "zod";
import { ASPECT_RATIOS, type Job, type Json } from "../core/model.ts";

/** The shape of a stored job: exactly `Job` of core/model.ts, which `JobSchemaIsJob` has the compiler prove. */
const epochMs = z.int().nonnegative();

const requester = z
  .object({
    platform: z.string(),
    workspace: z.string().nullable(),
    user: z.string(),
    name: z.string(),
  })
  .readonly();

const request = z
  .object({
    prompt: z.string(),
    no: z.string().nullable(),
    ratio: z.enum(ASPECT_RATIOS),
    seed: z.int().nullable(),
    count: z.int().positive(),
  })
  .readonly();

const reply = z
  .object({
    platform: z.string(),
    messageKey: z.string().nullable(),
    scope: z.string(),
    // It comes out of JSON.parse, so it is JSON as long as it is there at all.
    data: z.custom<Json>((value) => value !== undefined),
  })
  .readonly();

const failure = z.enum([
  "content-policy",
  "bad-input",
  "busy",
  "unreachable",
  "provider-failure",
  "timeout",
  "account",
  "unknown-fate",
  "picture-unavailable",
  "delivery",
  "internal",
]);

const take = z
  .object({
    id: z.string(),
    seed: z.int(),
    state: z.enum(["queued", "submitting", "submitted", "working", "fetched", "failed", "cancelled"]),
    submittingAt: epochMs.nullable(),
    ticket: z.object({ requestId: z.string(), endpoint: z.string() }).readonly().nullable(),
    image: z
      .object({
        url: z.string(),
        width: z.number().nullable(),
        height: z.number().nullable(),
        contentType: z.string().nullable(),
      })
      .readonly()
      .nullable(),
    billableUnits: z.number().nullable(),
    failure: failure.nullable(),
  })
  .readonly();

const cancellation = z
  .object({
    by: requester,
    at: epochMs,
    outcome: z.enum(["free", "stopped", "too-late", "unknown"]).nullable(),
  })
  .readonly();

const place = z
  .object({
    channel: z.string(),
    kind: z.enum(["channel", "direct"]),
    ageRestricted: z.boolean().nullable(),
  })
  .readonly();

const terms = z
  .object({ microUsd: z.int().nonnegative().nullable(), showCost: z.boolean(), spoiler: z.boolean() })
  .readonly();

const shape = z
  .object({
    schema: z.literal(2),
    id: z.string(),
    requester,
    place: place.nullable(),
    terms,
    request,
    parentId: z.string().nullable(),
    reply,
    state: z.enum(["accepted", "queued", "running", "delivering", "done", "failed", "cancelled"]),
    takes: z.array(take).readonly(),
    failure: failure.nullable(),
    cancel: cancellation.nullable(),
    createdAt: epochMs,
    startedAt: epochMs.nullable(),
    paintedAt: epochMs.nullable(),
    finishedAt: epochMs.nullable(),
    removedAt: epochMs.nullable(),
  })
  .readonly();

const ofVersionOne = z.looseObject({ schema: z.literal(1) });

/** Version 1 knew neither places nor prices. */
const upgraded = z.preprocess((stored) => {
  const old = ofVersionOne.safeParse(stored);
  if (!old.success) return stored;
  return { ...old.data, schema: 2, place: null, terms: { microUsd: null, showCost: false, spoiler: false } };
}, shape);

/** Reads a stored job, of this version or the one before. */
export const jobSchema: z.ZodType<Job> = upgraded;

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : ["differs", A, B];
type Proven<T extends true> = T;

/** Does not compile when the schema and `Job` differ, in either direction. */
export type JobSchemaIsJob = Proven<Same<z.infer<typeof shape>, Job>>;
