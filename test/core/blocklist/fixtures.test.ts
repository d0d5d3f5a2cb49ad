import { describe, expect, it } from "vitest";
import { compileBlocklist, readEntry } from "../../../src/core/blocklist/blocklist.ts";
import { FIXTURES } from "./fixtures/index.ts";

function canonical(typed: string): string {
  const read = readEntry(typed);
  if (!read.ok) throw new Error(`${typed}: ${read.problem}`);
  return read.canonical;
}

describe.each(FIXTURES)("the blocklist in $script", ({ blocked, allowed, evasions, harmless }) => {
  const { blocklist, unusable } = compileBlocklist({
    blocked: blocked.map(canonical),
    allowed: allowed.map(canonical),
  });

  it("can use every entry", () => {
    expect(unusable).toEqual([]);
  });

  it.each(evasions)("stops %j", (text) => {
    expect(blocklist.match(text)).not.toBeNull();
  });

  it.each(harmless)("lets %j pass", (text) => {
    expect(blocklist.match(text)).toBeNull();
  });
});
