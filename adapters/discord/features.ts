import type { PlatformFeatures } from "../../src/core/features.ts";

/** What Discord has, for the README's table. */
export const DISCORD_FEATURES: PlatformFeatures = {
  slash: "yes",
  options: "typed, with choices and pickers",
  elsewhere: "**Imagine this** on a message",
  progress: "edits, at Discord's pace",
  picture: "yes",
  fit: "re-encoded to fit, with a link to the original",
  buttons: "yes",
  reactions: "yes, where the bot is a member",
  removed: "yes",
  refusals: "ephemeral; for an emoji one message an hour",
  privately: "yes",
  threads: "yes",
  late: "same reply, edited with the bot's own token",
  home: "no such page there",
  moderators: "members who may manage messages",
};
