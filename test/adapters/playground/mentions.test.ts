import { describe, expect, it } from "vitest";
import { withIds } from "../../../adapters/playground/mentions.ts";
import { commands } from "../../../commands/index.ts";

function written(name: string, words: string): string | null {
  const actions = commands.flatMap((command) => command.actions);
  return withIds(words, actions.find((action) => action.name === name) ?? expect.unreachable());
}

describe("names in a command", () => {
  it.each([
    ["@Ben", "@ben"],
    ["@chloe", "@chloe"],
    ["@Chloé", "@chloe"],
    ["Chloé", "@chloe"],
    ["user:@Dora", "user:@dora"],
    ["user:Ada", "user:@ada"],
  ])("become ids: %s", (typed, id) => {
    expect(written("block", ` ${typed} days:7`)).toBe(` ${id} days:7`);
  });

  it("become ids for roles and channels too", () => {
    expect(written("limits", "per-hour:40 role:@Artists")).toBe("per-hour:40 role:@artists");
    expect(written("channel", "deny channel:#Playground")).toBe("deny channel:#playground");
    expect(written("log-channel", "Log")).toBe("#log");
  });

  it("stay as typed after the first, in quotes, and where the action takes nobody", () => {
    expect(written("block", "@Ben was rude to @Chloé")).toBe("@ben was rude to @Chloé");
    expect(written("block", 'reason:"ask Ada first" @Ben')).toBe('reason:"ask Ada first" @ben');
    expect(written("blocklist", 'test @Ben "by Ada"  in the snow')).toBe('test @Ben "by Ada"  in the snow');
  });

  it("stay as typed where nothing here has that name", () => {
    expect(written("limits", "role:@painters")).toBe("role:@painters");
    expect(written("log-channel", "#pictures")).toBe("#pictures");
  });

  it("must be somebody's where the action needs a person", () => {
    expect(written("block", "@bob for spamming")).toBeNull();
    expect(written("unblock", "user:@bob")).toBeNull();
    expect(written("block", " ")).toBe(" ");
  });
});
