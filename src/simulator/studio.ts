import { createHash } from "node:crypto";
import { MAX_SEED } from "../core/model.ts";
import type { SimulatorSettings } from "./options.ts";
import { createPainter, type PaintOrder } from "./painter/painter.ts";
import { type PictureSize, sizeOf } from "./painter/sizes.ts";
import type { QueuedRequest } from "./request.ts";

/** The picture of each request, painted when it is wanted and the same every time. */
export interface Studio {
  /** Starts painting without waiting for it. */
  paintAhead(request: QueuedRequest): void;
  picture(request: QueuedRequest): Promise<Buffer>;
  sizeOf(request: QueuedRequest): PictureSize;
  /** Resolves when nothing is being painted any more. */
  stop(): Promise<void>;
}

const BIG_BYTES = 30 * 1000 * 1000;

/** Beyond so many, painting ahead would only keep a download waiting. */
const MOST_AHEAD = 2;

export function createStudio(settings: () => SimulatorSettings): Studio {
  const painter = createPainter();
  let ahead = 0;
  return {
    paintAhead: (request) => {
      if (request.plan.failure !== null || request.plan.outputs.has("no-images")) return;
      if (ahead >= MOST_AHEAD) return;
      ahead += 1;
      painter
        .paint(orderFor(request, settings()))
        .catch(() => {}) // shows when the picture is asked for: it is then painted again
        .finally(() => {
          ahead -= 1;
        });
    },
    picture: (request) => painter.paint(orderFor(request, settings())),
    sizeOf: (request) => sizeOf(request.plan.order?.ratio ?? "1:1", settings().pixelScale),
    stop: () => painter.stop(),
  };
}

function orderFor(request: QueuedRequest, settings: SimulatorSettings): PaintOrder {
  const { order, outputs } = request.plan;
  return {
    prompt: order?.prompt ?? "",
    negative: order?.negative ?? null,
    ratio: order?.ratio ?? "1:1",
    seed: order?.seed ?? seedOf(request.id),
    scale: settings.pixelScale,
    leastBytes: outputs.has("big") ? BIG_BYTES : settings.pictureBytes,
    format: outputs.has("webp") ? "webp" : "png",
  };
}

/** The seed of a request that did not name one: random for each request, but always the same for this one. */
function seedOf(id: string): number {
  return 1 + (createHash("sha256").update(id).digest().readUInt32BE(0) % MAX_SEED);
}
