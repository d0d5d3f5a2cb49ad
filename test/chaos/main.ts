import { parseArgs } from "node:util";
import type { ChaosReport } from "./report.ts";
import { runChaos, warmUp } from "./run.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "250" },
    seeds: { type: "string", default: "1" },
    /** Seed after seed until so much time has passed, however many that are. */
    seconds: { type: "string" },
    without: { type: "string", default: "" },
  },
});
const jobsAsked = Number(values.jobs);
const first = Number(values.seed);
const startedAt = Date.now();

await warmUp();
const reports: ChaosReport[] = [];
while (goesOn()) {
  const report = await runChaos({
    seed: first + reports.length,
    jobs: jobsAsked,
    without: values.without.split(","),
  });
  reports.push(report);
  printOne(report);
}
printAll(reports);
process.exitCode = reports.some((report) => report.breaches.length > 0) ? 1 : 0;

function goesOn(): boolean {
  if (values.seconds === undefined) return reports.length < Number(values.seeds);
  return Date.now() - startedAt < Number(values.seconds) * 1000;
}

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
