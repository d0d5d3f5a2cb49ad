import { describe, expect, it } from "vitest";
import { FIXTURES } from "./fixtures/index.ts";
import { listOf } from "./lists.ts";

describe.each(FIXTURES)("the blocklist in $script", ({ blocked, allowed, evasions, harmless }) => {
  const blocklist = listOf(blocked, allowed);

  it.each(evasions)("stops %j", (text) => {
    expect(blocklist.match(text)).not.toBeNull();
  });

  it.each(harmless)("lets %j pass", (text) => {
    expect(blocklist.match(text)).toBeNull();
  });
});
