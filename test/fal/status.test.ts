import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createStatusReader, phaseOf, statusSchema, tidyLog } from "../../src/fal/status.ts";

function status(fields: object) {
  return statusSchema.parse(fields);
}

describe("a status", () => {
  it.each([
    ["IN_QUEUE", "waiting"],
    ["IN_PROGRESS", "working"],
    ["COMPLETED", "finished"],
    ["FAILED", "finished"],
    ["NOT_FOUND", "missing"],
    ["SOMETHING_NEW", null],
  ])("%s is read as %s", (word, phase) => {
    expect(phaseOf(status({ status: word }))).toBe(phase);
  });

  it("is still read when its lesser fields make no sense", () => {
    const odd = status({
      status: "IN_QUEUE",
      queue_position: "three",
      logs: "none",
      error_type: 7,
      extra: true,
    });
    expect(createStatusReader().read(odd)).toEqual({ type: "waiting", position: null });
  });
});

describe("the reader of statuses", () => {
  it("tells a place in line only when it has changed", () => {
    const reader = createStatusReader();
    const told = [3, 3, 2].map((queue_position) =>
      reader.read(status({ status: "IN_QUEUE", queue_position })),
    );
    expect(told).toEqual([{ type: "waiting", position: 3 }, null, { type: "waiting", position: 2 }]);
  });

  it("tells the newest line of several, and goes back to waiting when fal does", () => {
    const reader = createStatusReader();
    const logs = ["one", "two"].map((message) => ({ message, timestamp: message }));
    expect(reader.read(status({ status: "IN_PROGRESS", logs }))).toEqual({ type: "working", log: "two" });
    expect(reader.read(status({ status: "IN_QUEUE", logs }))).toEqual({ type: "waiting", position: null });
    expect(reader.read(status({ status: "IN_PROGRESS", logs }))).toEqual({ type: "working", log: null });
  });

  it("tells the same words again when they were said at another time", () => {
    const reader = createStatusReader();
    const say = (timestamp: string) =>
      reader.read(status({ status: "IN_PROGRESS", logs: [{ message: "step", timestamp }] }));
    expect([say("1"), say("1"), say("2")]).toEqual([
      { type: "working", log: "step" },
      null,
      { type: "working", log: "step" },
    ]);
  });
});

describe("a log line", () => {
  it.each([
    ["plain", "plain"],
    ["\u001b[32mgreen\u001b[0m", "green"],
    ["10%|#\r50%|#####\r", "50%|#####"],
    ["first\nlast\n\n", "last"],
    ["tab\tand\u0007bell", "tab and bell"],
    ["  \n ", null],
  ])("%j reads %j", (message, line) => {
    expect(tidyLog(message)).toBe(line);
  });

  it("is always one short line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 600 }), (message) => {
        const line = tidyLog(message) ?? "x";
        expect(line).not.toMatch(/[\r\n\p{Cc}]/u);
        expect(Array.from(line).length).toBeLessThanOrEqual(200);
        expect(line).not.toBe("");
      }),
    );
  });
});
