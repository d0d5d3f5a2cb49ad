import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { SIMULATOR_DIRECTIVES } from "../directives.ts";
import { faultSchema } from "../faults.ts";
import { settingsSchema } from "../options.ts";
import { parseJson } from "../plan.ts";
import type { Simulation } from "../simulation.ts";

const faultsSchema = z.union([faultSchema, z.array(faultSchema)]);
const paramsSchema = z.object({ id: z.string() });

/** `/_simulator/…`: for tests and benchmarks that run the simulator in a process of its own. */
export function addControlRoutes(server: FastifyInstance, simulation: Simulation): void {
  server.get("/_simulator/requests", async () => ({
    now: simulation.clock.now(),
    requests: simulation.queue.all().map((request) => simulation.inspect(request)),
  }));
  server.post("/_simulator/requests/:id/finish", async (request, reply) => {
    const finished = simulation.queue.finish(paramsSchema.parse(request.params).id);
    return reply.code(finished ? 200 : 404).send({ finished });
  });
  server.get("/_simulator/violations", async () => ({ violations: simulation.violations() }));
  server.get("/_simulator/webhooks", async () => ({ tries: simulation.webhooks.tries() }));
  server.get("/_simulator/directives", async () => ({
    directives: SIMULATOR_DIRECTIVES.map(({ name, meaning }) => ({ name, meaning })),
  }));

  server.get("/_simulator/settings", async () => simulation.settings());
  server.post("/_simulator/settings", async (request, reply) => {
    const body = z.record(z.string(), z.unknown()).safeParse(bodyOf(request.body));
    const settings = settingsSchema.safeParse({ ...simulation.settings(), ...body.data });
    if (!body.success || !settings.success) {
      const error = body.error ?? settings.error;
      return reply.code(400).send({ problem: error === undefined ? "" : z.prettifyError(error) });
    }
    simulation.change(settings.data);
    return simulation.settings();
  });

  server.get("/_simulator/faults", async () => ({ faults: simulation.faults.pending() }));
  server.delete("/_simulator/faults", async () => {
    simulation.faults.clear();
    return { faults: [] };
  });
  server.post("/_simulator/faults", async (request, reply) => {
    const faults = faultsSchema.safeParse(bodyOf(request.body));
    if (!faults.success) return reply.code(400).send({ problem: z.prettifyError(faults.error) });
    for (const fault of [faults.data].flat()) simulation.faults.add(fault);
    return { faults: simulation.faults.pending() };
  });
}

function bodyOf(body: unknown): unknown {
  return Buffer.isBuffer(body) ? parseJson(body.toString("utf8")) : undefined;
}
