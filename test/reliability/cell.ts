import { expect, vi } from "vitest";
import type { Simulator } from "../../src/simulator/simulator.ts";
import type { Product } from "../support/product.ts";
import { type Change, HALTED, withChanges } from "./changed-build.ts";
import type { Checkpoint, Stop } from "./checkpoint.ts";
import { judge, type Outcome, repliesEnd } from "./outcome.ts";
import type { PlatformCalls, PlatformName, Stage } from "./stage.ts";
import { type End, endsOn, type Step } from "./steps.ts";
import { NEVER_MS, openWorld, PATIENCE_MS } from "./world.ts";

/** One platform at one step, with the product that is to be killed there. */
export interface Cell {
  readonly stage: Stage;
  readonly simulator: Simulator;
  /** Between the product and fal. */
  readonly fal: Checkpoint;
  readonly product: Product;
  /** Stops a call to the platform; on the playground resolves when the process has come to its halt. */
  platformCall(call: keyof PlatformCalls, stop: Stop): Promise<void>;
  /** Resolves when a reply's words fit. */
  seen(words: RegExp): Promise<void>;
  /** Resolves when the replies have ended in these ways. */
  until(ends: readonly End[]): Promise<void>;
}

export interface CellOptions {
  /** Made to every process of the cell. */
  readonly changes?: readonly Change[];
  /** How long the second process may take to bring the job to its end, ms. @default PATIENCE_MS */
  readonly patienceMs?: number;
}

const ENDED = /"msg":"Job (done|failed|cancelled)"/;

/** Kills the product at the step, starts it again on the same data, and tells what became of the job. */
export async function runCell(
  step: Step,
  platform: PlatformName,
  options: CellOptions = {},
): Promise<Outcome> {
  const { changes = [], patienceMs = PATIENCE_MS } = options;
  const world = await openWorld(platform, {
    durationMs: step.fal === "paints on" ? [NEVER_MS, NEVER_MS] : [20, 40],
    concurrency: step.fal === "queues" ? 0 : 4,
  });
  const { simulator, fal, stage, home } = world;
  const until = (ends: readonly End[]) => repliesEnd(stage, ends, patienceMs);

  try {
    const halts = stage.outside === null && step.haltsPlayground !== undefined ? [step.haltsPlayground] : [];
    const product = home.start(withChanges([...changes, ...halts]));
    await stage.enter(product);
    const cell: Cell = {
      stage,
      simulator,
      fal,
      product,
      until,
      platformCall: async (call, stop) => {
        if (stage.outside === null) await product.logged(HALTED);
        else await stage.outside.checkpoint.reached(stage.outside.calls[call], stop);
      },
      seen: (words) =>
        vi.waitFor(
          async () => {
            const replies = await stage.replies();
            if (!replies.some(({ text }) => words.test(text))) throw new Error(`Nobody has read ${words}`);
          },
          { timeout: PATIENCE_MS, interval: 25 },
        ),
    };
    await step.arrive(cell);
    await product.kill();
    step.meanwhile?.(cell);

    const next = home.start(withChanges(changes));
    await stage.enter(next);
    step.afterwards?.(cell);
    const expected = endsOn(step, platform);
    // What does not come in time is told by the state it was left in.
    await until(expected).catch(() => undefined);
    const silent: string[] = [];
    for (const pattern of [ENDED, ...(step.logged === undefined ? [] : [step.logged])])
      await vi
        .waitFor(() => expect(next.stdout()).toMatch(pattern), patienceMs)
        .catch(() => silent.push(`The second process never logged ${pattern}.`));
    const exit = await next.stop();

    const promise = { ends: expected, submits: step.submits };
    const outcome = await judge(world, promise);
    const unclean = exit.code === 0 ? [] : [`The second process ended with ${exit.code ?? exit.signal}.`];
    return { ...outcome, broken: [...outcome.broken, ...silent, ...unclean] };
  } finally {
    await world.close();
  }
}
