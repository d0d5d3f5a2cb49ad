import { createHash, randomUUID } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import type { Json } from "../core/model.ts";
import { FAILURES } from "./failures.ts";
import type { Journal } from "./journal.ts";
import { logMoments } from "./logs.ts";
import type { SimulatorSettings } from "./options.ts";
import { planFor } from "./plan.ts";
import { type Outcome, type QueuedRequest, type StoredRequest, stateOf } from "./request.ts";

/** fal's queue and runners: what waits, what runs, when it ends. Time alone moves it; every read is up to date. */
export interface SimulatedQueue {
  accept(order: NewRequest): QueuedRequest;
  get(id: string): QueuedRequest | null;
  /** In order of acceptance. */
  all(): readonly QueuedRequest[];
  /** Requests ahead of it; null when it no longer waits. */
  position(request: QueuedRequest): number | null;
  waiting(): number;
  cancel(id: string): "requested" | "completed" | "unknown";
  /** Ends a request now, as if its time had come. False when it had ended, or is not known. */
  finish(id: string): boolean;
  /** Calls back after every change, log lines included, until the returned function is called. */
  onChange(listener: () => void): () => void;
  /** To be called once at the start (what was due since the last run ends at its own moment) and when settings changed. */
  refresh(): void;
  stop(): void;
}

export interface NewRequest {
  readonly endpoint: string;
  readonly input: Json;
  readonly webhookUrl: string | null;
  readonly startTimeoutMs: number | null;
}

interface QueueParts {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly settings: () => SimulatorSettings;
  /** Makes durations the same in every run; null: random. */
  readonly seed: number | null;
  /** How many requests to remember. */
  readonly keep: number;
  readonly onStarted: (request: QueuedRequest) => void;
  readonly onEnded: (request: QueuedRequest) => void;
}

export function createSimulatedQueue(parts: QueueParts): SimulatedQueue {
  return new MemoryQueue(parts);
}

/** What a request ends as, or will end as. */
export function outcomeOf(request: QueuedRequest): Outcome {
  const early =
    request.ending === "cancelled"
      ? "client_cancelled"
      : request.ending === "not-started"
        ? "request_timeout"
        : null;
  const failure = early === null ? request.plan.failure : (FAILURES.get(early) ?? null);
  return failure === null ? { type: "picture" } : { type: "failure", failure };
}

