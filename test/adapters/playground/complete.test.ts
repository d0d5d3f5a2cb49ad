import { describe, expect, it } from "vitest";
import { complete } from "../../../adapters/playground/page/complete.ts";
import type { WireCommand } from "../../../adapters/playground/page/wire.ts";

const option = (name: string, values: readonly string[] = []) => ({
  name,
  description: `about ${name}`,
  required: name === "prompt",
  choices: values.map((value) => ({ label: `${value} · shape`, value })),
  example: "an example",
});
const commands: readonly WireCommand[] = [
  {
    name: "imagine",
    description: "Paint",
    options: [option("prompt"), option("ar", ["16:9", "1:1", "9:16"]), option("seed"), option("no")],
    actions: [],
  },
  { name: "images", description: "What you painted", options: [], actions: [] },
];

const at = (text: string) => complete(text, text.length, commands);
const labels = (text: string) => at(text).suggestions.map((suggestion) => suggestion.label);
const states = (text: string) =>
  Object.fromEntries(at(text).pills.map((pill) => [pill.name, pill.state] as const));

/** The text after taking the first suggestion. */
function taken(text: string): string {
  const [first] = at(text).suggestions;
  return first === undefined ? text : text.slice(0, first.from) + first.insert + text.slice(first.to);
}

describe("completing what is typed", () => {
  it("offers nothing for talk", () => {
    expect(at("hello there").suggestions).toEqual([]);
    expect(at("hello there").heading).toBeNull();
    expect(at("either/or").suggestions).toEqual([]);
  });

  it("offers the commands that begin as typed", () => {
    expect(labels("/")).toEqual(["/imagine", "/images"]);
    expect(labels("/imagi")).toEqual(["/imagine"]);
    expect(labels("/IMAGE")).toEqual(["/images"]);
    expect(labels("/draw")).toEqual([]);
  });

  it("lets Enter send a whole command that takes nothing more", () => {
    expect(at("/imag").enterTakes).toBe("first");
    expect(at("/images").enterTakes).toBe("nothing");
    expect(at("/imagine").enterTakes).toBe("first");
  });

  it("takes a command over with a blank after it, and only one", () => {
    expect(taken("/ima")).toBe("/imagine ");
    const inTheMiddle = complete("/im a fox", 3, commands).suggestions[0];
    expect(inTheMiddle).toMatchObject({ insert: "/imagine ", from: 0, to: 4 });
  });

  it("shows which options are given and which is at hand", () => {
    expect(states("/imagine ")).toEqual({ prompt: "active", ar: "empty", seed: "empty", no: "empty" });
    expect(states("/imagine a fox")).toMatchObject({ prompt: "filled", ar: "empty" });
    expect(states("/imagine a fox ar:16:9 --seed 4")).toMatchObject({ ar: "filled", seed: "filled" });
    expect(states("/imagine a fox ar:16")).toMatchObject({ prompt: "filled", ar: "active" });
    expect(states("/imagine a fox ar:16:9 ")).toMatchObject({ prompt: "filled", ar: "filled" });
    expect(states("/imagine ar:16:9 ")).toMatchObject({ prompt: "active", ar: "filled" });
    expect(states("/imagine --ar 16:9 ")).toMatchObject({ prompt: "active", ar: "filled" });
    expect(states("/imagine prompt:a fox ")).toMatchObject({ prompt: "filled", ar: "empty" });
    expect(states("/imagine ar:16:9 a fox")).toMatchObject({ prompt: "filled", ar: "filled" });
  });

  it("offers the values of an option that has some", () => {
    expect(labels("/imagine a fox ar:")).toEqual(["16:9", "1:1", "9:16"]);
    expect(labels("/imagine a fox ar:1")).toEqual(["16:9", "1:1"]);
    expect(labels("/imagine a fox ar:16:9")).toEqual([]);
    expect(labels("/imagine a fox seed:")).toEqual([]);
    expect(taken("/imagine a fox ar:9")).toBe("/imagine a fox ar:9:16 ");
  });

  it("names options without taking Enter away from sending", () => {
    expect(labels("/imagine a fox se")).toEqual(["seed:"]);
    expect(at("/imagine a fox se").enterTakes).toBe("nothing");
    expect(taken("/imagine a fox se")).toBe("/imagine a fox seed:");
    expect(taken("/imagine a fox --s")).toBe("/imagine a fox seed:");
  });

  it("does not take a letter of the prompt, or its first word, for an option", () => {
    expect(labels("/imagine a fox with a")).toEqual([]);
    expect(labels("/imagine no")).toEqual([]);
    expect(labels("/imagine a fox ar:1:1 ar")).toEqual([]);
  });
});
