import type { Clock } from "../core/clock.ts";
import { type Check, examine } from "./doctor.ts";

export interface ShortFormOptions {
  /** Only such as need no network and little time. */
  readonly checks: readonly Check[];
  readonly clock: Clock;
  readonly log: (level: "info" | "warn" | "error", context: object, message: string) => void;
}

/**
 * What a start says of what the doctor would: each warning and failure on a line of its own, everything that is well
 * on one. Never rejects.
 */
export async function logShortForm({ checks, clock, log }: ShortFormOptions): Promise<void> {
  const findings = await examine({ checks, clock });
  const troubled = findings.filter(({ mark }) => mark === "warning" || mark === "failure");
  for (const { part, mark, what, fix } of troubled)
    log(mark === "failure" ? "error" : "warn", { part, remedy: fix }, what);
  const well = checks.map(({ part }) => part).filter((part) => !troubled.some((one) => one.part === part));
  const checked = well.length === 0 ? "" : `Looks well: ${well.join(", ")}. `;
  log("info", {}, `${checked}Keys, tokens and permissions are checked by npm run doctor`);
}
