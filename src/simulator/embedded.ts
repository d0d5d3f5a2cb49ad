import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSimulator, type Simulator } from "./simulator.ts";

export interface EmbeddedSimulator {
  readonly simulator: Simulator;
  readonly url: string;
}

/**
 * The simulator inside the bot's own process. It comes back on the port it had before when that is free, so that
 * addresses of pictures stored before a restart still lead to them.
 */
export async function startEmbeddedSimulator(options: {
  readonly dataDir: string;
  readonly durationMs: readonly [number, number];
  readonly concurrency: number;
}): Promise<EmbeddedSimulator> {
  const { dataDir, concurrency } = options;
  await mkdir(dataDir, { recursive: true });
  const portFile = join(dataDir, "port");
  const before = Number(await readFile(portFile, "utf8").catch(() => "0"));
  const durationMs: [number, number] = [...options.durationMs];
  const open = async (port: number): Promise<EmbeddedSimulator> => {
    const simulator = createSimulator({ dataDir, durationMs, concurrency, port });
    const { url } = await simulator.start();
    return { simulator, url };
  };
  const started = await open(Number.isInteger(before) && before > 0 && before < 65_536 ? before : 0).catch(
    () => open(0),
  );
  await writeFile(portFile, new URL(started.url).port);
  return started;
}
