import { readFileSync } from "node:fs";
import type { FaultRow, OutsideCall } from "./fault-call.ts";

/** What stands in one cell. */
export type CellText = (row: FaultRow, call: OutsideCall) => string;

/** The page that promises how each cell ends: the tests take it at its word. */
export const PAGE = readFileSync(new URL("../../docs/reliability.md", import.meta.url), "utf8");

/** A part of the fault matrix as a table of Markdown; `title` stands over the faults. */
export function faultTable(
  title: string,
  calls: readonly OutsideCall[],
  rows: readonly FaultRow[],
  text: CellText,
): string {
  const head = [title, ...calls.map(({ name }) => name)];
  const body = rows.map((row) => [row.name, ...calls.map((call) => text(row, call))]);
  return [head, head.map(() => "---"), ...body].map(lineOf).join("\n");
}

/** The cells of the page's table under that title. */
export function promisedCells(title: string): CellText {
  const lines = PAGE.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${title} |`));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  const [head = [], , ...body] = start < 0 ? [] : lines.slice(start, end).map(cellsOf);
  const rows = new Map(body.map(([name = "", ...cells]) => [name, cells]));
  return (row, call) =>
    rows.get(row.name)?.[head.indexOf(call.name) - 1] ?? "nothing: the page does not tell";
}

const lineOf = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
const cellsOf = (line: string) =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
