import type { AnyOrder } from "./government.ts";
import type { PlatformFault, PlatformName, Press } from "./plan.ts";

/** A public message of the bot's as a reader sees it. */
export interface Seen {
  readonly platform: PlatformName;
  /** As the core knows the message. */
  readonly key: string;
  readonly shows: "running" | "picture" | "failed" | "cancelled" | "words";
  readonly pictures: number;
  /** All its words. */
  readonly text: string;
}

/** Something a person did, on its way to the bot or already there. */
export interface Deed {
  /** The platform's id of the delivery, where the platform gives it one. */
  readonly deliveryId: string | null;
  /** Resolves when the platform has had its answer, or will not get one. Never rejects. */
  readonly over: Promise<void>;
}

/** A chat platform with people in it, which goes on when the bot is gone. */
export interface Place {
  readonly name: PlatformName;
  readonly people: readonly [string, ...string[]];
  command(person: string, text: string): Deed;
  /** Null when the message offers no such thing. */
  press(person: string, message: Seen, what: Press): Deed | null;
  /** @default "added" */
  react(person: string, message: Seen, emoji: string, change?: "added" | "removed"): Deed | null;
  /** The owner orders it with `/images-admin`; never delivered again. */
  order(what: AnyOrder): Deed;
  /** Delivers an earlier thing once more. */
  repeat(): Deed | null;
  /** A person takes the message away, without the bot. */
  vanish(message: Seen): void;
  fault(fault: PlatformFault, on: "post" | "edit" | "upload"): void;
  calm(): void;
  /** What the bot said to single people, oldest first. */
  privately(): Promise<readonly string[]>;
  /** Every public message of the bot's that is there now. */
  seen(): Promise<readonly Seen[]>;
  close(): Promise<void>;
}

/** What a message shows, by its title and its pictures. */
export function showing(text: string, pictures: number): Seen["shows"] {
  if (pictures > 0) return "picture";
  if (text.includes("No picture")) return "failed";
  if (text.includes("Cancelled by")) return "cancelled";
  return /Waiting|Starting|Paused|Checking|Painting|Cancelling|Painted/.test(text) ? "running" : "words";
}

/** Ends quietly with the work, with the signal, or after so long, ms. */
export function within(work: Promise<unknown>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
    if (signal?.aborted) return done();
    signal?.addEventListener("abort", done, { once: true });
    work.then(done, done);
  });
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Looks again and again until it holds, or so long has passed, ms. */
export async function until(holds: () => boolean, ms: number): Promise<void> {
  for (const end = Date.now() + ms; !holds() && Date.now() < end; ) await pause(5);
}
