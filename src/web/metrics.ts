import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Happening, Telemetry } from "../core/telemetry.ts";

export interface Metrics {
  readonly telemetry: Telemetry;
  /** Prometheus text. */
  render(): Promise<string>;
  readonly contentType: string;
}

export interface MetricsOptions {
  /** Jobs in our line and jobs past it, read when asked. */
  readonly counts: () => { readonly waiting: number; readonly running: number };
}

const QUICK = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3];
const SLOW = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600];

/** Turns happenings into numbers. */
export function createMetrics({ counts }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <T extends string>(name: string, help: string, labelNames: readonly T[]) =>
    new Counter({ name: `imagine_${name}`, help, labelNames: [...labelNames], registers });
  const histogram = <T extends string>(
    name: string,
    help: string,
    labelNames: readonly T[],
    buckets: number[],
  ) => new Histogram({ name: `imagine_${name}`, help, labelNames: [...labelNames], buckets, registers });

  const events = counter("events_total", "Commands, presses and reactions that came in", [
    "platform",
    "kind",
  ]);
  const repeats = counter("event_repeats_total", "Events that had come in before", ["platform", "kind"]);
  const refusals = counter("refusals_total", "Requests refused in private", ["platform", "why"]);
  const accepted = counter("jobs_accepted_total", "Jobs taken in", ["platform"]);
  const finished = counter("jobs_finished_total", "Jobs by how they ended", [
    "platform",
    "outcome",
    "failure",
  ]);
  const edits = counter("edits_total", "Edits of replies", ["platform", "outcome"]);
  const calls = counter("provider_calls_total", "Calls to fal by outcome", ["call", "outcome"]);
  const alerts = counter(
    "alerts_total",
    "Things the owner was told, because only the owner can mend them",
    [],
  );
  const faults = counter("faults_total", "Things that went wrong, by place", ["where"]);
  const ack = histogram("ack_seconds", "From an event's arrival to its acknowledgement", ["platform"], QUICK);
  const wait = histogram("wait_seconds", "From acceptance to the submit", ["platform"], SLOW);
  const paint = histogram(
    "paint_seconds",
    "From the submit to the finished picture at fal",
    ["platform"],
    SLOW,
  );
  const delivery = histogram(
    "delivery_seconds",
    "From the finish at fal to the shown picture",
    ["platform"],
    SLOW,
  );
  const call = histogram("provider_call_seconds", "Time of calls to fal", ["call"], SLOW);
  const paused = new Gauge({
    name: "imagine_line_paused",
    help: "1 while the line is paused because fal refuses the account",
    registers,
  });
  new Gauge({
    name: "imagine_jobs",
    help: "Unfinished jobs by state",
    labelNames: ["state"],
    registers,
    collect() {
      const { waiting, running } = counts();
      this.set({ state: "waiting" }, waiting);
      this.set({ state: "running" }, running);
    },
  });

  const seconds = (ms: number) => Math.max(ms, 0) / 1000;
  function telemetry(happening: Happening): void {
    switch (happening.type) {
      case "event-received":
        events.inc({ platform: happening.platform, kind: happening.kind });
        break;
      case "event-repeated":
        repeats.inc({ platform: happening.platform, kind: happening.kind });
        break;
      case "refused":
        refusals.inc({ platform: happening.platform, why: happening.why });
        break;
      case "acknowledged":
        ack.observe({ platform: happening.platform }, seconds(happening.ms));
        break;
      case "job-accepted":
        accepted.inc({ platform: happening.platform });
        break;
      case "job-finished": {
        const { platform, outcome, failure, waitedMs, paintedMs, deliveredMs } = happening;
        finished.inc({ platform, outcome, failure: failure ?? "" });
        if (waitedMs !== null) wait.observe({ platform }, seconds(waitedMs));
        if (paintedMs !== null) paint.observe({ platform }, seconds(paintedMs));
        if (deliveredMs !== null) delivery.observe({ platform }, seconds(deliveredMs));
        break;
      }
      case "breaker":
        paused.set(happening.state === "open" ? 1 : 0);
        break;
      case "alert":
        alerts.inc();
        break;
      case "edit":
        edits.inc({ platform: happening.platform, outcome: happening.outcome });
        break;
      case "provider-call":
        calls.inc({ call: happening.call, outcome: happening.outcome });
        call.observe({ call: happening.call }, seconds(happening.ms));
        break;
      case "fault":
        faults.inc({ where: happening.where });
        break;
    }
  }
  return { telemetry, render: () => registry.metrics(), contentType: registry.contentType };
}
