import { describe, expect, it } from "vitest";
import { denialLine } from "../../../src/core/denials.ts";
import type { LedgerLimit } from "../../../src/core/ledger.ts";
import type { Line } from "../../../src/core/view.ts";

const plain = (line: Line): string =>
  line.map((part) => (typeof part === "string" ? part : `<${part.type}>`)).join("");
const limited = (by: LedgerLimit, until: number | null = null) =>
  plain(denialLine({ type: "limit", by, until }));

describe("what somebody reads who gets no picture", () => {
  it.each<[LedgerLimit, number | null, string]>([
    [
      { type: "per-hour", most: 0 },
      null,
      "You may not ask for pictures here: the limit for you is 0 an hour.",
    ],
    [
      { type: "per-hour", most: 1 },
      5,
      "You have had your 1 picture for this hour. The next is possible <moment>.",
    ],
    [{ type: "per-hour", most: 7 }, null, "You have had your 7 pictures for this hour."],
    [
      { type: "waiting", most: 1 },
      null,
      "You have 1 picture that is not finished yet. Wait for one of them, or cancel one.",
    ],
    [
      { type: "waiting", most: 3 },
      null,
      "You have 3 pictures that are not finished yet. Wait for one of them, or cancel one.",
    ],
    [
      { type: "waiting-here", most: 20 },
      null,
      "This place has 20 pictures unfinished already. Try again in a minute.",
    ],
  ])("a limit: %j until %j", (by, until, text) => {
    expect(limited(by, until)).toBe(text);
  });

  it.each([
    [null, null, "You may not ask for pictures here. A moderator can lift that."],
    ["spam", null, "You may not ask for pictures here. Reason: spam. A moderator can lift that."],
    [null, 5, "You may not ask for pictures here. That ends <moment>."],
    ["spam", 5, "You may not ask for pictures here. That ends <moment>. Reason: spam."],
  ])("a block with reason %j until %j", (reason, until, text) => {
    const block = { reason, until, by: "a", at: 0 };
    expect(plain(denialLine({ type: "blocked", block }))).toBe(text);
  });
});
