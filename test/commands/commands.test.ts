import { describe, expect, it, test } from "vitest";
import { exampleOf } from "../../commands/actions.ts";
import { images } from "../../commands/images.ts";
import { commands } from "../../commands/index.ts";
import type { CommandOption } from "../../src/core/command.ts";
import { ASPECT_RATIOS, MAX_PROMPT_LENGTH, MAX_SEED } from "../../src/core/model.ts";
import { plainLine } from "../../src/core/view.ts";

const examplesOf = (options: readonly CommandOption[]) =>
  Object.fromEntries(
    options.map(({ name, type, example }) => [name, type === "integer" ? Number(example) : example]),
  );

const checkOptions = (options: readonly CommandOption[]): void => {
  expect(options.length).toBeLessThanOrEqual(25);
  expect(new Set(options.map((option) => option.name)).size).toBe(options.length);
  for (const option of options) {
    expect(option.name).toMatch(/^[a-z][a-z-]{0,31}$/);
    expect([...option.description].length).toBeLessThanOrEqual(100);
    expect(option.choices.length).toBeLessThanOrEqual(25);
    expect(option.maxLength ?? 1).toBeLessThanOrEqual(6000);
    for (const { label, value } of option.choices) {
      expect(label.length).toBeLessThanOrEqual(100);
      expect(label.startsWith(value)).toBe(true);
    }
  }
};

describe("the list of commands", () => {
  it("has /imagine, /images, and /images-admin for staff", () => {
    expect(commands.map(({ name, audience }) => [name, audience])).toEqual([
      ["imagine", "everyone"],
      ["images", "everyone"],
      ["images-admin", "staff"],
    ]);
  });

  // Discord: discord.com/developers/docs/interactions/application-commands. The narrowest of the platforms.
  test.each(commands)("keeps /$name within what every platform takes", (command) => {
    expect(command.name).toMatch(/^[a-z-]{1,32}$/);
    expect(command.description.length).toBeLessThanOrEqual(100);
    expect(command.actions.length).toBeLessThanOrEqual(25);
    checkOptions(command.options);
    for (const action of command.actions) {
      expect(action.name).toMatch(/^[a-z-]{1,32}$/);
      expect(action.description.length).toBeLessThanOrEqual(100);
      checkOptions(action.options);
      if (action.rest !== null) expect(action.options.map((option) => option.name)).toContain(action.rest);
    }
  });

  test.each(commands.filter((command) => command.options.length > 0))(
    "offers examples that /$name understands",
    (command) => {
      expect(
        command.interpret({ type: "options", action: null, options: examplesOf(command.options) }).type,
      ).not.toBe("refuse");
    },
  );

  test.each(
    commands.flatMap((command) => command.actions.map((action) => ({ command, action, name: action.name }))),
  )("offers examples that /$command.name $name understands, chosen and typed", ({ command, action }) => {
    const required = action.options.filter((option) => option.required);
    const chosen = command.interpret({ type: "options", action: action.name, options: examplesOf(required) });
    const typed = command.interpret({ type: "text", text: exampleOf(action) });
    expect([action.name, typed.type]).not.toContain("refuse");
    // The blocklist's entry can be left out for `list` only.
    if (action.name !== "blocklist") expect(chosen.type).not.toBe("refuse");
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
    expect(images.interpret({ type: "options", action: "help", options: {} }).type).toBe("say");
  });

  it("says what it cannot show, and what it can", () => {
    const meaning = images.interpret({ type: "text", text: "gallery" });
    expect(meaning.type).toBe("refuse");
    if (meaning.type !== "refuse") return;
    expect(plainLine(meaning.view.title, 0)).toBe(
      "I cannot do “gallery” here, only help, usage, queue, history, show, forget-me, export.",
    );
    expect(meaning.view.lines).toEqual([[{ type: "code", text: "/images help" }]]);
  });
});
