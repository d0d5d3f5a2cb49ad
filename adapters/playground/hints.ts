import type { CommandDefinition } from "../../src/core/command.ts";
import { type Line, type View, wordsView } from "../../src/core/view.ts";
import { PLAYGROUND_USERS } from "./users.ts";

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
  const known = listed(commands.map(({ name }) => `/${name}`));
  return wordsView("notice", ["There is no such command here. You can use ", ...known, "."]);
}

/** Said where a chat program would let only people be chosen who are there. */
export function nobodyNamed(): View {
  const people = listed(PLAYGROUND_USERS.map(({ id }) => `@${id}`));
  return wordsView("refusal", ["Nobody of that name is here. There are ", ...people, "."]);
}

function listed(words: readonly string[]): Line {
  return words.flatMap(
    (text, index): Line => [
      index === 0 ? "" : index === words.length - 1 ? " and " : ", ",
      { type: "code", text },
    ],
  );
}
