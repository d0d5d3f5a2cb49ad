import { BotError } from "../errors.ts";
import { createAccounts } from "./accounts.ts";
import { type AlertChannel, type Alerts, createAlerts } from "./alerts.ts";
import { createBreaker } from "./breaker.ts";
import type { Clock } from "./clock.ts";
import type { CommandDefinition } from "./command.ts";
import { createEditBudget } from "./edit-budget.ts";
import { createEstimate } from "./estimate.ts";
import type { Home, InboundSink } from "./events.ts";
import { createGeneration } from "./generation.ts";
import { createHousekeeping } from "./housekeeping.ts";
import { createJobBook } from "./job-book.ts";
import type { Ledger } from "./ledger.ts";
import { endedEntry } from "./log-entries.ts";
import { createModLog } from "./mod-log.ts";
import type { OwnerParts } from "./owner-parts.ts";
import type { CoreParts, CoreSettings } from "./parts.ts";
import { createPolicies } from "./policy/policies.ts";
import type { Policy } from "./policy/policy.ts";
import type { BlocksRecord, SettingsRecord } from "./policy/records.ts";
import type { Owners } from "./policy/rights.ts";
import type { ImageBackend, JobQueue, JobStore, Pictures, PlatformAdapter, Records } from "./ports.ts";
import { createPresses } from "./presses.ts";
import { type CompileBlocklist, createPromptCheck, type ReadEntry } from "./prompt-check.ts";
import { createRemoval } from "./removal.ts";
import { createRouter } from "./router.ts";
import type { Telemetry } from "./telemetry.ts";

export interface CoreOptions {
  readonly store: JobStore;
  /** Remembered presses of buttons and emoji, and what was pressed and is not done yet. */
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
  readonly owner: OwnerOptions;
}

/** What the owner's controls work on. */
export interface OwnerOptions {
  readonly ledger: Ledger;
  /** What workspaces changed, and who is blocked. */
  readonly workspaces: Records<SettingsRecord>;
  readonly blocks: Records<BlocksRecord>;
  /** What holds where nothing was changed. */
  readonly defaults: Policy;
  readonly botCeilings: OwnerParts["botCeilings"];
  readonly owners: Owners;
  readonly alertChannels: readonly AlertChannel[];
  /** Entries that are on everybody's blocklist. */
  readonly blocklist: readonly string[];
  readonly compileBlocklist: CompileBlocklist;
  readonly readEntry: ReadEntry;
  readonly price: () => number;
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
  /** Whether the line stands still because the provider refuses the account. */
  isPaused(): boolean;
  /** What holds in a workspace, named as in `workspaceOf`. @throws BotError `store`. */
  policyOf(workspace: string): Promise<Policy>;
}

export function createCore(options: CoreOptions): Core {
  const { clock, store, telemetry } = options;
  const adapters = new Map(options.adapters.map((adapter) => [adapter.name, adapter]));
  const owner = createOwnerParts(options, adapters);
  const keepMs = options.settings.keepMs ?? null;
  const accounts = createAccounts({
    ...options,
    ledger: owner.ledger,
    book: () => book,
    keepMs,
  });
  const book = createJobBook(store, accounts.changed);
  const breaker = createBreaker({
    clock,
    telemetry,
    onChange(state) {
      tellOwner(owner.alerts, state);
      generation.refresh();
    },
  });
  const parts: CoreParts = {
    ...options,
    book,
    adapters,
    policies: owner.policies,
    onEnded(job) {
      const entry = endedEntry(job);
      if (entry !== null) owner.modLog.write(job.requester, entry);
    },
    budgets: new Map(
      options.adapters.map((adapter) => [adapter.name, createEditBudget(adapter.limits, clock)]),
    ),
    estimate: createEstimate(),
    breaker,
  };
  const generation = createGeneration(parts);
  const presses = createPresses(options.presses, clock);
  const removal = createRemoval(parts, options.presses);
  const { commands, home } = options;
  const router = createRouter({ parts, owner, generation, removal, presses, commands, home });
  const housekeeping = createHousekeeping({ store, clock, telemetry, keepMs });
  return {
    sink: router.sink,
    async start() {
      await generation.start();
      await removal.start();
      housekeeping.start();
      accounts.start();
    },
    async stop() {
      router.close();
      await housekeeping.stop();
      await removal.stop();
      await generation.stop();
      await accounts.stop();
      await owner.alerts.stop();
      await owner.modLog.stop();
    },
    counts: () => generation.counts(),
    isPaused: () => breaker.isOpen(),
    policyOf: async (workspace) => (await owner.policies.of(workspace)).policy,
  };
}

function createOwnerParts(
  { owner, clock, telemetry }: CoreOptions,
  adapters: ReadonlyMap<string, PlatformAdapter>,
): OwnerParts {
  const { ledger, botCeilings, owners, price, readEntry } = owner;
  const policies = createPolicies({
    defaults: owner.defaults,
    settings: owner.workspaces,
    blocks: owner.blocks,
  });
  return {
    ledger,
    botCeilings,
    owners,
    price,
    readEntry,
    clock,
    policies,
    promptCheck: createPromptCheck({
      compile: owner.compileBlocklist,
      blocked: owner.blocklist,
      onUnusable: (workspace, entries) =>
        telemetry({
          type: "fault",
          where: "blocklist",
          jobId: null,
          error: new BotError("Some entries of a blocklist do nothing.", {
            code: "store",
            context: { workspace, count: entries.length },
            remedy: "Remove them with /images-admin blocklist remove and add them again.",
          }),
        }),
    }),
    modLog: createModLog({ adapters, policies, clock, telemetry }),
    alerts: createAlerts({ adapters, channels: owner.alertChannels, clock, telemetry }),
  };
}

/** The line stands still until the owner does something about the account. */
function tellOwner(alerts: Alerts, state: "open" | "closed"): void {
  const topic = "provider account";
  if (state === "open")
    alerts.tell(
      topic,
      [
        { type: "strong", text: "Paused" },
        ": the image service refuses this bot's account, so nothing is painted.",
      ],
      [
        ["Look at the key and the balance at fal, and at FAL_MODEL."],
        ["Nothing that waits is lost; one request a minute tries again."],
      ],
    );
  else alerts.clear(topic, ["The image service takes our requests again: the line goes on."]);
}
