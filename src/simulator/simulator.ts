import Fastify from "fastify";
import { systemClock } from "../core/clock.ts";
import { BotError } from "../errors.ts";
import type { Fault } from "./faults.ts";
import type { SettingsChange, SimulatorOptions } from "./options.ts";
import type { SimulatedRequest } from "./request.ts";
import { addControlRoutes } from "./routes/control.ts";
import { addMediaRoutes } from "./routes/media.ts";
import { addPlatformRoutes } from "./routes/platform.ts";
import { addQueueRoutes } from "./routes/queue.ts";
import { createSimulation } from "./simulation.ts";
import type { WebhookTry } from "./webhooks.ts";

export { SIMULATOR_DIRECTIVES, type SimulatorDirective } from "./directives.ts";
export type { Fault, FaultKind, FaultPoint } from "./faults.ts";
export type { SettingsChange, SimulatorOptions, SimulatorSettings } from "./options.ts";
export type { CallCounts, SimulatedRequest } from "./request.ts";
export type { WebhookTry } from "./webhooks.ts";

/** fal on one port of this machine: queue, rest, platform API and media. Nothing here costs money. */
export interface Simulator {
  /** Listens. @throws BotError `misuse` when started twice, or Node's error when the port is taken. */
  start(): Promise<{ readonly url: string }>;
  /** Closes every connection at once, open ones too. Safe to call twice. */
  stop(): Promise<void>;
  /** Every accepted submit, oldest first. */
  requests(): readonly SimulatedRequest[];
  /** How many submits were accepted, those kept from earlier runs and the latest 10,000 at most: what fal would have run. */
  submits(): number;
  /** How often the status of a request was asked for; open streams are counted apart (`requests()[n].calls.stream`). */
  statusCalls(id: string): number;
  /** Spoils coming answers. */
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Changes settings from now on. */
  set(change: SettingsChange): void;
  /** Ends a request now. False when it had ended, or is not known. */
  finish(id: string): boolean;
  /** fal's rules that a caller broke, as sentences; a well-behaved one leaves it empty. */
  violations(): readonly string[];
  /** Every try of a webhook. */
  webhooks(): readonly WebhookTry[];
}

const BODY_LIMIT = 10 * 1024 * 1024;

/** Makes a simulator that is not listening yet; requests kept in `dataDir` are taken up again. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const simulation = createSimulation(options, options.clock ?? systemClock);
  const server = Fastify({
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    // fal's client puts a JSON content type on every call, also on those without a body.
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  server.setErrorHandler((_error, _request, reply) =>
    reply.code(500).send({ detail: "The simulator itself failed" }),
  );
  addControlRoutes(server, simulation);
  addPlatformRoutes(server, simulation);
  addMediaRoutes(server, simulation);
  addQueueRoutes(server, simulation);

  let started = false;
  let stopped: Promise<void> | null = null;
  return {
    start: async () => {
      if (started) throw new BotError("The simulator was started twice.", { code: "misuse" });
      started = true;
      const url = await server.listen({ host: options.host ?? "127.0.0.1", port: options.port ?? 0 });
      simulation.listening(url);
      return { url };
    },
    stop: () => {
      stopped ??= (async () => {
        await Promise.all([simulation.stop(), server.close()]);
      })();
      return stopped;
    },
    requests: () => simulation.queue.all().map((request) => simulation.inspect(request)),
    submits: () => simulation.queue.all().length,
    statusCalls: (id) => {
      const request = simulation.queue.get(id);
      return request === null ? 0 : simulation.inspect(request).calls.status;
    },
    fault: (fault) => simulation.faults.add(fault),
    clearFaults: () => simulation.faults.clear(),
    set: (change) => simulation.change(change),
    finish: (id) => simulation.queue.finish(id),
    violations: () => simulation.violations(),
    webhooks: () => simulation.webhooks.tries(),
  };
}
