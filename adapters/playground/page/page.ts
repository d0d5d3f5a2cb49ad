import type { Ticker } from "./ticker.ts";
import type { WireUser } from "./wire.ts";

/** What every part of the page may ask of the whole. */
export interface Page {
  readonly ticker: Ticker;
  /** Who one is now. */
  user(): string;
  userById(id: string): WireUser | null;
  /** Sends what the person did, opens a form when asked for one, and shows a refusal. False when it was refused. */
  act(deed: "command" | "form" | "action" | "reaction" | "dismiss", body: object): Promise<boolean>;
  /** Puts a text into the composer, ready to be changed or sent. */
  compose(text: string): void;
  /** Scrolls to a message and marks it for a moment, or says that it is gone. */
  jumpTo(messageId: string): void;
  /** Names of hidden pictures that were asked for, until the page is loaded again. */
  readonly uncovered: Set<string>;
}
