import { describe, expect, it } from "vitest";
import { BotError, TakeFailure } from "../src/errors.ts";
import { createLog, describeError } from "../src/log.ts";

function capture(format: "json" | "pretty" = "json") {
  const lines: string[] = [];
  const log = createLog({
    level: "debug",
    format,
    destination: { write: (line: string) => void lines.push(line) },
  });
  return { log, lines };
}

describe("the log", () => {
  it("never writes prompts, keys or tokens, wherever they stand", () => {
    const { log, lines } = capture();
    const secret = "do-not-show";
    log.info(
      { prompt: secret, request: { prompt: secret, deep: { key: secret } }, authorization: secret },
      "a line",
    );
    expect(lines.join()).not.toContain(secret);
    expect(lines.join()).toContain("[private]");
  });

  it("writes an error's code, context and remedy, and where it came from", () => {
    const { log, lines } = capture();
    const cause = Object.assign(new Error("body: a lighthouse at dusk"), { code: "ECONNRESET" });
    log.error(
      { err: new BotError("It broke.", { code: "store", context: { id: 7 }, cause, remedy: "Mend it." }) },
      "x",
    );
    const { err } = JSON.parse(lines[0] ?? "{}");
    expect(err).toMatchObject({
      code: "store",
      id: 7,
      remedy: "Mend it.",
      cause: { name: "Error", code: "ECONNRESET" },
    });
    expect(lines.join()).not.toContain("lighthouse");
  });

  it("writes no words of errors that are not ours, nor of things that are no errors", () => {
    expect(describeError(new TypeError("a lighthouse"))).not.toHaveProperty("message");
    expect(describeError("a lighthouse")).toEqual({ thrown: "string" });
    expect(describeError(new TakeFailure("busy", "No room"))).toMatchObject({
      code: "busy",
      message: "No room",
    });
  });
});
