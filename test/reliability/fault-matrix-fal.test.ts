import { afterAll, describe, it, vi } from "vitest";
import { FAL_CALLS, FAL_ROWS } from "./fal-faults.ts";
import { runFaultCell } from "./fault-cell.ts";

vi.setConfig({ testTimeout: 240_000, maxConcurrency: 8 });

const seen = new Map<string, string>();
describe.concurrent("fal", () => {
  for (const row of FAL_ROWS)
    for (const call of FAL_CALLS)
      it(`${row.name} · ${call.name}`, async ({ expect }) => {
        const { end, broken } = await runFaultCell(call, row);
        seen.set(`${row.name}/${call.name}`, `${end}${broken.length ? " !" : ""}`);
        expect(broken).toEqual([]);
      });
  afterAll(() => {
    console.log(
      FAL_ROWS.map(
        (row) =>
          `  "${row.name}": [${FAL_CALLS.map((call) => `"${seen.get(`${row.name}/${call.name}`)}"`).join(", ")}],`,
      ).join("\n"),
    );
  });
});
