import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
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
