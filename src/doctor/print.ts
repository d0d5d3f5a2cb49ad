import { type Finding, type Mark, PARTS } from "./finding.ts";

const MARKS: Readonly<Record<Mark, string>> = { ok: "✓", note: "·", warning: "!", failure: "✗" };
const WIDTH = Math.max(...PARTS.map((part) => part.length));

/** One line for each finding, and one that sums up. */
export function printed(findings: readonly Finding[]): string {
  return [...findings.map(lineOf), "", summaryOf(findings)].join("\n");
}

function lineOf({ part, mark, what, fix }: Finding): string {
  return oneLine(`${MARKS[mark]} ${part.padEnd(WIDTH)}  ${what}${fix === null ? "" : ` → ${fix}`}`);
}

/** A server's name may hold anything; a line stays a line, and a terminal is told nothing. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ");
}

function summaryOf(findings: readonly Finding[]): string {
  const failures = findings.filter(({ mark }) => mark === "failure").length;
  const warnings = findings.filter(({ mark }) => mark === "warning").length;
  if (failures > 0)
    return `${count(failures, "failure")} and ${count(warnings, "warning")}. Start with the lines marked ${MARKS.failure}.`;
  if (warnings > 0)
    return `No failure, ${count(warnings, "warning")}: see the lines marked ${MARKS.warning}.`;
  return "All is well.";
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
