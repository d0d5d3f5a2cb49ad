import { describe, expect, it } from "vitest";
import { type Check, examine, isHealthy } from "../../src/doctor/doctor.ts";
import { type Finding, scribeOf } from "../../src/doctor/finding.ts";
import { printed } from "../../src/doctor/print.ts";
import { logShortForm } from "../../src/doctor/short-form.ts";
import { BotError } from "../../src/errors.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const fal = scribeOf("fal");
const slack = scribeOf("Slack");
const web = scribeOf("Web");

function check(part: Check["part"], ...findings: readonly Finding[]): Check {
  return { part, run: () => findings };
}

function breaking(error: unknown): Check {
  return {
    part: "fal",
    run: async function* () {
      yield fal.ok("The key is good.");
      throw error;
    },
  };
}

describe("an examination", () => {
  it("gives the findings in the order of the checks, whichever is done first", async () => {
    let done = () => {};
    const isDone = new Promise<void>((resolve) => {
      done = resolve;
    });
    const late: Check = {
      part: "fal",
      run: async function* () {
        await isDone;
        yield fal.ok("One.");
      },
    };
    const early: Check = {
      part: "Web",
      run: function* () {
        done();
        yield web.ok("Two.");
      },
    };
    const findings = await examine({ checks: [late, early], clock: createFakeClock() });
    expect(findings.map(({ what }) => what)).toEqual(["One.", "Two."]);
  });

  it("gives up a check that does not end, keeps what it found, and tells it so", async () => {
    const clock = createFakeClock();
    let gaveUp = false;
    const stuck: Check = {
      part: "Slack",
      run: async function* (signal) {
        signal.addEventListener("abort", () => {
          gaveUp = true;
        });
        yield slack.ok("The bot token is good.");
        await new Promise(() => {});
      },
    };
    const examined = examine({ checks: [stuck, check("Web", web.ok("Free."))], clock });
    await clock.advance(20_000);
    expect(await examined).toEqual([
      slack.ok("The bot token is good."),
      slack.failure(
        "This check was not done within 20 seconds.",
        "Look at this machine's network, then run the doctor again.",
      ),
      web.ok("Free."),
    ]);
    expect(gaveUp).toBe(true);
  });

  it("makes a finding of a check that breaks, and quotes nothing it does not know", async () => {
    const checks = [breaking(new TypeError("the prompt was: secret"))];
    const findings = await examine({ checks, clock: createFakeClock() });
    expect(findings).toEqual([
      fal.ok("The key is good."),
      fal.failure(
        "The check itself broke (TypeError), so nothing is known about this.",
        "Report it to whoever maintains the bot.",
      ),
    ]);
  });

  it("says what the bot itself says of an error of its own", async () => {
    const error = new BotError("It is locked.", { code: "locked", remedy: "Unlock it." });
    const findings = await examine({ checks: [breaking(error)], clock: createFakeClock() });
    expect(findings.at(-1)).toEqual(fal.failure("It is locked.", "Unlock it."));
  });

  it("is healthy with warnings, and not with a failure", () => {
    expect(isHealthy([fal.ok("a"), fal.note("b"), fal.warning("c", "d")])).toBe(true);
    expect(isHealthy([fal.failure("c", "d")])).toBe(false);
  });
});

describe("the printed report", () => {
  it("has one line each, with a mark and the fix, and sums up", () => {
    const report = printed([
      fal.ok("Well."),
      fal.note("So it is."),
      web.warning("Odd.", "Look."),
      slack.failure("Broken.", "Mend it."),
    ]);
    expect(report.split("\n")).toEqual([
      "✓ fal            Well.",
      "· fal            So it is.",
      "! Web            Odd. → Look.",
      "✗ Slack          Broken. → Mend it.",
      "",
      "1 failure and 1 warning. Start with the lines marked ✗.",
    ]);
  });

  it("keeps to one line whatever a name in it holds", () => {
    const [line] = printed([fal.note("A server\n✗ called\u001b[31m this")]).split("\n");
    expect(line).toBe("· fal            A server ✗ called [31m this");
  });

  it("sums up warnings alone, and nothing at all", () => {
    expect(printed([fal.warning("Odd.", "Look.")])).toMatch(/No failure, 1 warning: see .* !\.$/);
    expect(printed([fal.ok("Well.")])).toMatch(/All is well\.$/);
  });
});

describe("the short form at the start", () => {
  async function logged(...checks: readonly Check[]) {
    const lines: unknown[][] = [];
    await logShortForm({ checks, clock: createFakeClock(), log: (...line) => void lines.push(line) });
    return lines;
  }

  it("has a line for each trouble, and one for everything that is well", async () => {
    const lines = await logged(
      check(
        "Configuration",
        scribeOf("Configuration").note("So it is."),
        scribeOf("Configuration").ok("Well."),
      ),
      check("Data folder", scribeOf("Data folder").warning("Tight.", "Make room.")),
      check("Database", scribeOf("Database").failure("Gone.", "Restore it.")),
    );
    expect(lines).toEqual([
      ["warn", { part: "Data folder", remedy: "Make room." }, "Tight."],
      ["error", { part: "Database", remedy: "Restore it." }, "Gone."],
      ["info", {}, "Looks well: Configuration. Keys, tokens and permissions are checked by npm run doctor"],
    ]);
  });

  it("says nothing of well where nothing is", async () => {
    const lines = await logged(check("Web", web.warning("Odd.", "Look.")));
    expect(lines.at(-1)).toEqual(["info", {}, "Keys, tokens and permissions are checked by npm run doctor"]);
  });
});
