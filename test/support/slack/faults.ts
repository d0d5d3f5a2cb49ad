/** Something that goes wrong on the way to Slack, within it, or on the way back. */
export type Fault =
  /** This one goes well, the next in line may not. */
  | { readonly type: "none" }
  /** The connection is reset before Slack acts. */
  | { readonly type: "reset-before" }
  /** Slack acts, and its answer is lost. */
  | { readonly type: "reset-after" }
  | { readonly type: "status"; readonly status: number }
  /** Slack acts, and a proxy answers in its place. */
  | { readonly type: "status-after"; readonly status: number }
  | { readonly type: "ratelimit"; readonly seconds: number }
  | { readonly type: "hang" }
  | { readonly type: "malformed" }
  | { readonly type: "error"; readonly error: string }
  /** As while a file is still being worked on. */
  | { readonly type: "bad-file" };

export interface Faults {
  /** The next `times` calls of a method go wrong. `upload` and `response_url` are methods here. */
  add(method: string, fault: Fault, times?: number): void;
  take(method: string): Fault | null;
}

export function createFaults(): Faults {
  const waiting = new Map<string, Fault[]>();
  return {
    add(method, fault, times = 1) {
      waiting.set(method, [...(waiting.get(method) ?? []), ...Array<Fault>(times).fill(fault)]);
    },
    take: (method) => waiting.get(method)?.shift() ?? null,
  };
}
