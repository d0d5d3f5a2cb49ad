import { readFile, writeFile } from "node:fs/promises";
import { GENERATED } from "./generated.ts";

/** Writes the generated parts of the documentation; with --check it only says which are stale. */
const check = process.argv.includes("--check");
let stale = 0;
for (const { path, render } of GENERATED) {
  const present = await readFile(path, "utf8").catch(() => "");
  const wanted = render(present);
  if (wanted === present) continue;
  stale += 1;
  if (!check) await writeFile(path, wanted);
  console.log(check ? `${path} is stale: run \`npm run docs\`.` : `${path} written.`);
}
if (check && stale > 0) process.exit(1);
