import type { Config } from "../config.ts";
import { type ConfigurationOptions, examineConfiguration } from "./configuration.ts";
import { examineDataFolder } from "./data-folder.ts";
import type { Check } from "./doctor.ts";

export interface LocalChecksOptions extends ConfigurationOptions {
  /** Null: it stops the start, and nothing but itself can be looked at. */
  readonly config: Config | null;
  /** Null: no file. */
  readonly databaseFolder: string | null;
}

/** What can be looked at in no time and without the network: each start does, and the doctor too. */
export function localChecks({ config, databaseFolder, ...options }: LocalChecksOptions): readonly Check[] {
  const configuration: Check = { part: "Configuration", run: () => examineConfiguration(options) };
  if (config === null) return [configuration];
  const folder = config.directories.data;
  return [configuration, { part: "Data folder", run: () => examineDataFolder({ folder, databaseFolder }) }];
}
