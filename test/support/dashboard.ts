import { chargeOf } from "../../src/core/charge.ts";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import { type Job, personOf, workspaceOf } from "../../src/core/model.ts";
import type { JobStore } from "../../src/core/ports.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { type AdminOptions, createAdmin } from "../../src/web/admin/admin.ts";
import { createMetrics } from "../../src/web/metrics.ts";
import { createWebServer } from "../../src/web/server.ts";

/** The moment dashboards are shown at: a Thursday afternoon, UTC. */
export const SHOWN_AT = Date.UTC(2026, 10, 26, 15, 20);
/** How long the bot has been up then, ms. */
export const UP_MS = 6 * 3_600_000;
export const WEB_TOKEN = "a-token-of-some-length";

/** A web server with a dashboard over a real storage that holds these jobs, and a ledger with their money. */
export interface DashboardWorld {
  readonly url: string;
  readonly store: JobStore;
  readonly faults: unknown[];
  /** The dashboard's JSON, asked for with the token. */
  data(): Promise<Response>;
  close(): Promise<void>;
}

export async function openDashboard(
  jobs: readonly Job[],
  options: Partial<AdminOptions> & { readonly token?: string | null } = {},
): Promise<DashboardWorld> {
  // Started in the morning; from then on the day stands still, while pauses pass.
  let now = SHOWN_AT - UP_MS;
  const clock: Clock = { ...systemClock, now: () => now };
  const storage = openStorage({ url: "sqlite::memory:", clock, onUnreadable: () => {} });
  for (const job of jobs) {
    await storage.jobs.insert(job);
    await enter(storage.ledger, job);
  }
  const faults: unknown[] = [];
  const { token = WEB_TOKEN, ...overrides } = options;
  const platforms = () => ({ discord: true, slack: true });
  const admin = createAdmin({
    store: storage.jobs,
    ledger: storage.ledger,
    ceilings: { day: null, month: null },
    ceilingsOf: async () => ({ day: null, month: null }),
    line: () => ({ waiting: 0, running: 0, atOnce: 2, isPaused: false }),
    platforms,
    linkTo: () => null,
    clock,
    onFault: (error) => faults.push(error),
    ...overrides,
  });
  const server = createWebServer({
    host: "127.0.0.1",
    port: 0,
    loopback: true,
    token,
    metrics: createMetrics({ counts: () => ({ waiting: 0, running: 0 }) }),
    platforms,
    mounts: [{ exposure: "token", prefix: "/admin", plugin: admin }],
  });
  const url = await server.start();
  now = SHOWN_AT;
  return {
    url,
    store: storage.jobs,
    faults,
    data: () => fetch(`${url}/admin/data`, { headers: { authorization: `Bearer ${WEB_TOKEN}` } }),
    close: async () => {
      await server.stop();
      await storage.close();
    },
  };
}

/** What the accounts have entered for a job by now. */
async function enter(ledger: Ledger, job: Job): Promise<void> {
  const { id, takes, requester, terms, createdAt } = job;
  const order = {
    job: id,
    takes: takes.map((take) => take.id),
    workspace: workspaceOf(requester),
    person: personOf(requester),
    at: createdAt,
    microUsd: terms.microUsd ?? 0,
  };
  await ledger.reserve(order, NO_RULES);
  for (const take of takes) {
    const charge = chargeOf(job, take);
    if (charge.type === "billed") await ledger.settle(take.id, charge.microUsd);
    if (charge.type === "free") await ledger.refund(take.id);
  }
}

const NO_RULES = { ceilings: [], perHour: null, waiting: null, waitingHere: null, cooldownMs: null };
