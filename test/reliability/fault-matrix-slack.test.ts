import { afterAll, describe, it, vi } from "vitest";
import { runFaultCell } from "./fault-cell.ts";
import { SLACK_CALLS, SLACK_ROWS } from "./slack-faults.ts";

vi.setConfig({ testTimeout: 240_000, maxConcurrency: 8 });

const seen = new Map<string, string>();
describe.concurrent("slack", () => {
  for (const row of SLACK_ROWS)
    for (const call of SLACK_CALLS)
      it(`${row.name} · ${call.name}`, async ({ expect }) => {
        const { end, broken } = await runFaultCell(call, row);
        seen.set(`${row.name}/${call.name}`, `${end}${broken.length ? " !" : ""}`);
        expect(broken).toEqual([]);
      });
  afterAll(() => {
    console.log(
      SLACK_ROWS.map(
        (row) =>
          `  "${row.name}": [${SLACK_CALLS.map((call) => `"${seen.get(`${row.name}/${call.name}`)}"`).join(", ")}],`,
      ).join("\n"),
    );
  });
});
