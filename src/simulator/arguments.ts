import { parseArgs } from "node:util";
import { z } from "zod";
import { BotError } from "../errors.ts";
import type { SimulatorOptions } from "./options.ts";

const count = z.coerce.number().int().min(0);
const argumentsSchema = z.object({
  host: z.string().min(1).optional(),
  port: count.max(65_535).optional(),
  "min-ms": count.default(4000),
  "max-ms": count.default(8000),
  concurrency: count.default(2),
  "data-dir": z.string().min(1).optional(),
  "pixel-scale": z.coerce.number().positive().max(1).default(1),
  "picture-bytes": count.optional(),
  paint: z.enum(["ahead", "on-download"]).default("ahead"),
  seed: count.optional(),
  key: z.array(z.string()).optional(),
});

/** The options of a simulator that runs on its own. @throws BotError `config` with a sentence per mistake. */
export function readArguments(args: readonly string[]): SimulatorOptions {
  const names = Object.keys(argumentsSchema.shape);
  const text = Object.fromEntries(
    names.map((name) => [name, { type: "string", multiple: name === "key" } as const]),
  );
  let values: unknown;
  try {
    ({ values } = parseArgs({ args: [...args], options: text }));
  } catch (cause) {
    throw new BotError("The simulator does not know these arguments.", {
      code: "config",
      cause,
      remedy: `Use ${names.map((name) => `--${name}`).join(", ")}.`,
    });
  }
  const parsed = argumentsSchema.safeParse(values);
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map((issue) => `--${String(issue.path[0])}`))].join(", ");
    throw new BotError(`The simulator cannot use ${names}.`, {
      code: "config",
      remedy: z.prettifyError(parsed.error),
    });
  }
  const { data } = parsed;
  return {
    durationMs: [data["min-ms"], Math.max(data["min-ms"], data["max-ms"])],
    concurrency: data.concurrency,
    pixelScale: data["pixel-scale"],
    paint: data.paint,
    ...(data.host === undefined ? {} : { host: data.host }),
    ...(data.port === undefined ? {} : { port: data.port }),
    ...(data["data-dir"] === undefined ? {} : { dataDir: data["data-dir"] }),
    ...(data["picture-bytes"] === undefined ? {} : { pictureBytes: data["picture-bytes"] }),
    ...(data.seed === undefined ? {} : { seed: data.seed }),
    ...(data.key === undefined ? {} : { keys: data.key }),
  };
}
