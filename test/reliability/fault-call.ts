import type { Job } from "../../src/core/model.ts";
import type { SimulatorOptions } from "../../src/simulator/simulator.ts";
import type { Bot } from "../chaos/bot.ts";
import type { Outside } from "../chaos/outside.ts";
import type { Place, Seen } from "../chaos/place.ts";
import type { PlatformName } from "../chaos/plan.ts";
import type { TurningClock } from "../support/turning-clock.ts";
import type { FaultyLine, WireFault } from "./faulty-line.ts";

/** Who does not answer as they should. */
export type Side = "fal" | "discord" | "slack";

/** One outside call, and what leads to it: a column of the fault matrix. */
export interface OutsideCall {
  readonly name: string;
  readonly side: Side;
  readonly platform: PlatformName;
  /** As the line sees it. */
  readonly call: RegExp;
  /** The call of the same side right before it; null: there is none. */
  readonly before: RegExp | null;
  readonly simulator?: SimulatorOptions;
  /** Jobs there are in the end. @default 1 */
  readonly jobs?: number;
  /** What happens before anything goes wrong. */
  prepare?(scene: Scene): Promise<void>;
  /** What a person does then. */
  act(scene: Scene): Promise<void> | void;
  /** Whether somebody has read the private words, where no job is about it. */
  told?(scene: Scene): boolean;
}

/** `refused`: nobody listens there for a while. */
export type Fault = WireFault | { readonly type: "refused" };

/** A row of the fault matrix. It may look different to each call, as an error of a vendor's own catalogue does. */
export interface FaultRow {
  readonly name: string;
  /** `once`: it makes no sense that it lasts. @default "once and lasting" */
  readonly strikes?: "once";
  /** The bot waits as long as its SDKs do: its time may not run far ahead of theirs. @default "fast" */
  readonly time?: "slow";
  /** How long it lasts, ms of the bot's time. @default as long as the side's others */
  readonly lastsMs?: number;
  /** Null where this call is never answered so. */
  fault(call: OutsideCall, scene: Scene): Fault | null;
}

/** One bot on one platform, with a line to one side that can be broken. */
export interface Scene {
  readonly outside: Outside;
  /** The bot's. */
  readonly clock: TurningClock;
  readonly place: Place;
  readonly bot: Bot;
  readonly line: FaultyLine;
  jobs(): readonly Job[];
  /** Asks for a picture. */
  say(prompt: string): void;
  /** Notes that a person now asks for another one by a button or an emoji. */
  wish(parent: Job): void;
  /** Takes every message of the bot's away. */
  vanish(): Promise<void>;
  /** Resolves when it holds. @throws Error that says what did not come to be */
  when(holds: () => boolean | Promise<boolean>, what: string): Promise<void>;
  seen(): Promise<readonly Seen[]>;
}
