import { it } from "vitest";

/** A case that only some implementations declare: where it does not apply it is no test at all, not a skipped one. */
export function itWhere(applies: boolean): (name: string, run: () => Promise<void>) => void {
  return applies ? (name, run) => void it(name, run) : () => undefined;
}
