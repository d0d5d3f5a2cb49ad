import { createSimulator, type Simulator, type SimulatorOptions } from "../../src/simulator/simulator.ts";
import { leadTo, openHome, type ProductHome } from "../support/product.ts";
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import { createDiscordStage } from "./discord-stage.ts";
import { createPlaygroundStage } from "./playground-stage.ts";
import { createSlackStage } from "./slack-stage.ts";
import type { PlatformName, Stage } from "./stage.ts";

/** Long enough that nothing ends by itself. */
export const NEVER_MS = 3_600_000;
/** Far longer than anything takes here; only there so that a failure says what was seen instead. */
export const PATIENCE_MS = 75_000;

/** Everything outside the product, in the test's own process: it outlives every kill. */
export interface World {
  readonly stage: Stage;
  readonly simulator: Simulator;
  readonly simulatorUrl: string;
  /** Between the product and fal. */
  readonly fal: Checkpoint;
  readonly home: ProductHome;
  close(): Promise<void>;
}

const OPENERS: Readonly<Record<PlatformName, () => Promise<Stage>>> = {
  playground: createPlaygroundStage,
  discord: createDiscordStage,
  slack: createSlackStage,
};

/** `parent`: the folder in which the product lives. */
export async function openWorld(
  platform: PlatformName,
  options: SimulatorOptions,
  environment: Readonly<Record<string, string>> = {},
  parent?: string,
): Promise<World> {
  const simulator = createSimulator({
    pixelScale: 0.05,
    paint: "on-download",
    historyListsRunning: true,
    ...options,
  });
  const { url } = await simulator.start();
  const fal = await openCheckpoint(url);
  const stage = await OPENERS[platform]();
  const base = {
    ...leadTo(fal.url),
    FAL_KEY: "test:key",
    FAL_HISTORY_SECONDS: "1",
    LOG_LEVEL: "debug",
    ...stage.environment,
    ...environment,
  };
  const home = await openHome(base, parent);
  return {
    stage,
    simulator,
    simulatorUrl: url,
    fal,
    home,
    async close() {
      await home.close();
      await stage.close();
      await fal.close();
      await simulator.stop();
    },
  };
}
