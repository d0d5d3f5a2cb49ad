import { z } from "zod";
import type { Json } from "../core/model.ts";
import type { Plan } from "./plan.ts";

/** fal's three states; a failed or cancelled request is COMPLETED too. */
export type RequestState = "IN_QUEUE" | "IN_PROGRESS" | "COMPLETED";

const jsonSchema: z.ZodType<Json> = z.json();

/** What is kept of a request: enough to carry on with it after a restart. All times are epoch ms. */
export const storedRequestSchema = z.object({
  id: z.string(),
  endpoint: z.string(),
  input: jsonSchema,
  webhookUrl: z.string().nullable(),
  acceptedAt: z.number(),
  /** When it gives up waiting in the queue (`x-fal-request-timeout`); null: never. */
  startBy: z.number().nullable(),
  startedAt: z.number().nullable(),
  /** How long it runs; null: for ever. */
  durationMs: z.number().nullable(),
  finishedAt: z.number().nullable(),
  /** How it ended: by itself, by a cancel, or by not starting in time. */
  ending: z.enum(["finished", "cancelled", "not-started"]).nullable(),
});
export type StoredRequest = z.infer<typeof storedRequestSchema>;

/** A request in the queue. Only the queue changes it. */
export interface QueuedRequest extends StoredRequest {
  readonly plan: Plan;
}

/** What a request's result will be, whoever asks. */
export type Outcome =
  | { readonly type: "picture" }
  | { readonly type: "failure"; readonly failure: NonNullable<Plan["failure"]> };

/** How often each call was made about one request. */
export interface CallCounts {
  readonly status: number;
  /** Streams opened. */
  readonly stream: number;
  readonly result: number;
  readonly cancel: number;
  readonly media: number;
}

/** A request as inspection shows it (`requests()` and `GET /_simulator/requests`). Times are epoch ms. */
export interface SimulatedRequest {
  readonly id: string;
  readonly endpoint: string;
  readonly input: StoredRequest["input"];
  readonly state: RequestState;
  readonly acceptedAt: number;
  readonly startedAt: number | null;
  /** From then on every status call says COMPLETED. */
  readonly finishedAt: number | null;
  readonly cancelled: boolean;
  /** HTTP status of its result; null before the end. */
  readonly status: number | null;
  /** fal's word for its failure. */
  readonly errorType: string | null;
  /** 1 for a picture, else 0. */
  readonly billedUnits: number;
  readonly calls: CallCounts;
}

export function stateOf(request: StoredRequest): RequestState {
  if (request.finishedAt !== null) return "COMPLETED";
  return request.startedAt === null ? "IN_QUEUE" : "IN_PROGRESS";
}
