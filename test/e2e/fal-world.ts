import { vi } from "vitest";
import {
  createSimulator,
  type SimulatedRequest,
  type Simulator,
  type SimulatorOptions,
} from "../../src/simulator/simulator.ts";
import { leadTo, openHome, type Product } from "../support/product.ts";
import { faultsLeftAt, pictureAt } from "./at-fal.ts";
import { enterPlayground, type PlaygroundClient } from "./playground-client.ts";

/** Long enough that nothing ends by itself: the test says when. */
const NEVER_MS = 3_600_000;

/** The product and one person at its page. */
export interface Run {
  readonly product: Product;
  readonly ada: PlaygroundClient;
}

/** A home for the product, and a simulator in the test's own process, which outlives every kill. */
export interface FalWorld {
  readonly simulator: Simulator;
  /** Starts the product in the same home, and enters its page. */
  start(environment?: Readonly<Record<string, string>>): Promise<Run>;
  /** Starts the product and does not wait for it. */
  launch(environment?: Readonly<Record<string, string>>): Product;
  /** The n-th request fal got, once it is there and fits. */
  request(n: number, fits?: (request: SimulatedRequest) => boolean): Promise<SimulatedRequest>;
  /** The bytes the simulator serves as a request's picture. */
  painted(request: SimulatedRequest): Promise<Buffer>;
  /** Faults that no call has met yet. */
  faultsLeft(): Promise<number>;
}

/** Makes the world; `whenOver` takes what clears it away again, such as a test's `onTestFinished`. */
export async function createFalWorld(
  whenOver: (close: () => Promise<void>) => unknown,
  environment: Readonly<Record<string, string>> = {},
  options: SimulatorOptions = {},
): Promise<FalWorld> {
  const simulator = createSimulator({
    durationMs: [NEVER_MS, NEVER_MS],
    pixelScale: 0.05,
    paint: "on-download",
    historyListsRunning: true,
    ...options,
  });
  const { url } = await simulator.start();
  const home = await openHome({ ...leadTo(url), ...environment });
  const clients: PlaygroundClient[] = [];
  whenOver(async () => {
    for (const client of clients) client.close();
    await home.close();
    await simulator.stop();
  });

  return {
    simulator,
    launch: home.start,
    start: async (more) => {
      const product = home.start(more);
      const ada = await enterPlayground(await product.ready);
      clients.push(ada);
      return { product, ada };
    },
    request: (n, fits = () => true) =>
      vi.waitFor(
        () => {
          const found = simulator.requests()[n];
          if (found === undefined || !fits(found)) throw new Error(`fal has not seen request ${n} so far`);
          return found;
        },
        { timeout: 60_000, interval: 10 },
      ),
    painted: (request) => pictureAt(url, request.id),
    faultsLeft: () => faultsLeftAt(url),
  };
}
