// Compiles the chaos run with everything it drives, and starts it: see docs/chaos.md.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: "inherit" }).status ?? 1;

const compiled = run(join(root, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.chaos.json"]);
if (compiled !== 0) process.exit(compiled);
const main = join(root, "dist", "chaos", "test", "chaos", "main.js");
process.exit(run(process.execPath, [main, ...process.argv.slice(2)]));
