/** The bot's name in Slack, as the manifest sets it: what people type after /invite. */
export const BOT_NAME = "imagine";

/** A shortcut: a way to a command's form. */
export interface SlackShortcut {
  readonly type: "global" | "message";
  readonly callbackId: string;
  /** At most 24 characters (docs.slack.dev, app manifest). */
  readonly name: string;
  readonly description: string;
  /** The command whose form it opens. */
  readonly command: string;
}

/** Shortcuts are the way in for threads, where Slack has no slash commands. */
export const SHORTCUTS: readonly SlackShortcut[] = [
  {
    type: "global",
    callbackId: "imagine-global",
    name: "Imagine an image",
    description: "Fill in a form and have a picture painted",
    command: "imagine",
  },
  {
    type: "message",
    callbackId: "imagine-message",
    name: "Imagine from message",
    description: "Paint a picture from this message, in its thread",
    command: "imagine",
  },
];
