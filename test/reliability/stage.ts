import type { Product } from "../support/product.ts";
import type { Checkpoint } from "./checkpoint.ts";

export type PlatformName = "playground" | "discord" | "slack";
export const PLATFORMS: readonly PlatformName[] = ["playground", "discord", "slack"];

/** A message of the bot's that everybody sees. */
export interface SeenReply {
  readonly id: string;
  /** All its words. */
  readonly text: string;
  /** SHA-256 of every picture in it. */
  readonly pictures: readonly string[];
}

/** How a platform's calls look at the checkpoint; null where the platform is in the product itself. */
export interface PlatformCalls {
  readonly post: RegExp;
  readonly upload: RegExp;
  readonly showPicture: RegExp;
}

/** One platform, with one person in one channel. */
export interface Stage {
  readonly name: PlatformName;
  readonly environment: Readonly<Record<string, string>>;
  readonly outside: { readonly checkpoint: Checkpoint; readonly calls: PlatformCalls } | null;
  /** Resolves when the product hears people. */
  enter(product: Product): Promise<void>;
  /** Sends `/imagine` and does not wait for what comes of it. @default prompt PROMPT */
  imagine(prompt?: string): void;
  /** Draws the first reply again, and does not wait. */
  reroll(): void;
  /** Presses Cancel on the newest reply, and does not wait. */
  cancel(): void;
  /** Delivers the last deed once more, as platforms do when they heard no answer. */
  redeliver(): void;
  /** What stands in the channel now, oldest first. */
  replies(): Promise<readonly SeenReply[]>;
  /** What the bot said to single people, oldest first. */
  privately(): readonly string[];
  /** Rules of the platform that were broken, as sentences. */
  complaints(): readonly string[];
  close(): Promise<void>;
}

export const PROMPT = "a lighthouse at dusk";

/** A deed whose answer nobody waits for: the process may be killed under it. */
export function unawaited(deed: Promise<unknown>): void {
  deed.catch(() => undefined);
}

/** @throws Error, since a deed needs a reply to be done on */
export function nothingThere(place: string): never {
  throw new Error(`There is no reply in ${place}.`);
}
