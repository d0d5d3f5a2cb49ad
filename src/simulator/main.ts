import { BotError } from "../errors.ts";
import { readArguments } from "./arguments.ts";
import { createSimulator } from "./simulator.ts";

try {
  const simulator = createSimulator(readArguments(process.argv.slice(2)));
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    // A second signal finds no listener and ends the process the hard way.
    process.once(signal, () => void simulator.stop());
  }
  const { url } = await simulator.start();
  process.stdout.write(`${JSON.stringify({ url })}\n`);
} catch (error) {
  if (!(error instanceof BotError)) throw error;
  process.stderr.write(`${error.message} ${error.remedy ?? ""}\n`);
  process.exitCode = 1;
}
