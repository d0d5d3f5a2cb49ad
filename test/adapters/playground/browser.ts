import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The system's Chromium; null when there is none, and then what needs it is skipped. */
export function findChromium(): string | null {
  const named = process.env["CHROMIUM_PATH"];
  if (named !== undefined) return named;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return (
    folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path)) ??
    null
  );
}

export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Compiles the page as it is now into a folder of its own, so that no stale build is tested. */
export function compilePage(): string {
  const source = join(root, "adapters/playground/page");
  const target = mkdtempSync(join(tmpdir(), "playground-page-"));
  const { status, stdout } = spawnSync(
    join(root, "node_modules/.bin/tsc"),
    ["-p", join(source, "tsconfig.json"), "--outDir", target, "--incremental", "false"],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`The page does not compile:\n${stdout}`);
  cpSync(source, target, { recursive: true, filter: (path) => !/\.ts$|tsconfig\.json$/.test(path) });
  return target;
}
