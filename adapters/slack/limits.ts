import type { PictureRules, PlatformLimits } from "../../src/core/ports.ts";

/**
 * Slack's numbers. Sources: [R] rate limits, [B] Block Kit reference, [V] views reference, [F] files.* reference,
 * [I] interactivity pages, all under docs.slack.dev; [M] measured here.
 */
export const SLACK_LIMITS = {
  /** Characters of `text` in chat.update; chat.postMessage takes ten times that. [R: chat.update] */
  updateText: 4000,
  /** Blocks in one message. [B] */
  messageBlocks: 50,
  /** Characters of one section; rich text has no limit of its own in the reference, so it keeps to this one. [B: section] */
  sectionText: 3000,
  /** Characters of all blocks of a message; Slack refuses more than some 11,000 (slackapi/bolt-js#2509 and #2867). */
  messageText: 9000,
  /** Blocks in a modal or on the home page. [V] */
  viewBlocks: 100,
  /** Characters of an image's alt text. [B: image] */
  altText: 2000,
  /** Buttons in one actions block. [B: actions] */
  buttons: 25,
  /** Characters on a button. [B: button] */
  buttonText: 75,
  /** Characters of an action_id and of a block_id. [B] */
  actionId: 255,
  /** Confirm dialog: title, text, each of its buttons. [B: confirmation dialog] */
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  /** Characters of a header block. [B: header] */
  header: 150,
  /** Characters of a modal's title and of its buttons. [V] */
  viewTitle: 24,
  /** Characters of a plain-text input. [B: plain text input] */
  inputText: 3000,
  /** Characters of an option's label and of its value. [B: option] */
  optionText: 75,
  optionValue: 150,
  /** Options in a select menu. [B: select] */
  options: 100,
  /** Characters of a view's private_metadata. [V] */
  metadata: 3000,
  /** Time to acknowledge, ms; we are earlier. [I] */
  acknowledge: 3000,
} as const;

/** Left without a decision for this long, an event is acknowledged without a word, ms: Slack waits three seconds. */
export const ACK_DEADLINE_MS = 2000;

/** Least time between two posts in one channel, ms, from one's answer to the next. Slack allows one a second. [R] */
export const POST_GAP_MS = 1010;

/**
 * Calls of chat.update in one workspace. Tier 3 allows 50 a minute; two are kept for other processes and the window
 * is a second longer, because Slack counts when a call arrives and we when it leaves. [R]
 */
export const UPDATE_BUDGET = { count: 48, windowMs: 61_000 } as const;

/** What the core may plan with: chat.update is tier 3, and a fifth of it is left for results. [R] */
export const PLATFORM_LIMITS: PlatformLimits = {
  replyGapMs: 3000,
  sharedEdits: { count: 40, windowMs: 60_000 },
};

/** Image blocks show these types only, and a file has at most 1 GB. [B: image, F] */
export const PICTURE_RULES: PictureRules = {
  maxBytes: 1_000_000_000,
  types: ["image/png", "image/jpeg", "image/gif"],
};

/** How long a file may be worked on by Slack before the picture goes into the thread instead, ms. */
export const FILE_READY_MS = 30_000;

/** Two of Slack's up to ten Socket Mode connections: while one is replaced the other one listens. [I, M] */
export const SOCKET_CONNECTIONS = 2;

/** `text` cut to `most` UTF-16 units, as Slack counts, never within a character; an ellipsis marks the cut. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.codePointAt(most - 2) === text.charCodeAt(most - 2) ? most - 1 : most - 2;
  return `${text.slice(0, end)}…`;
}
