import { describe, expect, it } from "vitest";
import { mentioned } from "../../commands/actions.ts";
import { images } from "../../commands/images.ts";
import { imagesAdmin } from "../../commands/images-admin.ts";
import type { CommandMeaning } from "../../src/core/command.ts";
import { plainLine } from "../../src/core/view.ts";

const typed = (text: string): CommandMeaning => imagesAdmin.interpret({ type: "text", text });
const chosen = (
  action: string | null,
  options: Readonly<Record<string, string | number>> = {},
): CommandMeaning => imagesAdmin.interpret({ type: "options", action, options });
const order = (meaning: CommandMeaning) => (meaning.type === "order" ? meaning.order : meaning.type);
const refusal = (meaning: CommandMeaning) =>
  meaning.type === "refuse" ? plainLine(meaning.view.title, 0) : meaning.type;

describe("/images-admin, typed", () => {
  it.each([
    ["", { type: "status" }],
    ["STATUS", { type: "status" }],
    [
      "limits per-hour:20 waiting=3 role:<!subteam^S1|@designers>",
      { type: "limits", role: "S1", changes: { perHour: 20, waiting: 3 } },
    ],
    ["limits --per-hour:off", { type: "limits", role: null, changes: { perHour: null } }],
    [
      "budget day:$5 person-month:2.50",
      { type: "budget", role: null, changes: { dayMicroUsd: 5_000_000, personMonthMicroUsd: 2_500_000 } },
    ],
    [
      "settings show-cost:on outside-age-restricted:spoiler",
      { type: "settings", changes: { showCost: true, outside: "spoiler" } },
    ],
    [
      "block <@U1|ben mueller> days:7 too many cats",
      { type: "block", user: "U1", reason: "too many cats", days: 7 },
    ],
    ['block user:@ben reason:"two words"', { type: "block", user: "ben", reason: "two words", days: null }],
    ['block @ben "quoted words"', { type: "block", user: "ben", reason: "quoted words", days: null }],
    ["unblock <@!42>", { type: "unblock", user: "42" }],
    ["channel deny <#C1|general>", { type: "access", about: "channel", id: "C1", rule: "deny" }],
    ["role clear <@&7>", { type: "access", about: "role", id: "7", rule: "clear" }],
    ["blocklist add two words", { type: "blocklist", step: { type: "add", entry: "two words" } }],
    [
      "blocklist test a fox with <@U1|bob> and <#C1|general> <!here|@here>",
      { type: "blocklist", step: { type: "test", prompt: "a fox with @bob and #general @here" } },
    ],
    ["blocklist list", { type: "blocklist", step: { type: "list" } }],
    ["pause", { type: "pause", reason: null }],
    ["pause lunch break", { type: "pause", reason: "lunch break" }],
    ["resume", { type: "resume" }],
    ["log-channel <#C9|log>", { type: "log-channel", channel: "C9" }],
    ["log-channel off", { type: "log-channel", channel: null }],
    ["log-channel turn:off", { type: "log-channel", channel: null }],
    ["log-channel", { type: "status" }],
  ])("%j is an order", (text, what) => {
    expect(order(typed(text))).toEqual(what);
  });

  it.each([
    ["dance", "I cannot do “dance” here, only status, limits"],
    ["block", "block needs the option user."],
    ["block @ben days:1.5", "days is a whole number from 1"],
    ["limits per-hour:many", "per-hour: set a whole number"],
    ["limits waiting-here:5 role:@x", "waiting-here is for everybody here together: leave the role out."],
    ["limits per-hour:1 per-hour:2", "The option per-hour is there twice: keep one of them."],
    ["limits nonsense", "I do not know what to do with “nonsense” here."],
    ["settings show-cost:maybe", "show-cost is one of on, off, not “maybe”."],
    ["channel maybe #x", "rule is one of allow, deny, clear, not “maybe”."],
    ["blocklist remove", "blocklist remove needs the words."],
    ["blocklist test", "blocklist test needs the words."],
    ["resume now", "I do not know what to do with “now” here."],
    [`pause ${"x".repeat(5000)}`, "That is too long for me to read."],
  ])("%j is refused with what would be right", (text, sentence) => {
    expect(refusal(typed(text))).toContain(sentence);
  });
});

describe("/images-admin, chosen", () => {
  it("takes options as they come, blanks left out", () => {
    expect(order(chosen(null))).toEqual({ type: "status" });
    expect(order(chosen("block", { user: "1", days: 3, reason: " " }))).toEqual({
      type: "block",
      user: "1",
      reason: null,
      days: 3,
    });
    expect(order(chosen("blocklist", { do: "list" }))).toEqual({ type: "blocklist", step: { type: "list" } });
    expect(order(chosen("blocklist", { do: "disallow", entry: "x" }))).toEqual({
      type: "blocklist",
      step: { type: "disallow", entry: "x" },
    });
    expect(order(chosen("blocklist", { do: "allow", entry: "x" }))).toEqual({
      type: "blocklist",
      step: { type: "allow", entry: "x" },
    });
  });

  it("refuses an action or an option it does not have", () => {
    expect(refusal(chosen("dance"))).toContain("I cannot do “dance” here");
    expect(refusal(chosen("status", { loud: "yes" }))).toBe("status has no option “loud”.");
    expect(refusal(chosen("unblock"))).toBe("unblock needs the option user.");
  });
});

describe("/images", () => {
  it.each([
    ["usage", { type: "usage" }],
    ["queue", { type: "queue" }],
    ["history", { type: "history" }],
    ["export", { type: "export" }],
    ["show ABC", { type: "show", jobId: "abc" }],
    ["forget-me", { type: "forget-me", sure: false }],
    ["forget-me yes", { type: "forget-me", sure: true }],
  ])("%j is a question", (text, query) => {
    expect(images.interpret({ type: "text", text })).toEqual({ type: "query", query });
  });
});

describe("a mention", () => {
  it.each([
    ["<@U1|ben>", "U1"],
    ["<@!1>", "1"],
    ["<#C1>", "C1"],
    ["@ben", "ben"],
    ["#log", "log"],
    [" ben ", "ben"],
  ])("%j is about %s", (text, id) => {
    expect(mentioned(text)).toBe(id);
  });
});
