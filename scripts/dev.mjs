// Rebuilds on every change and restarts the bot, until interrupted.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = join(root, "node_modules", ".bin", "tsc");
const run = (command, args) => spawn(command, args, { cwd: root, stdio: "inherit" });

const first = run(process.execPath, ["scripts/build.mjs"]);
first.on("exit", (status) => {
  if (status !== 0) process.exit(status ?? 1);
  const parts = [
    run(tsc, ["-p", "tsconfig.json", "--watch", "--preserveWatchOutput"]),
    run(tsc, ["-p", "adapters/playground/page/tsconfig.json", "--watch", "--preserveWatchOutput"]),
    run(process.execPath, ["--watch-path=dist", "--watch-preserve-output", "dist/src/main.js"]),
  ];
  for (const signal of ["SIGINT", "SIGTERM"])
    process.on(signal, () => parts.forEach((part) => void part.kill(signal)));
});
