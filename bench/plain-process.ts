// Run as a child of the benchmark: what a bot does without any of ours. `fal.subscribe` with its defaults
// (polling, 500 ms between one answer and the next question), then the picture, whole, into memory.
import { createFalClient } from "@fal-ai/client";
import { z } from "zod";
import { type PlainMessage, type PlainOrder, plainOrderSchema } from "./messages.ts";

const say = (message: PlainMessage) => process.send?.(message);
const outputSchema = z.object({ images: z.array(z.object({ url: z.url() })).min(1) });

async function loop({ url, endpoint, inputs, inFlight }: PlainOrder): Promise<void> {
  const fal = createFalClient({
    credentials: "bench:bench",
    fetch: (address, init) => fetch(String(address).replace("https://queue.fal.run", url), init),
  });
  const left = [...inputs];
  async function work(): Promise<void> {
    for (let input = left.shift(); input !== undefined; input = left.shift()) {
      const { data, requestId } = await fal.subscribe(endpoint, { input });
      const picture = await fetch(outputSchema.parse(data).images[0]?.url ?? "");
      const { byteLength } = await picture.arrayBuffer();
      say({ type: "picture", requestId, at: Date.now(), bytes: byteLength });
    }
  }
  await Promise.all(Array.from({ length: inFlight }, work));
}

process.on("message", (message) => {
  loop(plainOrderSchema.parse(message)).catch((error: unknown) =>
    say({ type: "failed", problem: String(error) }),
  );
});
process.once("disconnect", () => process.exit());
say({ type: "ready" });
