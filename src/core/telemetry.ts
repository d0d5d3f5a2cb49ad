import type { FailureCode } from "../errors.ts";
import type { JobId } from "./model.ts";

/** What happened, for logs and metrics. Never carries a prompt, a key or a name. */
export type Happening =
  | { readonly type: "event-received"; readonly platform: string; readonly kind: string }
  | { readonly type: "event-repeated"; readonly platform: string; readonly kind: string }
  | { readonly type: "refused"; readonly platform: string; readonly why: string }
  /** Time from the event's arrival to its acknowledgement. */
  | { readonly type: "acknowledged"; readonly platform: string; readonly ms: number }
  | { readonly type: "job-accepted"; readonly jobId: JobId; readonly platform: string }
  | {
      readonly type: "job-finished";
      readonly jobId: JobId;
      readonly platform: string;
      readonly outcome: "done" | "failed" | "cancelled";
      readonly failure: FailureCode | null;
      /** In our line; at the provider; from its finish to the shown picture. Null where it never got there. */
      readonly waitedMs: number | null;
      readonly paintedMs: number | null;
      readonly deliveredMs: number | null;
    }
  /** The line was paused because the provider refuses the account, or goes on. */
  | { readonly type: "breaker"; readonly state: "open" | "closed" }
  /** The owner was told of something that only the owner can mend. */
  | { readonly type: "alert"; readonly topic: string }
  | { readonly type: "edit"; readonly platform: string; readonly outcome: "sent" | "skipped" | "failed" }
  | { readonly type: "provider-call"; readonly call: string; readonly outcome: string; readonly ms: number }
  | { readonly type: "fault"; readonly where: string; readonly jobId: JobId | null; readonly error: unknown };

/** Where happenings go. Never throws, never waits. */
export type Telemetry = (happening: Happening) => void;
