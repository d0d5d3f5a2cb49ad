import { type Clock, systemClock } from "../../src/core/clock.ts";
import { createFalBackend } from "../../src/fal/backend.ts";
import { createSimulator, type Fault } from "../../src/simulator/simulator.ts";
import type { CallMishap, Ending, ImageProvider, SubmitMishap } from "../contracts/image-backend.ts";
import { reservedPort } from "../support/ports.ts";
import { MODEL } from "./local-fal.ts";

const ENDINGS: Readonly<Record<Ending, string>> = {
  "content-policy": "[sim:content_policy_violation]",
  "bad-input": "[sim:feature_not_supported]",
  "provider-failure": "[sim:internal_server_error]",
  timeout: "[sim:generation_timeout]",
  "no-picture": "[sim:no_images]",
};

const SUBMIT_FAULTS: Readonly<Record<SubmitMishap, Fault>> = {
  "answer-lost": { on: "submit", kind: "reset-after" },
  "gateway-error": { on: "submit", kind: "status", status: 502, acts: true },
  "answer-garbled": { on: "submit", kind: "malformed" },
  trouble: { on: "submit", kind: "status", status: 503 },
  busy: { on: "submit", kind: "status", status: 429, body: { detail: "Too many requests" } },
  locked: { on: "submit", kind: "status", status: 403, body: { detail: "User is locked. Reason: TOP_UP" } },
};

const CALL_FAULTS: Readonly<Record<CallMishap, readonly Fault[]>> = {
  "status-lost": [
    { on: "stream", kind: "reset-after" },
    { on: "status", kind: "reset-before" },
  ],
  "result-lost": [{ on: "result", kind: "truncated" }],
  "history-down": [{ on: "history", kind: "status", status: 503 }],
};

/** The real backend and the simulator it talks to, as the contract suite plays with them. */
export async function createProvider(streaming: "available" | "none"): Promise<ImageProvider> {
  const clock = createHurriedClock();
  const simulator = createSimulator({
    clock,
    streaming,
    keys: ["id:secret"],
    concurrency: 1,
    durationMs: [10_000, 10_000],
    historyListsRunning: true,
    paint: "on-download",
  });
  const { url } = await simulator.start();
  const backend = backendAt(url, clock);
  const unreachable = backendAt(`http://127.0.0.1:${reservedPort()}`, clock);
  return {
    backend,
    unreachable,
    accepted: () => simulator.requests().map(({ id }) => id),
    room: (concurrency) => simulator.set({ concurrency }),
    finish: (id) => void simulator.finish(id),
    promptThatEnds: (ending) => ENDINGS[ending],
    spoilSubmit: (mishap) => simulator.fault(SUBMIT_FAULTS[mishap]),
    spoilCalls: (mishap) => {
      for (const fault of CALL_FAULTS[mishap]) simulator.fault(fault);
    },
    close: async () => {
      await Promise.all([backend.close(), unreachable.close()]);
      await simulator.stop();
    },
  };
}

/** Time four times as fast, for both sides: nobody has to sit through the pauses between polls. */
function createHurriedClock(): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * 4,
    elapsed: () => performance.now() * 4,
    sleep: (ms, signal) => systemClock.sleep(ms / 4, signal),
  };
}

function backendAt(url: string, clock: Clock) {
  return createFalBackend({
    credentials: "id:secret",
    model: MODEL,
    urls: { queue: url, rest: url, platform: url },
    clock,
    telemetry() {},
  });
}
