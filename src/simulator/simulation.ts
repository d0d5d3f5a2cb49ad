import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "../core/clock.ts";
import type { Json } from "../core/model.ts";
import { createStop } from "../core/signals.ts";
import { type Answer, jsonAnswer } from "./answer.ts";
import { UNKNOWN_KEY } from "./directives.ts";
import { createFaultLine, type Fault, type FaultLine, type FaultPoint } from "./faults.ts";
import { createFileJournal, noJournal } from "./journal.ts";
import {
  DEFAULT_SETTINGS,
  type SettingsChange,
  type SimulatorOptions,
  type SimulatorSettings,
} from "./options.ts";
import type { Plan } from "./plan.ts";
import { createSimulatedQueue, type SimulatedQueue } from "./queue.ts";
import { type CallCounts, type QueuedRequest, type SimulatedRequest, stateOf } from "./request.ts";
import { billedUnits, failureIn, resultOf } from "./status.ts";
import { createStudio, type Studio } from "./studio.ts";
import { createWebhooks, type Webhooks } from "./webhooks.ts";

/** Everything behind the routes. */
export interface Simulation {
  /** Sets time going. Webhooks carry this address: nobody asks for them with a Host header. */
  listening(url: string): void;
  readonly clock: Clock;
  readonly queue: SimulatedQueue;
  readonly faults: FaultLine;
  readonly webhooks: Webhooks;
  readonly studio: Studio;
  readonly streamCommentMs: number;
  /** Aborted when the simulator stops. */
  readonly stopping: AbortSignal;
  settings(): SimulatorSettings;
  change(change: SettingsChange): void;
  /** The next way to spoil this answer: the programmed faults first, then what the prompt asks for. */
  spoil(on: FaultPoint, request: QueuedRequest | null): Fault | null;
  /** As `spoil`, for a submit: there is no request yet, so the same input counts as the same. */
  spoilSubmit(plan: Plan, input: Json): Fault | null;
  /** The prompt's refusal, if it still applies. */
  refusal(plan: Plan, input: Json): Answer | null;
  /** The answer for a caller who may not come in; null for one who may. */
  turnAway(headers: IncomingHttpHeaders): Answer | null;
  knows(application: string): boolean;
  count(call: keyof CallCounts, request: QueuedRequest): void;
  /** A rule of fal's that a caller broke, as a sentence. */
  violation(sentence: string): void;
  violations(): readonly string[];
  inspect(request: QueuedRequest): SimulatedRequest;
  stop(): Promise<void>;
}

/** How many requests are remembered; fal keeps far more, for 30 days. */
const KEEP = 10_000;
const NO_CALLS: CallCounts = { status: 0, stream: 0, result: 0, cancel: 0, media: 0 };
/** fal tries about ten times over two hours; a person at the playground would not wait for that. */
const RETRY_MS = [1000, 2000, 5000, 15_000, 60_000];
const COMMENT_MS = 15_000;

