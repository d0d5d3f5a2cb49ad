import type { Clock } from "../core/clock.ts";
import { BotError } from "../errors.ts";
import { type Finding, type Part, scribeOf } from "./finding.ts";

/** Looks at one part of the installation. */
export interface Check {
  readonly part: Part;
  /** Tells what it finds as it goes. The signal is aborted when its time is over. */
  run(signal: AbortSignal): AsyncIterable<Finding> | Iterable<Finding>;
}

export interface DoctorOptions {
  readonly checks: readonly Check[];
  readonly clock: Clock;
  /** Longest time of one check, ms. @default 20000 */
  readonly timeoutMs?: number;
}

/**
 * Runs the checks side by side and gives their findings in the order of the checks. A check that does not end in time
 * or breaks is a failure like any other, and what it had found until then counts. Never rejects.
 */
export async function examine({
  checks,
  clock,
  timeoutMs = 20_000,
}: DoctorOptions): Promise<readonly Finding[]> {
  const findings = await Promise.all(checks.map((check) => runOne(check, clock, timeoutMs)));
  return findings.flat();
}

/** Whether nothing in it stops the bot. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ mark }) => mark !== "failure");
}

async function runOne(check: Check, clock: Clock, timeoutMs: number): Promise<readonly Finding[]> {
  const say = scribeOf(check.part);
  const found: Finding[] = [];
  const late = new AbortController();
  const done = new AbortController();
  const collect = async () => {
    for await (const finding of check.run(late.signal)) {
      if (late.signal.aborted) return;
      found.push(finding);
    }
  };
  const watch = clock.sleep(timeoutMs, done.signal).then(
    () => {
      found.push(
        say.failure(
          `This check was not done within ${timeoutMs / 1000} seconds.`,
          "Look at this machine's network, then run the doctor again.",
        ),
      );
      late.abort(new Error("The check's time is over."));
    },
    () => {}, // it was done in time
  );
  const work = collect().catch((error: unknown) => {
    if (!late.signal.aborted) found.push(broken(check.part, error));
  });
  await Promise.race([work, watch]);
  done.abort();
  return [...found];
}

function broken(part: Part, error: unknown): Finding {
  const say = scribeOf(part);
  if (error instanceof BotError) return say.failure(error.message, error.remedy ?? "Run the doctor again.");
  // An unknown error's message may quote anything.
  const name = error instanceof Error ? error.name : typeof error;
  return say.failure(
    `The check itself broke (${name}), so nothing is known about this.`,
    "Report it to whoever maintains the bot.",
  );
}
