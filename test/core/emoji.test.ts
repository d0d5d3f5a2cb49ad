import { describe, expect, it, test } from "vitest";
import { EMOJI, intentOfEmoji } from "../../src/core/emoji.ts";

describe("intentOfEmoji", () => {
  test.each([
    ["🎲", "reroll", "game_die"],
    ["🔁", "reroll", "repeat"],
    ["🔄", "reroll", "arrows_counterclockwise"],
    ["❌", "delete", "x"],
    ["✉️", "send-to-me", "envelope"],
    ["✉", "send-to-me", "envelope"],
    ["✉\ufe0e", "send-to-me", "envelope"],
    ["🎲\ufe0f", "reroll", "game_die"],
    ["🎲🏽", "reroll", "game_die"],
    ["game_die", "reroll", "game_die"],
    [":game_die:", "reroll", "game_die"],
    ["repeat", "reroll", "repeat"],
    ["arrows_counterclockwise", "reroll", "arrows_counterclockwise"],
    ["x", "delete", "x"],
    ["x::skin-tone-3", "delete", "x"],
    [":envelope::skin-tone-6:", "send-to-me", "envelope"],
    ["envelope", "send-to-me", "envelope"],
    ["email", "send-to-me", "envelope"],
  ])("takes %s for %s", (raw, intent, emoji) => {
    expect(intentOfEmoji(raw)).toEqual({ intent, emoji });
  });

  it.each(["", "👍", "+1", "heavy_multiplication_x", "constructor", "🎲🎲", "📧", "::", "\ufe0f", "X"])(
    "takes %j for a stray emoji",
    (raw) => {
      expect(intentOfEmoji(raw)).toBeNull();
    },
  );
});

describe("EMOJI", () => {
  it("finds every emoji of the legend by each of its names", () => {
    for (const { name, unicode, aliases, intent } of EMOJI) {
      for (const raw of [name, unicode, ...aliases])
        expect(intentOfEmoji(raw)).toEqual({ intent, emoji: name });
    }
  });
});
