import type { Finding } from "../../src/doctor/finding.ts";

/** Everything a check finds. */
export async function findingsOf(
  check: AsyncIterable<Finding> | Iterable<Finding>,
): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for await (const finding of check) found.push(finding);
  return found;
}

/** Those that somebody has to do something about. */
export function troublesIn(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ mark }) => mark === "warning" || mark === "failure");
}
