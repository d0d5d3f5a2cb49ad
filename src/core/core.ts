import { createBreaker } from "./breaker.ts";
import type { Clock } from "./clock.ts";
import type { CommandDefinition } from "./command.ts";
import { createEditBudget } from "./edit-budget.ts";
import { createEstimate } from "./estimate.ts";
import type { Home, InboundSink } from "./events.ts";
import { createGeneration } from "./generation.ts";
import { createHousekeeping } from "./housekeeping.ts";
import { createJobBook } from "./job-book.ts";
import type { CoreParts, CoreSettings } from "./parts.ts";
import type { ImageBackend, JobQueue, JobStore, Pictures, PlatformAdapter, Records } from "./ports.ts";
import { createPresses } from "./presses.ts";
import { createRouter } from "./router.ts";
import type { Telemetry } from "./telemetry.ts";

export interface CoreOptions {
  readonly store: JobStore;
  /** Remembered presses of buttons and emoji. */
  readonly presses: Records<string>;
  readonly queue: JobQueue;
  readonly backend: ImageBackend;
  readonly pictures: Pictures;
  readonly adapters: readonly PlatformAdapter[];
  readonly commands: readonly CommandDefinition[];
  readonly home: Omit<Home, "recent">;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly settings: CoreSettings;
}

/** The shared service behind every platform. */
export interface Core {
  /** Where adapters hand what people do. Works before `start` too: jobs are stored and wait. */
  readonly sink: InboundSink;
  /** Takes unfinished jobs up and begins to work. @throws BotError `store`. */
  start(): Promise<void>;
  /** Refuses what is new and hands back what runs. */
  stop(): Promise<void>;
  counts(): { readonly waiting: number; readonly running: number };
}

export function createCore(options: CoreOptions): Core {
  const { clock, adapters, store, telemetry } = options;
  const breaker = createBreaker({ clock, telemetry, onChange: () => generation.refresh() });
  const parts: CoreParts = {
    ...options,
    book: createJobBook(store),
    adapters: new Map(adapters.map((adapter) => [adapter.name, adapter])),
    budgets: new Map(adapters.map((adapter) => [adapter.name, createEditBudget(adapter.limits, clock)])),
    estimate: createEstimate(),
    breaker,
  };
  const generation = createGeneration(parts);
  const presses = createPresses(options.presses, clock);
  const router = createRouter({ parts, generation, presses, commands: options.commands, home: options.home });
  const housekeeping = createHousekeeping({
    store,
    clock,
    telemetry,
    keepMs: options.settings.keepMs ?? null,
  });
  return {
    sink: router.sink,
    async start() {
      await generation.start();
      housekeeping.start();
    },
    async stop() {
      router.close();
      await housekeeping.stop();
      await generation.stop();
    },
    counts: () => generation.counts(),
  };
}
