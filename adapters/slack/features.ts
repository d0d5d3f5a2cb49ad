import type { PlatformFeatures } from "../../src/core/features.ts";

/** What Slack has, for the README's table. */
export const SLACK_FEATURES: PlatformFeatures = {
  slash: "yes",
  options: "typed as text",
  elsewhere: "shortcuts **Imagine an image** and **Imagine from message**",
  progress: "edits, within the workspace's budget",
  picture: "yes (PNG, JPEG, GIF)",
  fit: "re-encoded to fit, with a link to the original",
  buttons: "yes",
  reactions: "yes, where the bot is a member",
  removed: "yes",
  refusals: "ephemeral",
  privately: "yes",
  threads: "by shortcut; rerolls answer in the thread",
  late: "same reply",
  home: "App Home",
  moderators: "workspace admins, with the optional scope `users:read`",
};
