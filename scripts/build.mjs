// Compiles the product and copies the pages' assets, which tsc leaves alone.
// With --if-stale it does nothing when every source is older than the last build.
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "dist", ".built");
/** What runs in a browser, with the files of packages it is served with. */
const pages = [
  { folder: "adapters/playground/page", packaged: [] },
  { folder: "src/web/admin/page", packaged: ["chart.js/dist/chart.umd.min.js"] },
];
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
  for (const project of ["tsconfig.json", ...pages.map(({ folder }) => `${folder}/tsconfig.json`)]) {
    const { status } = spawnSync(tsc, ["-p", project], { cwd: root, stdio: "inherit" });
    if (status !== 0) process.exit(status ?? 1);
  }
  for (const { folder, packaged } of pages) {
    cpSync(join(root, folder), join(root, "dist", folder), {
      recursive: true,
      filter: (path) => !path.endsWith(".ts") && !path.endsWith("tsconfig.json"),
    });
    for (const file of packaged)
      copyFileSync(join(root, "node_modules", file), join(root, "dist", folder, basename(file)));
  }
  writeFileSync(stamp, "");
}
