import { ReplyError } from "../errors.ts";
import type { Clock } from "./clock.ts";
import type { EditBudget } from "./edit-budget.ts";
import type { PlatformLimits, ReplyHandle } from "./ports.ts";
import type { Telemetry } from "./telemetry.ts";
import type { View } from "./view.ts";

/**
 * The one writer of a reply. The newest view wins, nothing queues behind it, equal views are skipped, and a lost
 * progress edit is nothing. Only the final view may fail.
 */
export interface ProgressWriter {
  /** Shows a view when the platform's pace allows; returns at once. */
  show(view: View): void;
  /** Ends progress, waits for an edit on its way, then shows the final view. @throws ReplyError. */
  finish(view: View): Promise<void>;
  /** Ends progress without a word. */
  stop(): Promise<void>;
}

export interface ProgressOptions {
  readonly handle: ReplyHandle;
  readonly platform: string;
  readonly limits: PlatformLimits;
  readonly budget: EditBudget;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** What the reply shows already, so that the same is not sent again. */
  readonly shown: View | null;
}

export function createProgressWriter(options: ProgressOptions): ProgressWriter {
  const { handle, platform, limits, budget, clock, telemetry } = options;
  const ended = new AbortController();
  let shown = options.shown === null ? null : JSON.stringify(options.shown);
  let newest: View | null = null;
  let lastAt = options.shown === null ? Number.NEGATIVE_INFINITY : clock.elapsed();
  let loop: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (newest !== null && !ended.signal.aborted) {
      const wait =
        Math.max(lastAt + limits.replyGapMs - clock.elapsed(), 0) || budget.claim(handle.ref.scope);
      if (wait > 0) {
        // Ended while waiting: leave quietly, the final view follows.
        await clock.sleep(wait, ended.signal).catch(() => undefined);
        continue;
      }
      const view: View = newest;
      newest = null;
      const json = JSON.stringify(view);
      if (json === shown) {
        telemetry({ type: "edit", platform, outcome: "skipped" });
        continue;
      }
      try {
        await handle.update(view);
        shown = json;
        telemetry({ type: "edit", platform, outcome: "sent" });
      } catch (error) {
        // Whether it arrived is unknown, so the next view is sent even if it is the same.
        shown = null;
        telemetry({ type: "edit", platform, outcome: "failed" });
        if (!(error instanceof ReplyError))
          telemetry({ type: "fault", where: "progress", jobId: view.jobId, error });
      }
      lastAt = clock.elapsed();
    }
  }

  function start(): void {
    loop = run().finally(() => {
      loop = null;
      // A view may have come in after the last look and before this.
      if (newest !== null && !ended.signal.aborted) start();
    });
  }

  const stop = async (): Promise<void> => {
    ended.abort();
    await loop;
  };

  return {
    show(view) {
      if (ended.signal.aborted) return;
      newest = view;
      if (loop === null) start();
    },
    async finish(view) {
      await stop();
      await budget.result(handle.ref.scope, () => handle.update(view));
      telemetry({ type: "edit", platform, outcome: "sent" });
    },
    stop,
  };
}
