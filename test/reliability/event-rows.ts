import type { Bot } from "../chaos/bot.ts";
import type { Deed, Place, Seen } from "../chaos/place.ts";
import type { Press } from "../chaos/plan.ts";

/** One person in front of a bot. */
export interface EventScene {
  readonly place: Place;
  readonly bot: Bot;
  /** Asks for a picture and waits until it stands. */
  picture(): Promise<Seen>;
  /** Asks for one that is painted for ever, and waits until it is begun. */
  endless(): Promise<Seen>;
  press(message: Seen, what: Press): Deed;
  react(message: Seen, emoji: string, change?: "added" | "removed"): Deed;
  repeat(): Deed;
  /** Waits until nothing is going on any more. */
  quiet(): Promise<void>;
}

/** Something platforms do with events besides delivering each once and in order. */
export interface EventRow {
  readonly name: string;
  /** How the replies end, oldest first. */
  readonly ends: string;
  run(scene: EventScene): Promise<unknown>;
}

const DICE = "🎲";

export const EVENT_ROWS: readonly EventRow[] = [
  {
    name: "a command comes twice at once",
    ends: "picture",
    run: async (scene) => {
      scene.place.command(scene.place.people[0], "a lighthouse");
      scene.repeat();
    },
  },
  {
    name: "a command comes again when its picture stands",
    ends: "picture",
    run: async (scene) => {
      await scene.picture();
      scene.repeat();
    },
  },
  {
    name: "Reroll comes twice at once",
    ends: "picture + picture",
    run: async (scene) => {
      scene.press(await scene.picture(), "reroll");
      scene.repeat();
    },
  },
  {
    name: "Reroll comes again when its picture stands",
    ends: "picture + picture",
    run: async (scene) => {
      scene.press(await scene.picture(), "reroll");
      await scene.quiet();
      scene.repeat();
    },
  },
  {
    name: "a form's answers come twice",
    ends: "picture + picture",
    run: async (scene) => {
      await scene.press(await scene.picture(), "edit").over;
      scene.repeat();
    },
  },
  {
    name: "🎲 comes twice at once",
    ends: "picture + picture",
    run: async (scene) => {
      scene.react(await scene.picture(), DICE);
      scene.repeat();
    },
  },
  {
    name: "🎲 comes again when its picture stands",
    ends: "picture + picture",
    run: async (scene) => {
      scene.react(await scene.picture(), DICE);
      await scene.quiet();
      scene.repeat();
    },
  },
  {
    name: "🎲 is put on, taken off and put on: as it was",
    ends: "picture + picture + picture",
    run: async (scene) => {
      const message = await scene.picture();
      for (const change of ["added", "removed", "added"] as const) {
        await scene.react(message, DICE, change).over;
        await scene.quiet();
      }
    },
  },
  {
    name: "🎲 is put on, taken off and put on: the last two the other way round",
    ends: "picture + picture",
    run: async (scene) => {
      const message = await scene.picture();
      for (const change of ["added", "added", "removed"] as const) {
        await scene.react(message, DICE, change).over;
        await scene.quiet();
      }
    },
  },
  {
    name: "🎲 is put on and taken off: the other way round",
    ends: "picture + picture",
    run: async (scene) => {
      const message = await scene.picture();
      for (const change of ["removed", "added"] as const) await scene.react(message, DICE, change).over;
    },
  },
  {
    name: "🎲 overtakes the picture it is about",
    ends: "cancelled",
    run: async (scene) => {
      const message = await scene.endless();
      await scene.react(message, DICE).over;
      scene.press(message, "cancel");
    },
  },
  {
    name: "Cancel comes twice at once",
    ends: "cancelled",
    run: async (scene) => {
      scene.press(await scene.endless(), "cancel");
      scene.repeat();
    },
  },
  {
    name: "Cancel comes again when it is cancelled",
    ends: "cancelled",
    run: async (scene) => {
      scene.press(await scene.endless(), "cancel");
      await scene.quiet();
      scene.repeat();
    },
  },
  {
    name: "❌ comes twice at once",
    ends: "gone",
    run: async (scene) => {
      scene.react(await scene.picture(), "❌");
      scene.repeat();
    },
  },
];
