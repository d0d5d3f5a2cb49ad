// Compiles the product and copies the page's assets, which tsc leaves alone.
// With --if-stale it does nothing when every source is older than the last build.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "dist", ".built");
const sources = [
  "src",
  "commands",
  "adapters",
  "scripts",
  "bench",
  "test/support",
  "tsconfig.json",
  "package.json",
];

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  // A folder's own time counts too: it changes when a file in it is removed.
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const builtAt = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
const stale = () => Math.max(...sources.map((name) => newest(join(root, name)))) > builtAt;

if (!process.argv.includes("--if-stale") || stale()) {
  const tsc = join(root, "node_modules", ".bin", "tsc");
  if (!existsSync(tsc)) {
    console.error("The compiler is missing: run `npm ci` first (with development dependencies).");
    process.exit(1);
  }
  for (const project of ["tsconfig.json", "adapters/playground/page/tsconfig.json"]) {
    const { status } = spawnSync(tsc, ["-p", project], { cwd: root, stdio: "inherit" });
    if (status !== 0) process.exit(status ?? 1);
  }
  cpSync(join(root, "adapters/playground/page"), join(root, "dist/adapters/playground/page"), {
    recursive: true,
    filter: (path) => !path.endsWith(".ts") && !path.endsWith("tsconfig.json"),
  });
  writeFileSync(stamp, "");
}
