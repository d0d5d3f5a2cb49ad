import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, it, vi } from "vitest";
import { runCell } from "./cell.ts";
import { cellText, crashTable, promised } from "./crash-table.ts";
import { PLATFORMS } from "./stage.ts";
import { STEPS } from "./steps.ts";

// Several processes start at once on whatever the machine has.
vi.setConfig({ testTimeout: 240_000 });

const results = new Map<string, string>();

describe.concurrent("after kill -9 at any step of a job's life, the next start ends it as promised", () => {
  for (const step of STEPS) {
    for (const platform of PLATFORMS) {
      it(`${step.name} · ${platform}`, async ({ expect }) => {
        const { ends, submits, broken } = await runCell(step, platform);
        results.set(`${step.name}/${platform}`, cellText(ends, submits));
        expect(broken).toEqual([]);
      });
    }
  }

  afterAll(() => {
    process.stdout.write(
      `\n${crashTable(({ name }, platform) => results.get(`${name}/${platform}`) ?? "not run")}\n\n`,
    );
  });
});

describe("docs/reliability.md", () => {
  it("holds the table of the crash matrix", async () => {
    const page = await readFile(new URL("../../docs/reliability.md", import.meta.url), "utf8");
    expect(page).toContain(`\n${crashTable(promised)}\n`);
  });
});
