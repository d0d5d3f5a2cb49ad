import { config as loadDotenv } from "dotenv";
import { readConfig } from "../src/config.ts";
import { BotError } from "../src/errors.ts";
import { backupDatabase } from "../src/storage/backup.ts";
import { pathIn } from "../src/storage/place.ts";

/** `npm run backup -- FILE`: a consistent copy of the database, while the bot runs. */
loadDotenv({ quiet: true });
const target = process.argv[2];
try {
  if (target === undefined)
    throw new BotError("Name the file to write: npm run backup -- FILE", { code: "config" });
  const { databaseUrl } = readConfig(process.env);
  backupDatabase(pathIn(databaseUrl), target);
  console.log(`Written: ${target}. To go back to it, stop the bot and set DATABASE_URL=sqlite:${target}.`);
} catch (error) {
  if (!(error instanceof BotError)) throw error;
  console.error(error.remedy === null ? error.message : `${error.message} ${error.remedy}`);
  process.exit(1);
}
