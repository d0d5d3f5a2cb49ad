import { config as loadDotenv } from "dotenv";
import { isHealthy } from "../src/doctor/doctor.ts";
import { envFileOf } from "../src/doctor/env-file.ts";
import { printed } from "../src/doctor/print.ts";
import { checkup } from "./checkup.ts";

/** `npm run doctor`: what is wrong with this installation, and what to do about it. `--json`: for programs. */
const wishes = process.argv.slice(2);
if (wishes.some((wish) => wish !== "--json")) {
  console.error("Use: npm run doctor, or npm run doctor --silent -- --json");
  process.exit(2);
}

const file = envFileOf(loadDotenv({ quiet: true }));
const findings = await checkup({ env: process.env, file });
console.log(wishes.includes("--json") ? JSON.stringify(findings, null, 2) : printed(findings));
// Not later: a check that was given up may still hold a connection.
process.exit(isHealthy(findings) ? 0 : 1);
