import type { FailureCode } from "../errors.ts";
import type { Job, Take } from "./model.ts";
import { isFinal } from "./model.ts";

/**
 * What a take costs, as its record tells. `open`: not ended · `free`: nothing was billed · `billed`: that much,
 * micro-USD · `doubtful`: only the provider knows.
 */
export type Charge =
  | { readonly type: "open" | "free" | "doubtful" }
  | { readonly type: "billed"; readonly microUsd: number };

/** What the provider said it billed outweighs everything; else the way the take ended tells. */
export function chargeOf(job: Job, take: Take): Charge {
  const { billableUnits } = take;
  if (billableUnits !== null) return billableUnits > 0 ? billed(job, billableUnits) : { type: "free" };
  switch (take.state) {
    case "fetched":
      return billed(job, 1);
    case "queued":
      // Of a job that is over, it will never be sent.
      return { type: isFinal(job) ? "free" : "open" };
    case "submitting":
    case "submitted":
    case "working":
      return { type: isFinal(job) ? "doubtful" : "open" };
    case "failed":
      return { type: isDoubtful(take) ? "doubtful" : "free" };
    case "cancelled":
      // Once it was on its way only the provider knows whether it stopped in time.
      return { type: take.submittingAt === null ? "free" : "doubtful" };
  }
}

/** Failures that leave open whether the provider painted and billed. Any other failure it does not bill. */
function isDoubtful({ failure, submittingAt, ticket }: Take): boolean {
  if (failure === "unknown-fate") return true;
  return ticket !== null && submittingAt !== null && failure !== null && OUR_OWN.has(failure);
}

/** Failures that are no word of the provider's: it may have painted all the same. */
const OUR_OWN: ReadonlySet<FailureCode> = new Set(["timeout", "internal", "picture-unavailable"]);

const billed = (job: Job, units: number): Charge => ({
  type: "billed",
  microUsd: Math.round((job.terms.microUsd ?? 0) * units),
});

/** What a job has cost so far, micro-USD; null when its price is not known. */
export function costOf(job: Job): number | null {
  if (job.terms.microUsd === null) return null;
  return job.takes.reduce((sum, take) => {
    const charge = chargeOf(job, take);
    return charge.type === "billed" ? sum + charge.microUsd : sum;
  }, 0);
}
