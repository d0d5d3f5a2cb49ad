import { z } from "zod";

/** What the process that plays fal says. */
export const falMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready"), url: z.url() }),
  /** When each request's result was first asked for, epoch ms. */
  z.object({ type: z.literal("arrivals"), arrivals: z.record(z.string(), z.number()) }),
]);
export type FalMessage = z.infer<typeof falMessageSchema>;

/** The only thing it is asked for. */
export const falAskSchema = z.object({ type: z.literal("arrivals") });

/** What the plain loop is told. */
export const plainOrderSchema = z.object({
  /** Where fal is. */
  url: z.url(),
  endpoint: z.string(),
  inputs: z.array(z.object({ prompt: z.string(), seed: z.number() })),
  inFlight: z.number(),
});
export type PlainOrder = z.infer<typeof plainOrderSchema>;

/** What the plain loop says. */
export const plainMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  /** A picture is there, whole; epoch ms. */
  z.object({ type: z.literal("picture"), requestId: z.string(), at: z.number(), bytes: z.number() }),
  z.object({ type: z.literal("failed"), problem: z.string() }),
]);
export type PlainMessage = z.infer<typeof plainMessageSchema>;
