import { commands } from "../commands/index.ts";
import { systemClock } from "../src/core/clock.ts";
import { tryReadConfig } from "../src/doctor/configuration.ts";
import { type Check, examine } from "../src/doctor/doctor.ts";
import type { EnvFile } from "../src/doctor/env-file.ts";
import type { Finding } from "../src/doctor/finding.ts";
import { localChecks } from "../src/doctor/local-checks.ts";
import { diagnoseFal } from "../src/fal/diagnose.ts";
import { diagnoseStorage } from "../src/storage/diagnose.ts";
import { folderOf } from "../src/storage/place.ts";
import { diagnoseWeb } from "../src/web/diagnose.ts";

/** What the doctor looks at: the variables the bot would see, and what became of `.env`. */
export interface Patient {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: EnvFile;
}

/** Looks at every part of an installation. Changes nothing, submits nothing. */
export function checkup(patient: Patient): Promise<readonly Finding[]> {
  return examine({ checks: checksOf(patient), clock: systemClock });
}

function checksOf({ env, file }: Patient): readonly Check[] {
  const read = tryReadConfig(env);
  const config = Array.isArray(read) ? null : read;
  const clock = systemClock;
  const local = localChecks({
    env,
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
