import type { CommandAction, CommandDefinition, CommandMeaning } from "../src/core/command.ts";
import { readAction } from "./actions.ts";
import { help } from "./help.ts";
import { choices, option } from "./options.ts";
import { refusal } from "./views.ts";

const action = (
  name: string,
  description: string,
  options: CommandAction["options"] = [],
  rest: string | null = null,
): CommandAction => ({ name, description, options, rest });

/** `/images`: everything about a person's pictures that is not asking for one. */
export const images: CommandDefinition = {
  name: "images",
  description: "Your pictures: what is left, what waits, what was painted",
  audience: "everyone",
  options: [],
  actions: [
    action("help", "How to ask for pictures, and what you can do with them"),
    action("usage", "How many pictures you have left, and what they cost"),
    action("queue", "What is being painted and what waits, with your places"),
    action("history", "Your latest pictures"),
    action("show", "One of your pictures again", [
      option("id", "The picture's id, as in your history", "abcdefgh2345", { required: true, maxLength: 40 }),
    ]),
    action("forget-me", "Delete what is stored about you", [
      option("sure", "yes deletes; without it you see what would be deleted", "yes", {
        choices: choices({ yes: "delete it now" }),
      }),
    ]),
    action("export", "A file with what is stored about you, as a private message"),
  ],
  interpret(input): CommandMeaning {
    const read = readAction(images, input, "help");
    if (read.type === "problem") return refusal(read.sentence, read.example);
    switch (read.action) {
      case "usage":
      case "queue":
      case "history":
      case "export":
        return { type: "query", query: { type: read.action } };
      case "show":
        return { type: "query", query: { type: "show", jobId: read.values.get("id")?.toLowerCase() ?? "" } };
      case "forget-me":
        return { type: "query", query: { type: "forget-me", sure: read.values.has("sure") } };
      default:
        return help();
    }
  },
};
