import { afterAll, describe, expect, it, vi } from "vitest";
import type { FaultRow, OutsideCall } from "./fault-call.ts";
import { runFaultCell } from "./fault-cell.ts";
import { faultTable, PAGE, promisedCells } from "./fault-table.ts";

/** Cells at work at once, each a bot of its own: most of a cell is waiting. */
const AT_ONCE = 8;

/** Runs a part of the fault matrix and prints it as it was seen. */
export function faultMatrix(title: string, calls: readonly OutsideCall[], rows: readonly FaultRow[]): void {
  vi.setConfig({ testTimeout: 240_000, maxConcurrency: AT_ONCE });
  const promised = promisedCells(title);
  const seen = new Map<string, string>();
  const keyOf = (row: FaultRow, call: OutsideCall) => `${row.name} · ${call.name}`;

  describe.concurrent(`when ${title} does not answer as it should, everything ends as promised`, () => {
    for (const row of rows)
      for (const call of calls)
        it(keyOf(row, call), async ({ expect }) => {
          const outcome = await runFaultCell(call, row);
          seen.set(keyOf(row, call), outcome.end);
          expect(outcome).toEqual({ end: promised(row, call), broken: [] });
        });

    afterAll(() => {
      const table = faultTable(title, calls, rows, (row, call) => seen.get(keyOf(row, call)) ?? "not run");
      process.stdout.write(`\n${table}\n\n`);
    });
  });

  it("docs/reliability.md holds the table, and no other cells", () => {
    expect(PAGE).toContain(`\n${faultTable(title, calls, rows, promised)}\n`);
  });
}
