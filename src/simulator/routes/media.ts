import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { deliver, jsonAnswer } from "../answer.ts";
import type { Simulation } from "../simulation.ts";
import { requestIdOfMedia } from "../status.ts";

const paramsSchema = z.object({ name: z.string() });

/** fal.media: public pictures, without any authorization. */
export function addMediaRoutes(server: FastifyInstance, simulation: Simulation): void {
  server.get("/files/b/:folder/:name", async (request, reply) => {
    if (request.headers.authorization !== undefined) {
      simulation.violation("A key was sent along with a download: media addresses are public.");
    }
    const id = requestIdOfMedia(paramsSchema.parse(request.params).name);
    const found = id === null ? null : simulation.queue.get(id);
    if (found !== null) simulation.count("media", found);
    await deliver({
      reply,
      fault: simulation.spoil("media", found),
      act: async () => {
        if (found === null || found.finishedAt === null || found.plan.failure !== null) {
          return jsonAnswer(404, { detail: "Not found" });
        }
        return {
          status: 200,
          headers: {
            "content-type": "image/png",
            "cache-control": "public, max-age=31536000, immutable",
            "access-control-allow-origin": "*",
          },
          body: await simulation.studio.picture(found),
        };
      },
      clock: simulation.clock,
      stopping: simulation.stopping,
    });
    return reply;
  });
}
