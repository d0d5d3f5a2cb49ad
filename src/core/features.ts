/** What people can do, for the table that shows it platform by platform. */
export const FEATURES = {
  slash: "`/imagine` and `/images help`",
  options: "Options",
  elsewhere: "Another way in",
  progress: "Progress in the reply: place, elapsed and expected time, log line",
  picture: "Picture in the same reply, with alt text",
  fit: "Pictures over the platform's limit",
  buttons: "Buttons: Reroll, Edit, Use prompt, Send to me, Delete, Cancel, Try again",
  reactions: "Emoji: 🎲 🔁 🔄 again, ❌ cancel or delete, ✉️ to me",
  removed: "Taking an emoji off and putting it on again is a new press",
  refusals: "Refusals only the person sees",
  privately: "Use in private messages",
  threads: "Use in threads",
  late: "Results after a long wait or a restart",
  home: "A page of the bot's own",
  moderators: "Who may cancel and delete besides the requester",
} as const;

export type Feature = keyof typeof FEATURES;

/** How a platform has each feature, in a few words. Every adapter declares one; the compiler asks for every feature. */
export type PlatformFeatures = Readonly<Record<Feature, string>>;
