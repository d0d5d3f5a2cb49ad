import { describe, expect, it, test } from "vitest";
import { images } from "../../commands/images.ts";
import { commands } from "../../commands/index.ts";
import { ASPECT_RATIOS, MAX_PROMPT_LENGTH, MAX_SEED } from "../../src/core/model.ts";
import { plainLine } from "../../src/core/view.ts";

describe("the list of commands", () => {
  it("has /imagine and /images", () => {
    expect(commands.map((command) => command.name)).toEqual(["imagine", "images"]);
  });

  // Discord: discord.com/developers/docs/interactions/application-commands. The narrowest of the platforms.
  test.each(commands)("keeps /$name within what every platform takes", ({ name, description, options }) => {
    expect(name).toMatch(/^[a-z]{1,32}$/);
    expect(description.length).toBeLessThanOrEqual(100);
    expect(options.length).toBeLessThanOrEqual(25);
    expect(new Set(options.map((option) => option.name)).size).toBe(options.length);
    expect(options.map((option) => option.required)).toEqual(
      options.map((option) => option.required).sort((a, b) => Number(b) - Number(a)),
    );
    for (const option of options) {
      expect(option.name).toMatch(/^[a-z]{1,32}$/);
      expect(option.description.length).toBeLessThanOrEqual(100);
      expect(option.choices.length).toBeLessThanOrEqual(25);
      expect(option.maxLength ?? 1).toBeLessThanOrEqual(6000);
      for (const { label, value } of option.choices) {
        expect(label.length).toBeLessThanOrEqual(100);
        expect(label.startsWith(value)).toBe(true);
      }
    }
  });

  test.each(commands)("offers examples that /$name understands", (command) => {
    const options = Object.fromEntries(
      command.options.map(({ name, type, example }) => [
        name,
        type === "integer" ? Number(example) : example,
      ]),
    );
    expect(command.interpret({ type: "options", action: null, options }).type).not.toBe("refuse");
  });

  it("bounds the options of /imagine as the model does", () => {
    const of = (name: string) => commands[0]?.options.find((option) => option.name === name);
    expect(of("prompt")).toMatchObject({ required: true, maxLength: MAX_PROMPT_LENGTH });
    expect(of("no")).toMatchObject({ required: false, maxLength: MAX_PROMPT_LENGTH });
    expect(of("seed")).toMatchObject({ type: "integer", min: -1, max: MAX_SEED });
    expect(of("ar")?.choices.map((choice) => choice.value)).toEqual(ASPECT_RATIOS);
    expect(of("ar")?.choices[1]?.label).toBe("16:9 · widescreen");
  });
});

describe("/images", () => {
  it.each(["", " ", "help", "HELP", "action:help", "action: help"])("answers %j with the help", (text) => {
    expect(images.interpret({ type: "text", text }).type).toBe("say");
  });

  it("answers chosen options with the help", () => {
    expect(images.interpret({ type: "options", action: null, options: {} }).type).toBe("say");
    expect(images.interpret({ type: "options", action: null, options: { action: "help" } }).type).toBe("say");
  });

  it("says what it cannot show, and what it can", () => {
    const meaning = images.interpret({ type: "text", text: "gallery" });
    expect(meaning.type).toBe("refuse");
    if (meaning.type !== "refuse") return;
    expect(plainLine(meaning.view.title, 0)).toBe("I cannot show “gallery”: there is only help.");
    expect(meaning.view.lines).toEqual([[{ type: "code", text: "/images help" }]]);
  });
});
