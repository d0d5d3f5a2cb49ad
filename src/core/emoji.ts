import type { Intent } from "./model.ts";

/** One emoji that means something on a reply. */
export interface EmojiMeaning {
  /** The canonical name, the same on every platform: Slack's. */
  readonly name: string;
  /** As people see it, with its variation selector where it needs one. */
  readonly unicode: string;
  /** Slack's other names for it (github.com/iamcal/emoji-data, `short_names`). */
  readonly aliases: readonly string[];
  readonly intent: Intent;
  /** What it does, in a few words, for help and manifests. */
  readonly meaning: string;
}

/** Every emoji we listen to. `delete` of an unfinished job is a cancel. */
export const EMOJI: readonly EmojiMeaning[] = [
  {
    name: "game_die",
    unicode: "🎲",
    aliases: [],
    intent: "reroll",
    meaning: "draw it again with a new seed",
  },
  { name: "repeat", unicode: "🔁", aliases: [], intent: "reroll", meaning: "draw it again with a new seed" },
  {
    name: "arrows_counterclockwise",
    unicode: "🔄",
    aliases: [],
    intent: "reroll",
    meaning: "draw it again with a new seed",
  },
  { name: "x", unicode: "❌", aliases: [], intent: "delete", meaning: "cancel it, or take it away" },
  {
    name: "envelope",
    unicode: "✉️",
    aliases: ["email"],
    intent: "send-to-me",
    meaning: "send me a private copy",
  },
];

/** Skin tones and variation selectors, which change how an emoji looks and not which it is. */
const LOOKS = /[\u{1F3FB}-\u{1F3FF}\u{FE0E}\u{FE0F}]|:{1,2}skin-tone-\d/gu;

const BY_NAME: ReadonlyMap<string, EmojiMeaning> = new Map(
  EMOJI.flatMap((emoji) =>
    [emoji.name, ...emoji.aliases, emoji.unicode.replace(LOOKS, "")].map((name) => [name, emoji] as const),
  ),
);

/**
 * What an emoji asks for, given as a character or as a Slack name, with or without colons; null for a stray one.
 * A custom emoji that merely has such a name must be kept out by its adapter.
 */
export function intentOfEmoji(raw: string): { readonly intent: Intent; readonly emoji: string } | null {
  const found = BY_NAME.get(raw.replace(LOOKS, "").replace(/^:|:$/gu, ""));
  return found === undefined ? null : { intent: found.intent, emoji: found.name };
}
