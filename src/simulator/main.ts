import { parseArgs } from "node:util";
import { createSimulator } from "./simulator.ts";

const { values } = parseArgs({
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "0" },
    "min-ms": { type: "string", default: "4000" },
    "max-ms": { type: "string", default: "8000" },
    concurrency: { type: "string", default: "2" },
    "data-dir": { type: "string" },
    "pixel-scale": { type: "string", default: "1" },
    "picture-bytes": { type: "string" },
    seed: { type: "string" },
    key: { type: "string", multiple: true },
  },
});
const simulator = createSimulator({
  host: values.host,
  port: Number(values.port),
  durationMs: [Number(values["min-ms"]), Number(values["max-ms"])],
  concurrency: Number(values.concurrency),
  pixelScale: Number(values["pixel-scale"]),
  ...(values["data-dir"] === undefined ? {} : { dataDir: values["data-dir"] }),
  ...(values["picture-bytes"] === undefined ? {} : { pictureBytes: Number(values["picture-bytes"]) }),
  ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
  ...(values.key === undefined ? {} : { keys: values.key }),
});
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  // A second signal finds no listener and ends the process the hard way.
  process.once(signal, () => void simulator.stop());
}
const { url } = await simulator.start();
process.stdout.write(`${JSON.stringify({ url })}\n`);
