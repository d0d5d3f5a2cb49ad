/** Money is counted in whole micro-dollars (1 USD = 1,000,000), so that sums are exact. */
export const MICRO_USD = 1_000_000;

/** Largest amount that can be set, micro-USD: a million dollars. */
export const MAX_MICRO_USD = 1_000_000 * MICRO_USD;

/** "$0.045", "$12.50", "$1,200": at least cents when there is a fraction, as many digits as it takes to be exact. */
export function formatUsd(microUsd: number): string {
  const dollars = Math.abs(microUsd) / MICRO_USD;
  const digits = Number.isInteger(dollars) ? 0 : 2;
  const text = dollars.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: 6 });
  return `${microUsd < 0 ? "-" : ""}$${text}`;
}

/** Reads "5", "$5.50" or "1,200.5"; null for anything else, for more than six decimals, or too much. */
export function parseUsd(typed: string): number | null {
  const match = /^\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,6}))?\s*(?:usd|\$)?$/i.exec(typed.trim());
  if (match === null) return null;
  const [, whole = "", fraction = ""] = match;
  const microUsd = Number(whole.replaceAll(",", "")) * MICRO_USD + Number(fraction.padEnd(6, "0"));
  return microUsd <= MAX_MICRO_USD ? microUsd : null;
}

/** Days and months of the ledger, in UTC. */
export const PERIODS = ["day", "month"] as const;
export type Period = (typeof PERIODS)[number];

/** "2026-11-26" or "2026-11": the name of the period that holds a moment, in UTC. */
export function periodOf(period: Period, at: number): string {
  return new Date(at).toISOString().slice(0, period === "day" ? 10 : 7);
}

/** When the period that holds a moment ends, epoch ms: the next midnight, or the first of the next month, in UTC. */
export function periodEnd(period: Period, at: number): number {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return period === "day" ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1);
}
