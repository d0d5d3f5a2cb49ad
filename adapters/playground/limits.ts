import type { PictureRules, PlatformLimits } from "../../src/core/ports.ts";

/** The playground is our own, so these are choices, not somebody's rules. */
export const PLAYGROUND_LIMITS: PlatformLimits = {
  // Often enough to look alive, seldom enough that a screen reader can keep up.
  replyGapMs: 250,
  sharedEdits: { count: 200, windowMs: 1000 },
};

/** What every current browser shows, up to 64 MiB. */
export const PLAYGROUND_PICTURES: PictureRules = {
  maxBytes: 64 * 1024 * 1024,
  types: ["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"],
};

/** Largest document in bytes: far over an export of every job the bot keeps. */
export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

/** Messages kept; older ones go, with their pictures and documents. */
export const KEPT_MESSAGES = 500;
/** Messages beyond the kept ones that may pile up before the next clearing. */
export const TRIM_SLACK = 20;
/** Different emoji on one message. */
export const MAX_EMOJI_KINDS = 20;
/** Longest typed text in characters: far over any prompt, so that the core is the one to refuse it. */
export const MAX_TEXT_LENGTH = 12_000;
/** Largest request body in bytes. */
export const MAX_BODY_BYTES = 128 * 1024;
/** Event streams open at once. */
export const MAX_STREAMS = 100;
/** Time between two signs of life on a silent stream. */
export const HEARTBEAT_MS = 15_000;
/** Bytes a slow reader may lag behind before it is cut off; it reconnects to the whole state. */
export const MAX_STREAM_BACKLOG_BYTES = 2 * 1024 * 1024;
