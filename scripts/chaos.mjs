// Compiles the chaos run or the soak with everything they drive, and starts it: see docs/chaos.md.
// node scripts/chaos.mjs main|soak [arguments]
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: "inherit" }).status ?? 1;

const compiled = run(join(root, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.chaos.json"]);
if (compiled !== 0) process.exit(compiled);
const [program, ...args] = process.argv.slice(2);
const file = join(root, "dist", "chaos", "test", "chaos", `${program}.js`);
process.exit(run(process.execPath, [file, ...args]));
