// npm run bench: measures the built bot against the simulator, prints a table, keeps it under bench/results/.
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureBlocklist } from "./blocklist.ts";
import { measureDiscord } from "./discord.ts";
import { measureMemory } from "./memory.ts";
import { canWatchMemory } from "./memory-watch.ts";
import { measureNotice } from "./notice.ts";
import { ROOT } from "./place.ts";
import { describe, type Results, rowsOf, tableOf } from "./report.ts";
import { measureStartup } from "./startup.ts";

const USAGE = `npm run bench [-- options]
  --only notice|memory|startup|discord|blocklist   one part (may be repeated)
  --quick                                          fewer takes and rounds, for a look
Only a whole run, without options, is kept in bench/results/.`;
const PARTS = ["notice", "memory", "startup", "discord", "blocklist"];

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: [] },
      quick: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const unknown = values.only.find((part) => !PARTS.includes(part));
  if (values.help || unknown !== undefined) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  const stopping = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stopping.abort());

  const date = new Date().toISOString();
  const loadBefore = loadavg()[0] ?? 0;
  const results = await measure(values.only, values.quick ? "quick" : "whole", stopping.signal);
  const rows = rowsOf(results);
  const machine = {
    date,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: cpus().length,
    processor: cpus()[0]?.model ?? "unknown",
    /** Running programs on average over the last minute, before and after: the benchmark itself is in the second. */
    load: [loadBefore, loadavg()[0] ?? 0].map((value) => Number(value.toFixed(2))),
  };
  const text = [
    tableOf(rows),
    "",
    ...describe(results).map((line) => `- ${line}`),
    `- Machine: Node ${machine.node}, ${machine.platform}, ${machine.cores} cores (${machine.processor}), ` +
      `load ${machine.load.join(" before, ")} after; ${date}.`,
  ].join("\n");
  console.log(`\n${text}\n`);

  if (values.only.length === 0 && !values.quick) {
    const folder = join(ROOT, "bench", "results");
    await mkdir(folder, { recursive: true });
    const title =
      "# Latest benchmark\n\nWritten by `npm run bench`; what each number means: docs/benchmarks.md.\n\n";
    await writeFile(join(folder, "latest.md"), `${title}${text}\n`);
    await writeFile(join(folder, "latest.json"), `${JSON.stringify({ machine, rows, results }, null, 2)}\n`);
    console.log("Kept in bench/results/.");
  }
  return rows.some(({ met }) => met === false) ? 1 : 0;
}

async function measure(
  only: readonly string[],
  size: "quick" | "whole",
  signal: AbortSignal,
): Promise<Results> {
  const wanted = (part: string) => only.length === 0 || only.includes(part);
  const quick = size === "quick";
  const watchable = canWatchMemory();
  if ((wanted("memory") || wanted("discord")) && !watchable)
    console.log("Memory and Discord are left out: memory is read from Linux's /proc.");

  // Start-up first: it is measured best on a machine that has nothing else to write back yet.
  if (wanted("startup")) console.log("Starting the bot again and again …");
  const startup = wanted("startup") ? await measureStartup({ rounds: quick ? 3 : 5, signal }) : null;
  if (wanted("blocklist")) console.log("Matching hostile texts …");
  const blocklist = wanted("blocklist")
    ? await measureBlocklist({ budgetMs: quick ? 1 : 500, signal })
    : null;
  if (wanted("notice")) console.log("Painting beside a plain fal.subscribe loop …");
  const notice = wanted("notice")
    ? await measureNotice({
        takes: quick ? 24 : 100,
        inFlight: 10,
        withoutStream: quick ? "left out" : "measured",
        signal,
      })
    : null;
  if (wanted("memory") && watchable) console.log("Filling the memory …");
  const memory =
    wanted("memory") && watchable
      ? await measureMemory({ stored: quick ? 200 : 1000, atFal: 200, pictures: 50, signal })
      : null;
  if (wanted("discord") && watchable) console.log("Asking two Discord bots for many pictures …");
  const discord =
    wanted("discord") && watchable ? await measureDiscord({ jobs: quick ? 100 : 500, signal }) : null;
  return { notice, memory, startup, discord, blocklist };
}

process.exitCode = await run();
