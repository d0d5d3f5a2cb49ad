import type { CommandDefinition } from "../src/core/command.ts";
import { isBlank } from "../src/core/grammar.ts";
import { help } from "./help.ts";
import { refusal, repeated } from "./views.ts";

/** `/images`: everything about pictures that is not asking for one. */
export const images: CommandDefinition = {
  name: "images",
  description: "How to ask for pictures, and what you can do with them",
  options: [
    {
      name: "action",
      description: "What to show",
      type: "string",
      required: false,
      choices: [{ label: "help · how it works", value: "help" }],
      min: null,
      max: null,
      maxLength: null,
      example: "help",
    },
  ],
  interpret(input) {
    const typed = input.type === "text" ? input.text : String(input.options["action"] ?? "");
    const action = typed.trim().replace(/^action[:=]\s*/iu, "");
    if (isBlank(action) || action.toLowerCase() === "help") return help();
    return refusal(`I cannot show ${repeated(action)}: there is only help.`, "/images help");
  },
};
