import { chargeOf } from "../../src/core/charge.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import type { Job, TakeId } from "../../src/core/model.ts";
import type { Breach } from "./invariants.ts";

/** What the bot's ledger and fal's bill say. */
export interface Books {
  /** Spent and set aside, micro-USD. */
  readonly total: number;
  /** The most that was ever spent and set aside in a day, and what may be. */
  readonly most: number;
  readonly ceiling: number;
  /** Takes whose money is set aside. */
  readonly pending: readonly TakeId[];
  /** Units that fal billed, by request id; null: it has not ended. */
  readonly bills: ReadonlyMap<string, number | null>;
}

const breach = (what: string, jobId: string | null = null): Breach => ({
  invariant: "the books add up",
  what,
  jobId,
});

/**
 * The ledger holds what fal billed and what nobody can know, to the micro-dollar; nothing stays set aside for an ended
 * take whose fate is known, and the ceiling was never passed.
 */
export function booksAddUp({
  jobs,
  books,
}: {
  readonly jobs: readonly Job[];
  readonly books: Books;
}): readonly Breach[] {
  const { total, most, ceiling, pending, bills } = books;
  const found: Breach[] = [];
  const inDoubt: TakeId[] = [];
  const known = new Set<string>();
  let due = 0;
  for (const job of jobs)
    for (const take of job.takes) {
      const charge = chargeOf(job, take);
      const id = take.ticket?.requestId ?? "";
      const units = bills.get(id) ?? 0;
      known.add(id);
      if (charge.type === "billed") due += charge.microUsd;
      if (charge.type === "billed" && units === 0)
        found.push(breach("is charged, and fal billed nothing", job.id));
      if (charge.type === "free" && units > 0) found.push(breach("is free, and fal billed it", job.id));
      if (charge.type !== "doubtful") continue;
      due += job.terms.microUsd ?? 0;
      inDoubt.push(take.id);
      const hasEnded = bills.has(id) && bills.get(id) !== null;
      if (hasEnded) found.push(breach("is in doubt, and fal could be asked", job.id));
    }
  for (const take of pending)
    if (!inDoubt.includes(take)) found.push(breach(`the money of ${take} is still set aside`));
  const strays = [...bills].filter(([id, units]) => units !== null && units > 0 && !known.has(id)).length;
  if (strays > inDoubt.length) found.push(breach(`fal billed ${strays} pictures that no take knows of`));
  if (total !== due) found.push(breach(`the ledger holds ${total} where ${due} is due`));
  if (most > ceiling) found.push(breach(`${most} was spent where ${ceiling} may be`));
  return found;
}

/** What was seen of a ledger. */
export interface LedgerWatch {
  /** The most that a day ever held, micro-USD. */
  most: number;
  /** Jobs that a limit kept from being made. */
  readonly denied: Set<string>;
}

/** Looks into the ledger after each change, before anybody else can change it: a call is one transaction, made at once. */
export function watchedLedger(ledger: Ledger, watch: LedgerWatch, now: () => number): Ledger {
  const look = async <T>(work: Promise<T>): Promise<T> => {
    const [outcome, { day }] = await Promise.all([work, ledger.spent({ type: "bot" }, now())]);
    watch.most = Math.max(watch.most, day.microUsd);
    return outcome;
  };
  return {
    ...ledger,
    async reserve(order, rules) {
      const reserved = await look(ledger.reserve(order, rules));
      if (reserved.type === "refused") watch.denied.add(order.job);
      else watch.denied.delete(order.job);
      return reserved;
    },
    settle: (take, microUsd) => look(ledger.settle(take, microUsd)),
  };
}
