import type { CommandDefinition, CommandOption } from "../../src/core/command.ts";
import type { WireCommand, WireCommandOption } from "./page/wire.ts";
import { isStaff, PLAYGROUND_CHANNELS, PLAYGROUND_ROLES, PLAYGROUND_USERS } from "./users.ts";

/** Commands this person is told of; who knows of another may send it all the same, and the core decides. */
export function commandsFor(
  user: string,
  commands: readonly CommandDefinition[],
): readonly CommandDefinition[] {
  return commands.filter(({ audience }) => audience === "everyone" || isStaff(user));
}

/** A command as the composer completes it. */
export function wireCommand({ name, description, options, actions }: CommandDefinition): WireCommand {
  return {
    name,
    description,
    options: options.map(wireOption),
    actions: actions.map((action) => ({
      name: action.name,
      description: action.description,
      options: action.options.map(wireOption),
      rest: action.rest,
    })),
  };
}

function wireOption(option: CommandOption): WireCommandOption {
  const { name, description, required, example } = option;
  return { name, description, required, example, choices: choicesOf(option) };
}

/** People, roles and channels are chosen as from a picker, written as mentions. */
function choicesOf({ type, choices }: CommandOption): WireCommandOption["choices"] {
  switch (type) {
    case "user":
      return PLAYGROUND_USERS.map(({ id, name }) => ({ value: `@${id}`, label: name }));
    case "role":
      return PLAYGROUND_ROLES.map((role) => {
        const members = PLAYGROUND_USERS.filter(({ roles }) => roles.includes(role));
        return { value: `@${role}`, label: members.map(({ name }) => name).join(", ") };
      });
    case "channel":
      return PLAYGROUND_CHANNELS.map(({ id, about }) => ({ value: `#${id}`, label: about }));
    case "string":
    case "integer":
      return choices;
  }
}
