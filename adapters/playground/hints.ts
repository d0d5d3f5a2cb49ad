import type { CommandDefinition } from "../../src/core/command.ts";
import { type Line, type View, wordsView } from "../../src/core/view.ts";

/** Said to a person who talks but has not painted: only the playground has people who know nothing yet. */
export function paintingHint(): View {
  return wordsView("notice", [
    "This is a channel to try things in. To paint, type ",
    { type: "code", text: "/imagine" },
    " and what you would like to see.",
  ]);
}

/** Said where a chat program would answer by itself that it knows no such command. */
export function unknownCommand(commands: readonly CommandDefinition[]): View {
  const known = commands.flatMap(
    ({ name }, index): Line => [
      index === 0 ? "" : index === commands.length - 1 ? " and " : ", ",
      { type: "code", text: `/${name}` },
    ],
  );
  return wordsView("notice", ["There is no such command here. You can use ", ...known, "."]);
}
