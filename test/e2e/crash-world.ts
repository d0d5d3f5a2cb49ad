import { type TestContext, vi } from "vitest";
import {
  createSimulator,
  type SimulatedRequest,
  type Simulator,
  type SimulatorOptions,
} from "../../src/simulator/simulator.ts";
import { leadTo, openHome, type Product } from "../support/product.ts";
import { enterPlayground, fetchBytes, type PlaygroundClient } from "./playground-client.ts";

/** Long enough that nothing ends by itself: the test says when. */
const NEVER_MS = 3_600_000;
const APP = "imagineart/imagineart-1.5-pro-preview";

/** The product and one person at its page. */
export interface Run {
  readonly product: Product;
  readonly ada: PlaygroundClient;
}

/** A home for the product, and a simulator in the test's own process, which outlives every kill. */
export interface CrashWorld {
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

/** Everything is cleared away at the end of the test, whichever way it ends. */
export async function createCrashWorld(
  { onTestFinished }: Pick<TestContext, "onTestFinished">,
  environment: Readonly<Record<string, string>> = {},
  options: SimulatorOptions = {},
): Promise<CrashWorld> {
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
  onTestFinished(async () => {
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
        { timeout: 30_000, interval: 10 },
      ),
    painted: async (request) => {
      const response = await fetch(`${url}/${APP}/requests/${request.id}`);
      const { images } = (await response.json()) as { readonly images: readonly { readonly url: string }[] };
      return fetchBytes(images[0]?.url ?? "");
    },
    faultsLeft: async () => {
      const response = await fetch(`${url}/_simulator/faults`);
      return ((await response.json()) as { readonly faults: readonly unknown[] }).faults.length;
    },
  };
}
