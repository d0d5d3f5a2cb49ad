// Run as a child of the benchmark: the simulator, with a note of when each result is asked for.
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { createSimulator } from "../src/simulator/simulator.ts";
import { type FalMessage, falAskSchema } from "./messages.ts";

const say = (message: FalMessage) => process.send?.(message);
const arrivals = new Map<string, number>();

// Node tells of every request a server gets before any handler runs: the simulator itself stays as it is.
subscribe("http.server.request.start", (event) => {
  const at = Date.now();
  const { request } = event as { readonly request: IncomingMessage };
  if (request.method !== "GET") return;
  const id = /\/requests\/([0-9a-f-]{36})(?:\/response)?(?:\?|$)/.exec(request.url ?? "")?.[1];
  if (id !== undefined && !arrivals.has(id)) arrivals.set(id, at);
});

const simulator = createSimulator({ concurrency: 10_000 });
process.on("message", (message) => {
  if (falAskSchema.safeParse(message).success)
    say({ type: "arrivals", arrivals: Object.fromEntries(arrivals) });
});
process.once("disconnect", () => void simulator.stop());
const { url } = await simulator.start();
say({ type: "ready", url });
