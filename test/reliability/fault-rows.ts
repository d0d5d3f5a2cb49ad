import type { FaultRow } from "./fault-call.ts";

/** Late, and within every caller's patience, ms. */
const SLOW_MS = 2500;
/** Over every cap. */
const HUGE_BYTES = 20 * 2 ** 20;
const HOURS = 3 * 3_600_000;

/** What may befall any call, whoever it goes to. */
export const ANY_CALL: readonly FaultRow[] = [
  { name: "connection refused", fault: () => ({ type: "refused" }) },
  { name: "reset before it acted", fault: () => ({ type: "reset", acted: false }) },
  { name: "reset after it acted", fault: () => ({ type: "reset", acted: true }) },
  { name: "no answer, nothing done", time: "slow", fault: () => ({ type: "hang", acted: false }) },
  { name: "no answer, done", time: "slow", fault: () => ({ type: "hang", acted: true }) },
  { name: "slow", strikes: "once", fault: () => ({ type: "slow", ms: SLOW_MS }) },
  { name: "malformed", fault: () => ({ type: "malformed" }) },
  { name: "cut short", fault: () => ({ type: "truncated" }) },
  { name: "huge", fault: () => ({ type: "huge", bytes: HUGE_BYTES }) },
  { name: "a page of HTML", fault: () => ({ type: "page" }) },
  { name: "wrong types", fault: () => ({ type: "wrong-types" }) },
  ...[HOURS, -HOURS].map(
    (ms): FaultRow => ({
      strikes: "once",
      name: ms > 0 ? "our clock is set forward 3 h" : "our clock is set back 3 h",
      fault: (_, { outside, clock }) => ({
        type: "meanwhile",
        what() {
          clock.jump(ms);
          outside.trueClock.jump(ms);
        },
      }),
    }),
  ),
];

/** Longer than the bot goes on asking where it is refused, ms. */
export const REFUSED_FOR_GOOD_MS = 100_000;

/** A status with a body, as a row; nothing is done then unless it says so. `to`: only these calls are answered so. */
export function statusRow(
  name: string,
  status: number,
  body: unknown,
  more: {
    readonly acted?: boolean;
    readonly headers?: Readonly<Record<string, string>>;
    readonly to?: readonly string[];
    readonly lastsMs?: number;
  } = {},
): FaultRow {
  const { acted = false, headers, to, lastsMs } = more;
  return {
    name,
    ...(lastsMs !== undefined && { lastsMs }),
    fault: (call) =>
      to === undefined || to.includes(call.name)
        ? { type: "status", status, body, acted, ...(headers && { headers }) }
        : null,
  };
}

/** Somebody deletes the message right before a call of these; the others are never answered so. */
export function deletedRow(name: string, to: readonly string[]): FaultRow {
  return {
    name,
    strikes: "once",
    fault: (call, scene) =>
      to.includes(call.name) ? { type: "meanwhile", what: () => scene.vanish() } : null,
  };
}
