import { createFalClient } from "@fal-ai/client";
import { onTestFinished } from "vitest";
import {
  createSimulator,
  type SimulatedRequest,
  type Simulator,
  type SimulatorOptions,
} from "../../src/simulator/simulator.ts";

/** As a plain string: the client's types know a wrong input for this endpoint. */
export const MODEL: string = "imagineart/imagineart-1.5-pro-preview/text-to-image";
export const APP = "imagineart/imagineart-1.5-pro-preview";
const FAL_HOSTS = new Set(["queue.fal.run", "rest.fal.ai", "api.fal.ai"]);

/** A running simulator that is quick and small, and stopped with the test. */
export async function runSimulator(
  options: SimulatorOptions = {},
): Promise<{ readonly simulator: Simulator; readonly url: string }> {
  const simulator = createSimulator({
    durationMs: [20, 40],
    pixelScale: 0.03,
    paint: "on-download",
    ...options,
  });
  const { url } = await simulator.start();
  onTestFinished(() => simulator.stop());
  return { simulator, url };
}

/** The real client, with every fal host led to the simulator. */
export function clientFor(url: string, credentials = "id:secret") {
  return createFalClient({ credentials, fetch: rewritingFetch(url) });
}

function rewritingFetch(base: string): typeof fetch {
  return (input, init) => {
    const target = new URL(input instanceof Request ? input.url : input);
    return FAL_HOSTS.has(target.host)
      ? fetch(new URL(target.pathname + target.search, base), init)
      : fetch(input, init);
  };
}

/** JSON of any answer, with its status. */
export async function call(
  url: string,
  init: RequestInit = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: unknown }> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
}

/** Submits without the client, and so without its retries. */
export async function submit(url: string, input: unknown, query = "", headers = {}): Promise<string> {
  const { body } = await call(`${url}/${MODEL}${query}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(input),
  });
  const id = (body as { request_id?: unknown }).request_id;
  if (typeof id !== "string") throw new Error("The submit was not accepted.");
  return id;
}

export function requestById(simulator: Simulator, id: string): SimulatedRequest {
  const found = simulator.requests().find((request) => request.id === id);
  if (found === undefined) throw new Error("The simulator does not know this request.");
  return found;
}
