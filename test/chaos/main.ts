import { parseArgs } from "node:util";
import type { ChaosReport } from "./report.ts";
import { runChaos, warmUp } from "./run.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    jobs: { type: "string" },
    without: { type: "string", default: "" },
    seeds: { type: "string" },
    /** 5,000 jobs in one process, which must not hold more afterwards than after the first 500. */
    soak: { type: "boolean", default: false },
  },
});
const seeds = Number(values.seeds ?? (values.soak ? 20 : 1));
const jobsAsked = Number(values.jobs ?? (values.soak ? 310 : 250));
/** What the heap may have grown by, MB: Node's own caches go on filling for a while. */
const HEAP_SLACK_MB = 12;
const FILES_SLACK = 3;

await warmUp();
const reports: ChaosReport[] = [];
for (let offset = 0; offset < seeds; offset += 1) {
  const seed = Number(values.seed) + offset;
  const report = await runChaos({ seed, jobs: jobsAsked, without: values.without.split(",") });
  reports.push(report);
  printOne(report);
}
printAll(reports);
const grew = printHoldings(reports);
if (values.soak && grew) console.log("It holds more than it did after the first 500 jobs.");
const isBroken = reports.some((report) => report.breaches.length > 0) || (values.soak && grew);
process.exitCode = isBroken ? 1 : 0;

function printOne(report: ChaosReport): void {
  const { seed, ms, jobs, breaches, trail } = report;
  const verdict = breaches.length === 0 ? "ok" : `${breaches.length} BROKEN`;
  console.log(`seed ${seed}: ${jobs} jobs in ${(ms / 1000).toFixed(1)} s, ${verdict}`);
  for (const { invariant, jobId, what } of breaches.slice(0, 20))
    console.log(`  ${invariant}: ${jobId === null ? "" : `job ${jobId} `}${what}`);
  if (trail.length === 0) return;
  console.log(`  Trail of the first, again with: npm run chaos -- --seed ${seed} --jobs ${jobsAsked}`);
  for (const line of trail) console.log(`    ${line}`);
}

function printAll(all: readonly ChaosReport[]): void {
  const sum = (of: (report: ChaosReport) => number) => all.reduce((total, report) => total + of(report), 0);
  const failures = new Map<string, number>();
  const platforms = new Map<string, number>();
  for (const { failed, byPlatform } of all) {
    for (const [code, count] of Object.entries(failed)) failures.set(code, (failures.get(code) ?? 0) + count);
    for (const [name, count] of Object.entries(byPlatform))
      platforms.set(name, (platforms.get(name) ?? 0) + count);
  }
  const rows: readonly (readonly [string, string | number])[] = [
    ["seeds", all.length],
    ["jobs", sum((one) => one.jobs)],
    ...[...platforms].map(([name, count]) => [`  on ${name}`, count] as const),
    ["pictures", sum((one) => one.done)],
    ["cancelled", sum((one) => one.cancelled)],
    ...[...failures].sort().map(([code, count]) => [`refused: ${code}`, count] as const),
    ["submits at fal", sum((one) => one.submits)],
    ["steps", sum((one) => one.steps)],
    ["faults", sum((one) => one.faults)],
    ["refused: a limit or the ceiling", sum((one) => one.denied)],
    ["orders of moderators", sum((one) => one.orders)],
    ["kills", sum((one) => one.kills)],
    ["restarts", sum((one) => one.restarts)],
    ["seconds", (sum((one) => one.ms) / 1000).toFixed(1)],
    ["broken invariants", sum((one) => one.breaches.length)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  console.log("");
  for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${String(value).padStart(8)}`);
}

/** What one process held after about 500 jobs, and after the last; true when that is clearly more. */
function printHoldings(all: readonly ChaosReport[]): boolean {
  const after = [...all.entries()].map(([index, report]) => ({
    report,
    jobs: all.slice(0, index + 1).reduce((sum, one) => sum + one.jobs, 0),
  }));
  console.log("\n    jobs  heap MB  resident MB  open files");
  const early = after.find((one) => one.jobs >= 500);
  const late = after.at(-1);
  for (const one of [early, late]) {
    if (one === undefined) continue;
    const { heapMb, residentMb, openFiles } = one.report;
    const columns: readonly (readonly [number, number])[] = [
      [one.jobs, 8],
      [heapMb, 9],
      [residentMb, 13],
      [openFiles, 12],
    ];
    console.log(columns.map(([value, width]) => String(value).padStart(width)).join(""));
  }
  if (early === undefined || late === undefined) return false;
  return (
    late.report.heapMb > early.report.heapMb + HEAP_SLACK_MB ||
    late.report.openFiles > early.report.openFiles + FILES_SLACK
  );
}
