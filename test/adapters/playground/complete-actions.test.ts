import { describe, expect, it } from "vitest";
import { complete } from "../../../adapters/playground/page/complete.ts";
import { wireCommand } from "../../../adapters/playground/wire-commands.ts";
import { commands as definitions } from "../../../commands/index.ts";

const commands = definitions.map(wireCommand);
const at = (text: string) => complete(text, text.length, commands);
const labels = (text: string) => at(text).suggestions.map((suggestion) => suggestion.label);
const states = (text: string) =>
  Object.fromEntries(at(text).pills.map((pill) => [pill.name, pill.state] as const));

/** The text after taking the first suggestion. */
function taken(text: string): string {
  const [first] = at(text).suggestions;
  return first === undefined ? text : text.slice(0, first.from) + first.insert + text.slice(first.to);
}

describe("completing a command with actions", () => {
  it("offers every action with what it does, and lets Enter send the command alone", () => {
    const { suggestions, enterTakes, heading } = at("/images ");
    expect(suggestions.map(({ label }) => label)).toEqual(
      commands.find(({ name }) => name === "images")?.actions.map(({ name }) => name),
    );
    expect(suggestions.every(({ detail }) => detail !== "")).toBe(true);
    expect(enterTakes).toBe("nothing");
    expect(heading?.name).toBe("/images");
  });

  it("offers the actions that begin as typed, and none that there is not", () => {
    expect(labels("/images us")).toEqual(["usage"]);
    expect(at("/images us").enterTakes).toBe("first");
    expect(taken("/images us")).toBe("/images usage ");
    expect(labels("/IMAGES-ADMIN BLOCK")).toEqual(["block", "blocklist"]);
    expect(labels("/images dance")).toEqual([]);
    expect(labels("/images dance wildly")).toEqual([]);
  });

  it("takes an action over in the middle of a text", () => {
    const text = "/images-admin blo @ben";
    const [first] = complete(text, "/images-admin blo".length, commands).suggestions;
    expect(first).toMatchObject({ label: "block", insert: "block ", from: 14, to: 18 });
  });

  it("lets Enter send an action that needs nothing more", () => {
    expect(labels("/images usage")).toEqual([]);
    expect(at("/images-admin limits").enterTakes).toBe("nothing");
    expect(at("/images-admin limits ").enterTakes).toBe("nothing");
    expect(at("/images-admin unblock").enterTakes).toBe("first");
  });

  it("shows the options of the chosen action and which is at hand", () => {
    expect(at("/images-admin block ").heading?.name).toBe("/images-admin block");
    expect(states("/images-admin block ")).toEqual({ user: "active", reason: "empty", days: "empty" });
    expect(states("/images-admin block @b")).toMatchObject({ user: "active" });
    expect(states("/images-admin block @ben ")).toMatchObject({ user: "filled", reason: "active" });
    expect(states("/images-admin block @ben spams a lot days:")).toEqual({
      user: "filled",
      reason: "filled",
      days: "active",
    });
    expect(states('/images-admin block reason:"see @ada" ')).toMatchObject({
      user: "active",
      reason: "filled",
    });
  });

  it("offers people, roles and channels as mentions", () => {
    expect(labels("/images-admin block ")).toEqual(["@ada", "@ben", "@chloe", "@dora"]);
    expect(at("/images-admin block ").enterTakes).toBe("first");
    expect(taken("/images-admin block b")).toBe("/images-admin block @ben ");
    expect(taken("/images-admin block @CH")).toBe("/images-admin block @chloe ");
    expect(taken("/images-admin block Chloé")).toBe("/images-admin block @chloe ");
    expect(labels("/images-admin block @ben ")).toEqual([]);
    expect(labels("/images-admin limits role:")).toEqual(["@artists"]);
    expect(labels("/images-admin channel allow #p")).toEqual(["#playground"]);
  });

  it("offers the choices of an option, named or not", () => {
    expect(labels("/images-admin blocklist ")).toEqual([
      "add",
      "remove",
      "allow",
      "disallow",
      "test",
      "list",
    ]);
    expect(labels("/images-admin blocklist a")).toEqual(["add", "allow"]);
    expect(taken("/images-admin blocklist do:te")).toBe("/images-admin blocklist do:test ");
    expect(labels("/images-admin settings show-cost:")).toEqual(["on", "off"]);
    expect(labels("/images forget-me ")).toEqual(["yes"]);
    expect(at("/images forget-me ").enterTakes).toBe("nothing");
    expect(labels("/images forget-me sure:yes ")).toEqual([]);
  });

  it("names the options at once where no other words can stand", () => {
    expect(labels("/images-admin budget ")).toEqual([
      "day:",
      "month:",
      "person-day:",
      "person-month:",
      "role:",
    ]);
    expect(labels("/images-admin budget day:5 p")).toEqual(["person-day:", "person-month:"]);
    expect(labels("/images-admin channel deny ")).toEqual(["#playground", "#log"]);
    expect(labels("/images-admin role deny ")).toEqual(["@artists"]);
    expect(labels("/images-admin blocklist test a")).toEqual([]);
  });

  it("adds a name from its pill only where the option needs one", () => {
    const inserts = at("/images-admin block @ben ").pills.map(({ name, insert }) => [name, insert]);
    expect(inserts).toEqual([
      ["user", "user:"],
      ["reason", ""],
      ["days", "days:"],
    ]);
  });
});
