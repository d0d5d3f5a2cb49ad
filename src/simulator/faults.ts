import { z } from "zod";

/** The answers that can be spoilt. */
export const FAULT_POINTS = [
  "submit",
  "status",
  "stream",
  "result",
  "cancel",
  "history",
  "pricing",
  "media",
] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

/**
 * `status` answers with the given status, headers and body · `reset-before` cuts the connection and does nothing ·
 * `reset-after` does what was asked, then cuts it · `hang` never answers · `slow` answers after `delayMs` ·
 * `malformed` sends broken bytes as if they were whole · `truncated` announces all and cuts off half way ·
 * `huge` sends `bytes` of filler · `wrong-type` sends a page of HTML.
 */
export const FAULT_KINDS = [
  "status",
  "reset-before",
  "reset-after",
  "hang",
  "slow",
  "malformed",
  "truncated",
  "huge",
  "wrong-type",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** One or more spoilt answers, as `POST /_simulator/faults` takes them. */
export const faultSchema = z.strictObject({
  on: z.enum(FAULT_POINTS),
  kind: z.enum(FAULT_KINDS),
  /** How many answers to spoil; 1 by default. */
  times: z.number().int().positive().optional(),
  /** Only answers about this request. */
  requestId: z.string().optional(),
  /**
   * Whether the simulator still does what was asked (a spoilt submit that acts is queued and billed).
   * By default `status`, `reset-before` and `hang` do not act, the others do.
   */
  acts: z.boolean().optional(),
  /** For `status`; 500 by default. */
  status: z.number().int().min(200).max(599).optional(),
  /** For `status`: any JSON. */
  body: z.json().optional(),
  /** For `status`. */
  headers: z.record(z.string(), z.string()).optional(),
  /** For `slow`; 2000 by default. */
  delayMs: z.number().min(0).optional(),
  /** For `huge`; 64 MiB by default. */
  bytes: z.number().int().positive().optional(),
});
export type Fault = Readonly<z.infer<typeof faultSchema>>;

/** The faults still to come, first in, first out for each point. */
export interface FaultLine {
  add(fault: Fault): void;
  clear(): void;
  /** Uses up one occurrence. */
  take(on: FaultPoint, requestId: string | null): Fault | null;
  pending(): readonly Fault[];
}

export function createFaultLine(): FaultLine {
  const waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    add: (fault) => {
      waiting.push({ fault, left: fault.times ?? 1 });
    },
    clear: () => {
      waiting.length = 0;
    },
    take: (on, requestId) => {
      const index = waiting.findIndex(
        ({ fault }) => fault.on === on && (fault.requestId === undefined || fault.requestId === requestId),
      );
      const found = waiting[index];
      if (found === undefined) return null;
      found.left -= 1;
      if (found.left === 0) waiting.splice(index, 1);
      return found.fault;
    },
    pending: () => waiting.map(({ fault, left }) => ({ ...fault, times: left })),
  };
}

/** Whether the simulator does what was asked although its answer is spoilt. */
export function acts(fault: Fault): boolean {
  if (fault.kind === "reset-before") return false;
  return fault.acts ?? (fault.kind !== "status" && fault.kind !== "hang");
}
