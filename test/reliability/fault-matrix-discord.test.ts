import { afterAll, describe, it, vi } from "vitest";
import { DISCORD_CALLS, DISCORD_ROWS } from "./discord-faults.ts";
import { runFaultCell } from "./fault-cell.ts";

vi.setConfig({ testTimeout: 240_000, maxConcurrency: 8 });

const seen = new Map<string, string>();
describe.concurrent("discord", () => {
  for (const row of DISCORD_ROWS)
    for (const call of DISCORD_CALLS)
      it(`${row.name} · ${call.name}`, async ({ expect }) => {
        const { end, broken } = await runFaultCell(call, row);
        seen.set(`${row.name}/${call.name}`, `${end}${broken.length ? " !" : ""}`);
        expect(broken).toEqual([]);
      });
  afterAll(() => {
    console.log(
      DISCORD_ROWS.map(
        (row) =>
          `  "${row.name}": [${DISCORD_CALLS.map((call) => `"${seen.get(`${row.name}/${call.name}`)}"`).join(", ")}],`,
      ).join("\n"),
    );
  });
});
