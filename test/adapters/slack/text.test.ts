import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cut } from "../../../adapters/slack/limits.ts";
import { escapeText, typedText, typedWithMentions } from "../../../adapters/slack/text.ts";

describe("text as Slack sends it", () => {
  it.each([
    ["a &lt;b&gt; &amp; c", "a <b> & c"],
    ["a typed &amp;amp; stays", "a typed &amp; stays"],
    ["see <https://example.com/a|example.com/a> now", "see example.com/a now"],
    ["see <https://example.com/a?b=1&amp;c=2>", "see https://example.com/a?b=1&c=2"],
    ["write <mailto:a@b.test|a@b.test>", "write a@b.test"],
    ["with <@U012AB3CD|ada> and <@U012AB3CD>", "with @ada and @U012AB3CD"],
    ["in <#C012AB3CD|general>", "in #general"],
    ["<!channel> look", "@channel look"],
    ["<!subteam^S012|@painters>", "@painters"],
    ["3 &lt; 4 and <b>", "3 < 4 and <b>"],
    ["“smart” — quotes…", "“smart” — quotes…"],
  ])("reads %s", (sent, typed) => {
    expect(typedText(sent)).toBe(typed);
  });

  it("reads back whatever was typed, once escaped", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."<>&;ab#@!|: \n", "amp;", "&lt;", "é", "🦊") }),
        (typed) => {
          expect(typedText(escapeText(typed))).toBe(typed);
        },
      ),
    );
  });

  it.each([
    ["<@U012AB3CD|ada> &amp; <#C012AB3CD|general>", "<@U012AB3CD|ada> & <#C012AB3CD|general>"],
    ["role:<!subteam^S012|@the painters>", "role:<!subteam^S012|@the painters>"],
    ["<@U1|a&gt;b> &gt; c", "<@U1|a&gt;b> > c"],
    ["<#C1|> <@U1>", "<#C1|> <@U1>"],
    ["<!channel> <https://x.test|x.test> &amp;lt;", "@channel x.test &lt;"],
  ])("keeps who is meant where a command is about people: %s", (sent, typed) => {
    expect(typedWithMentions(sent)).toBe(typed);
  });

  it("never leaves anything that Slack would read as markup", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(escapeText(text)).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      }),
    );
  });
});

const LONE_SURROGATE = /\p{Surrogate}/u;

describe("cutting text to Slack's limits", () => {
  it("never exceeds the limit and never cuts a character in two", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 2, max: 40 }), (text, most) => {
        const short = cut(text, most);
        expect(short.length).toBeLessThanOrEqual(most);
        if (!LONE_SURROGATE.test(text)) expect(short).not.toMatch(LONE_SURROGATE);
        if (text.length <= most) expect(short).toBe(text);
        else expect(text.startsWith(short.slice(0, -1))).toBe(true);
      }),
    );
  });
});
