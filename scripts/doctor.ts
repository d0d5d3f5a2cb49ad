import { config as loadDotenv } from "dotenv";
import { commands } from "../commands/index.ts";
import type { Config } from "../src/config.ts";
import { systemClock } from "../src/core/clock.ts";
import { tryReadConfig } from "../src/doctor/configuration.ts";
import { type Check, examine, isHealthy } from "../src/doctor/doctor.ts";
import { envFileOf } from "../src/doctor/env-file.ts";
import { localChecks } from "../src/doctor/local-checks.ts";
import { printed } from "../src/doctor/print.ts";
import { diagnoseFal } from "../src/fal/diagnose.ts";
import { diagnoseStorage } from "../src/storage/diagnose.ts";
import { folderOf } from "../src/storage/place.ts";
import { diagnoseWeb } from "../src/web/diagnose.ts";

/** `npm run doctor`: what is wrong with this installation, and what to do about it. `--json`: for programs. */
const wishes = process.argv.slice(2);
if (wishes.some((wish) => wish !== "--json")) {
  console.error("Use: npm run doctor, or npm run doctor --silent -- --json");
  process.exit(2);
}

const file = envFileOf(loadDotenv({ quiet: true }));
const read = tryReadConfig(process.env);
const clock = systemClock;
const findings = await examine({ checks: checksOf(Array.isArray(read) ? null : read), clock });
console.log(wishes.includes("--json") ? JSON.stringify(findings, null, 2) : printed(findings));
// Not later: a check that was given up may still hold a connection.
process.exit(isHealthy(findings) ? 0 : 1);

function checksOf(config: Config | null): readonly Check[] {
  const local = localChecks({
    env: process.env,
    file,
    nodeVersion: process.versions.node,
    config,
    databaseFolder: config === null ? null : folderOf(config.databaseUrl),
  });
  if (config === null) return local;
  const { fal, discord, slack, web, databaseUrl } = config;
  const checks: Check[] = [...local, { part: "Database", run: () => diagnoseStorage({ url: databaseUrl }) }];
  if (!fal.simulated)
    checks.push({
      part: "fal",
      run: (signal) => diagnoseFal({ ...fal, credentials: fal.credentials ?? "none:none", clock, signal }),
    });
  // A platform's SDK is loaded only when it is used.
  if (discord !== null)
    checks.push({
      part: "Discord",
      run: async function* () {
        const { diagnoseDiscord } = await import("../adapters/discord/diagnose.ts");
        yield* diagnoseDiscord({ ...discord, commands });
      },
    });
  if (slack !== null)
    checks.push({
      part: "Slack",
      run: async function* () {
        const { diagnoseSlack } = await import("../adapters/slack/diagnose.ts");
        yield* diagnoseSlack({ ...slack, clock });
      },
    });
  checks.push({ part: "Web", run: (signal) => diagnoseWeb({ ...web, signal }) });
  return checks;
}
