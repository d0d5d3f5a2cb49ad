import type { CommandAction, CommandOption } from "../../src/core/command.ts";
import { PLAYGROUND_CHANNELS, PLAYGROUND_ROLES, PLAYGROUND_USERS } from "./users.ts";

/**
 * An action's words with the person, the role and the channel in them written by their ids: `@Chloé` and `Chloé`
 * become `@chloe`. Only where the action takes such a one, and only the first: a prompt to test stays as typed.
 * Null when the action needs a person and names nobody who lives here.
 */
export function withIds(words: string, { options }: CommandAction): string | null {
  const open = new Set(options);
  // Words as commands read them: what is in quotes is one word, and no mention.
  const written = words.replace(/(?:[^\s"“”]+[:=])?["“][^"“”]*["”]|\S+/gu, (word) => {
    const [, key = "", name = ""] = /^([a-z-]+[:=])?[@#]?([^@#:="“]+)$/iu.exec(word) ?? [];
    for (const option of open) {
      const mention = mentionOf(option, name);
      if (mention === null || (key !== "" && key.slice(0, -1).toLowerCase() !== option.name)) continue;
      open.delete(option);
      return key + mention;
    }
    return word;
  });
  const isNobody = words.trim() !== "" && [...open].some(({ type, required }) => type === "user" && required);
  return isNobody ? null : written;
}

/** The mention by id of who or what has this name and may be given for the option; null: nothing has. */
function mentionOf({ type }: CommandOption, name: string): string | null {
  const wanted = folded(name);
  switch (type) {
    case "user": {
      const user = PLAYGROUND_USERS.find((one) => one.id === wanted || folded(one.name) === wanted);
      return user === undefined ? null : `@${user.id}`;
    }
    case "role":
      return PLAYGROUND_ROLES.includes(wanted) ? `@${wanted}` : null;
    case "channel":
      return PLAYGROUND_CHANNELS.some(({ id }) => id === wanted) ? `#${wanted}` : null;
    case "string":
    case "integer":
      return null;
  }
}

/** Without capitals and accents. */
function folded(name: string): string {
  return name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
