import type { PlatformFeatures } from "../../src/core/features.ts";

/** What the playground has, for the README's table. */
export const PLAYGROUND_FEATURES: PlatformFeatures = {
  slash: "yes",
  options: "typed as text, completed as you type",
  elsewhere: "Use prompt, examples",
  progress: "live",
  picture: "yes",
  fit: "up to 64 MiB as painted",
  buttons: "yes",
  reactions: "yes",
  removed: "yes",
  refusals: "yes",
  privately: "private words in the channel",
  threads: "no threads there",
  late: "same reply",
  home: "no",
  moderators: "Ada and Dora",
};
