import type { CommandOption } from "../src/core/command.ts";

/** An option with the usual gaps filled in: optional, free, of any length. */
export function option(
  name: string,
  description: string,
  example: string,
  rest: Partial<CommandOption> = {},
): CommandOption {
  return {
    name,
    description,
    type: "string",
    required: false,
    choices: [],
    min: null,
    max: null,
    maxLength: null,
    example,
    ...rest,
  };
}

/** Choices whose labels say what they do. */
export const choices = (labels: Readonly<Record<string, string>>): CommandOption["choices"] =>
  Object.entries(labels).map(([value, label]) => ({ value, label: `${value} · ${label}` }));