class MemoryQueue implements SimulatedQueue {
  readonly #parts: QueueParts;
  readonly #requests = new Map<string, QueuedRequest>();
  readonly #waiting: QueuedRequest[] = [];
  readonly #running = new Set<QueuedRequest>();
  readonly #listeners = new Set<() => void>();
  #alarm = new AbortController();
  #accepted = 0;
  /** Something has changed since the listeners were last called, because somebody looked. */
  #isUntold = false;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    for (const stored of parts.journal.load()) {
      const request: QueuedRequest = { ...stored, plan: planFor(stored.input) };
      this.#requests.set(request.id, request);
      if (stateOf(request) === "IN_QUEUE") this.#waiting.push(request);
      if (stateOf(request) === "IN_PROGRESS") this.#running.add(request);
    }
    this.#accepted = this.#requests.size;
  }

  accept(order: NewRequest): QueuedRequest {
    this.#advance();
    const now = this.#parts.clock.now();
    const plan = planFor(order.input);
    const request: QueuedRequest = {
      id: randomUUID(),
      endpoint: order.endpoint,
      input: order.input,
      webhookUrl: order.webhookUrl,
      acceptedAt: now,
      startBy: order.startTimeoutMs === null ? null : now + order.startTimeoutMs,
      startedAt: null,
      durationMs: null,
      finishedAt: null,
      ending: null,
      plan,
    };
    request.durationMs = plan.pace === null ? null : Math.round(this.#duration(request.id) * plan.pace);
    this.#accepted += 1;
    this.#requests.set(request.id, request);
    this.#forgetOldest();
    this.#waiting.push(request);
    this.#parts.journal.append(request);
    this.refresh();
    return request;
  }

  get(id: string): QueuedRequest | null {
    this.#advance();
    return this.#requests.get(id) ?? null;
  }

  all(): readonly QueuedRequest[] {
    this.#advance();
    return [...this.#requests.values()];
  }

  position(request: QueuedRequest): number | null {
    const index = this.#waiting.indexOf(request);
    return index < 0 ? null : index;
  }

  waiting(): number {
    this.#advance();
    return this.#waiting.length;
  }

  cancel(id: string): "requested" | "completed" | "unknown" {
    const request = this.get(id);
    if (request === null) return "unknown";
    const state = stateOf(request);
    if (state === "COMPLETED") return "completed";
    if (state === "IN_QUEUE" || this.#parts.settings().cancelRunning === "stops") {
      this.#end(request, this.#parts.clock.now(), "cancelled");
      this.refresh();
    }
    return "requested";
  }

  finish(id: string): boolean {
    const request = this.get(id);
    if (request === null || request.finishedAt !== null) return false;
    this.#end(request, this.#parts.clock.now(), "finished");
    this.refresh();
    return true;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#setAlarm();
    return () => this.#listeners.delete(listener);
  }

  refresh(): void {
    this.#advance();
    this.#isUntold = false;
    this.#setAlarm();
    for (const listener of [...this.#listeners]) listener();
  }

  stop(): void {
    this.#alarm.abort();
    this.#listeners.clear();
  }

  /** Plays everything that is due, in order and each at its own moment, however late we look. */
  #advance(): void {
    const now = this.#parts.clock.now();
    for (let next = this.#nextEnd(); next !== null && next.at <= now; next = this.#nextEnd()) {
      this.#end(next.request, next.at, next.ending);
      this.#fill(next.at);
    }
    this.#fill(now);
  }

  #fill(at: number): void {
    while (this.#running.size < this.#parts.settings().concurrency) {
      const request = this.#waiting.shift();
      if (request === undefined) return;
      request.startedAt = Math.max(at, request.acceptedAt);
      this.#running.add(request);
      this.#isUntold = true;
      this.#parts.journal.append(request);
      this.#parts.onStarted(request);
    }
  }

  #nextEnd(): { request: QueuedRequest; at: number; ending: "finished" | "not-started" } | null {
    const ends = [
      ...[...this.#running].flatMap((request) =>
        request.startedAt === null || request.durationMs === null
          ? []
          : [{ request, at: request.startedAt + request.durationMs, ending: "finished" as const }],
      ),
      ...this.#waiting.flatMap((request) =>
        request.startBy === null ? [] : [{ request, at: request.startBy, ending: "not-started" as const }],
      ),
    ];
    return ends.reduce<(typeof ends)[number] | null>(
      (first, end) => (first === null || end.at < first.at ? end : first),
      null,
    );
  }

  #end(request: QueuedRequest, at: number, ending: NonNullable<StoredRequest["ending"]>): void {
    this.#running.delete(request);
    const index = this.#waiting.indexOf(request);
    if (index >= 0) this.#waiting.splice(index, 1);
    request.finishedAt = Math.max(at, request.acceptedAt);
    if (ending === "finished") request.startedAt ??= request.finishedAt;
    request.ending = ending;
    this.#isUntold = true;
    this.#parts.journal.append(request);
    this.#parts.onEnded(request);
  }

  #setAlarm(): void {
    this.#alarm.abort();
    const next = this.#nextMoment();
    if (next === null) return;
    const alarm = new AbortController();
    this.#alarm = alarm;
    this.#parts.clock.sleep(Math.max(0, next - this.#parts.clock.now()), alarm.signal).then(
      () => this.refresh(),
      () => {}, // a newer alarm took over, or we stopped
    );
  }

  #nextMoment(): number | null {
    const now = this.#parts.clock.now();
    if (this.#isUntold && this.#listeners.size > 0) return now;
    const moments = [this.#nextEnd()?.at ?? Number.POSITIVE_INFINITY];
    if (this.#listeners.size > 0) {
      for (const request of this.#running) {
        const next = logMoments(request).find((at) => at > now);
        if (next !== undefined) moments.push(next);
      }
    }
    const first = Math.min(...moments);
    return Number.isFinite(first) ? first : null;
  }

  #duration(id: string): number {
    const [shortest, longest] = this.#parts.settings().durationMs;
    const key = this.#parts.seed === null ? id : `${this.#parts.seed}/${this.#accepted}`;
    const share = createHash("sha256").update(key).digest().readUInt32BE(0) / 0xffff_ffff;
    return shortest + Math.max(0, longest - shortest) * share;
  }

  #forgetOldest(): void {
    for (const request of this.#requests.values()) {
      if (this.#requests.size <= this.#parts.keep || request.finishedAt === null) return;
      this.#requests.delete(request.id);
    }
  }
}
