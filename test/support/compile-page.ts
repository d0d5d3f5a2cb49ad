import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Compiles a page as it is now into a folder of its own, so that no stale build is tested.
 * `packaged` are the files of packages it is served with, by their paths there.
 */
export function compilePage(page: string, packaged: readonly string[] = []): string {
  const source = join(root, page);
  const target = mkdtempSync(join(tmpdir(), "imagine-bot-page-"));
  const { status, stdout } = spawnSync(
    join(root, "node_modules/.bin/tsc"),
    ["-p", join(source, "tsconfig.json"), "--outDir", target, "--incremental", "false"],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`The page does not compile:\n${stdout}`);
  cpSync(source, target, { recursive: true, filter: (path) => !/\.ts$|tsconfig\.json$/.test(path) });
  for (const file of packaged) copyFileSync(join(root, "node_modules", file), join(target, basename(file)));
  return target;
}
