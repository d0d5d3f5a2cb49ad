/** Something that goes wrong with the next requests of one route. */
export interface Fault {
  /** Name of the route ("callback", "webhook.edit", "message.create" …); "*": any. */
  readonly route: string;
  readonly what: /** The connection is cut before, or after, Discord has acted. */
    | { readonly type: "reset"; readonly when: "before" | "after" }
    /** No answer at all, before or after acting. */
    | { readonly type: "hang"; readonly when: "before" | "after" }
    | { readonly type: "status"; readonly status: number; readonly when: "before" | "after" }
    | {
        readonly type: "rate-limit";
        readonly scope: "user" | "shared" | "global";
        readonly retryAfterMs: number;
      }
    /** Discord's own refusal. */
    | { readonly type: "refuse"; readonly status: number; readonly code: number; readonly message: string };
  readonly times: number;
}

/** The faults still to come, and how often each struck. */
export function createFaults() {
  const waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    add(fault: Fault): void {
      waiting.push({ fault, left: fault.times });
    },
    clear(): void {
      waiting.length = 0;
    },
    take(route: string): Fault["what"] | null {
      const hit = waiting.find(
        (one) => one.left > 0 && (one.fault.route === route || one.fault.route === "*"),
      );
      if (!hit) return null;
      hit.left -= 1;
      return hit.fault.what;
    },
  };
}
