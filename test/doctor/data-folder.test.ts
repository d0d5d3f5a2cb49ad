import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { examineDataFolder } from "../../src/doctor/data-folder.ts";
import { inWords } from "../../src/doctor/folder.ts";
import { asNobody } from "../support/as-nobody.ts";
import { findingsOf } from "../support/findings.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "doctor-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const look = (path: string, databaseFolder: string | null = null, littleBytes = 1) =>
  findingsOf(examineDataFolder({ folder: path, databaseFolder, littleBytes }));

describe("the data folder", () => {
  it("is well when it can be written, and nothing is left in it", async () => {
    expect(await look(folder)).toMatchObject([
      { mark: "ok", what: expect.stringContaining("can be written;") },
    ]);
    expect(await readdir(folder)).toEqual([]);
  });

  it("need not be there yet, and is not made", async () => {
    const [finding] = await look(join(folder, "a", "b"));
    expect(finding).toMatchObject({ mark: "ok", what: expect.stringContaining("(the start makes it)") });
    expect(await readdir(folder)).toEqual([]);
  });

  it("is a failure when it is read-only, or the one it would be made in", async () => {
    await chmod(folder, 0o555);
    for (const path of [folder, join(folder, "data")]) {
      expect(await asNobody(() => look(path))).toMatchObject([
        { mark: "failure", what: expect.stringContaining(`EACCES at ${folder}`), fix: expect.any(String) },
      ]);
    }
    await chmod(folder, 0o755);
  });

  it("is a failure when a file stands in its place", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    for (const path of [file, join(file, "data")]) {
      expect(await look(path)).toMatchObject([
        { mark: "failure", what: expect.stringContaining(`ENOTDIR at ${file}`) },
      ]);
    }
  });

  it("with little room is a warning, and one only where the database is on the same disk", async () => {
    expect(await look(folder, folder, Number.MAX_SAFE_INTEGER)).toMatchObject([
      {
        mark: "warning",
        what: expect.stringMatching(/^Only .* are free/),
        fix: expect.stringMatching(/^Make room/),
      },
    ]);
  });
});

it.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1500, "1.5 kB"],
  [82_300_000_000, "82 GB"],
])("%d bytes are %s in words", (bytes, words) => {
  expect(inWords(bytes)).toBe(words);
});