export function createSimulation(options: SimulatorOptions, clock: Clock): Simulation {
  let settings: SimulatorSettings = settingsIn(options);
  let origin = "";
  const stopping = createStop();
  const faults = createFaultLine();
  const calls = new WeakMap<QueuedRequest, CallCounts>();
  const used = new Map<string, number>();
  const violations: string[] = [];
  const webhooks = createWebhooks({ clock, retryMs: options.webhookRetryMs ?? RETRY_MS });
  const studio = createStudio(() => settings);
  const queue = createSimulatedQueue({
    clock,
    journal: options.dataDir === undefined ? noJournal : createFileJournal(options.dataDir, KEEP),
    settings: () => settings,
    seed: options.seed ?? null,
    keep: KEEP,
    onStarted: (request) => {
      if (settings.paint === "ahead") studio.paintAhead(request);
    },
    onEnded: (request) => {
      if (request.webhookUrl !== null) {
        webhooks.send(request.webhookUrl, request.id, webhookBody(request, studio, origin));
      }
    },
  });

  /** Whether something limited to a number of times is still to happen; uses one up. */
  function useUp(key: string, times: number): boolean {
    const before = used.get(key) ?? 0;
    if (before >= times) return false;
    used.set(key, before + 1);
    return true;
  }

  function spoiltBy(plan: Plan, on: FaultPoint, owner: string): Fault | null {
    const index = plan.spoilt.findIndex(
      ({ fault, times }, at) => fault.on === on && useUp(`${owner}/${at}`, times),
    );
    return plan.spoilt[index]?.fault ?? null;
  }

  return {
    listening: (url) => {
      origin = url;
      queue.refresh();
    },
    clock,
    queue,
    faults,
    webhooks,
    studio,
    streamCommentMs: options.streamCommentMs ?? COMMENT_MS,
    stopping: stopping.signal,
    settings: () => settings,
    change: (change) => {
      settings = { ...settings, ...change };
      queue.refresh();
    },
    spoil: (on, request) =>
      faults.take(on, request?.id ?? null) ??
      (request === null ? null : spoiltBy(request.plan, on, request.id)),
    spoilSubmit: (plan, input) => faults.take("submit", null) ?? spoiltBy(plan, "submit", digest(input)),
    refusal: (plan, input) =>
      plan.refusal !== null && useUp(`${digest(input)}/refusal`, plan.refusal.times)
        ? jsonAnswer(plan.refusal.status, plan.refusal.body)
        : null,
    turnAway: (headers) => (options.keys === undefined ? null : turnAway(options.keys, headers)),
    knows: (application) => options.applications?.includes(application) ?? true,
    count: (call, request) => {
      const before = calls.get(request) ?? NO_CALLS;
      calls.set(request, { ...before, [call]: before[call] + 1 });
    },
    violation: (sentence) => {
      violations.push(sentence);
    },
    violations: () => [...violations],
    inspect: (request) => inspect(request, calls.get(request) ?? NO_CALLS),
    stop: async () => {
      stopping.abort();
      queue.stop();
      await Promise.all([webhooks.stop(), studio.stop()]);
    },
  };
}

function settingsIn(options: SimulatorOptions): SimulatorSettings {
  const { host, port, keys, applications, dataDir, seed, clock, webhookRetryMs, streamCommentMs, ...change } =
    options;
  return { ...DEFAULT_SETTINGS, ...change };
}

function inspect(request: QueuedRequest, calls: CallCounts): SimulatedRequest {
  const failure = failureIn(request);
  return {
    id: request.id,
    endpoint: request.endpoint,
    input: request.input,
    state: stateOf(request),
    acceptedAt: request.acceptedAt,
    startedAt: request.startedAt,
    finishedAt: request.finishedAt,
    cancelled: request.ending === "cancelled",
    status: request.finishedAt === null ? null : (failure?.status ?? 200),
    errorType: failure?.type ?? null,
    billedUnits: billedUnits(request),
    calls,
  };
}

function turnAway(keys: readonly string[], headers: IncomingHttpHeaders): Answer | null {
  const key = /^Key (\S+:\S+)$/.exec(headers.authorization ?? "")?.[1];
  if (key === undefined) {
    return jsonAnswer(401, {
      detail: "Invalid Key Authorization header format. Expected '<key_id>:<key_secret>'.",
    });
  }
  return keys.includes(key) ? null : jsonAnswer(401, { detail: UNKNOWN_KEY });
}

function webhookBody(request: QueuedRequest, studio: Studio, origin: string): Json {
  const result = resultOf(request, origin, studio.sizeOf(request));
  const ok = result.status === 200;
  return {
    request_id: request.id,
    gateway_request_id: request.id,
    status: ok ? "OK" : "ERROR",
    payload: result.body,
    error: ok ? null : `Invalid status code: ${result.status}`,
  };
}

function digest(input: Json): string {
  return createHash("sha256").update(JSON.stringify(input)).digest("hex");
}
