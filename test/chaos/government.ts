import { type Deed, type Place, within } from "./place.ts";
import type { PlatformName } from "./plan.ts";

/** What owners and moderators order, and what lifts it. */
export const LIFTED_BY = { block: "unblock", pause: "resume", strict: "lenient" } as const;
export type Order = keyof typeof LIFTED_BY;
export type AnyOrder = Order | (typeof LIFTED_BY)[Order];

/** An order as somebody fills it in. */
interface Words {
  readonly action: string;
  /** Whether it is about somebody. */
  readonly about: "somebody" | "everybody";
  readonly waiting?: string;
}

export const WORDS: Readonly<Record<AnyOrder, Words>> = {
  block: { action: "block", about: "somebody" },
  unblock: { action: "unblock", about: "somebody" },
  pause: { action: "pause", about: "everybody" },
  resume: { action: "resume", about: "everybody" },
  strict: { action: "limits", about: "everybody", waiting: "2" },
  lenient: { action: "limits", about: "everybody", waiting: "8" },
};

/** The same as it is typed after the command's name. */
export function typedOrder(what: AnyOrder, somebody: string): string {
  const { action, about, waiting } = WORDS[what];
  const name = about === "somebody" ? ` ${somebody}` : "";
  return action + name + (waiting === undefined ? "" : ` waiting:${waiting}`);
}

/** Longer than a platform waits for an answer, ms. */
const ANSWER_MS = 4000;

/** Orders that hold for some steps. One a platform at a time. */
export interface Government {
  order(platform: PlatformName, what: Order, until: number): Promise<void>;
  /** Lifts what is due, and again what is still not lifted: the store may have failed, or the bot was killed. */
  tick(index: number): Promise<void>;
  /** Lifts everything, and makes sure of it. */
  abdicate(): Promise<void>;
}

export function createGovernment(parts: {
  readonly places: Readonly<Record<PlatformName, Place>>;
  /** Where somebody, or everybody, is kept from asking for pictures now. */
  readonly stopped: () => Promise<ReadonlySet<string>>;
  /** Whoever asks there, up to that step, may be refused. */
  readonly trouble: (platform: PlatformName, until: number) => void;
  readonly note: (line: string) => void;
}): Government {
  const { places, stopped, trouble, note } = parts;
  const orders = new Map<PlatformName, { readonly lift: AnyOrder; readonly at: number }>();

  async function issue(platform: PlatformName, what: AnyOrder): Promise<void> {
    note(`a moderator on ${platform}: ${what}`);
    const deed: Deed = places[platform].order(what);
    await within(deed.over, ANSWER_MS);
  }

  async function lift(platform: PlatformName, index: number): Promise<void> {
    const order = orders.get(platform);
    if (order === undefined) return;
    trouble(platform, index + 1);
    if (index < order.at) return;
    await issue(platform, order.lift);
    if (!(await stopped()).has(platform)) orders.delete(platform);
  }

  return {
    async order(platform, what, until) {
      if (orders.has(platform)) return;
      orders.set(platform, { lift: LIFTED_BY[what], at: until });
      trouble(platform, until + 1);
      await issue(platform, what);
    },
    async tick(index) {
      for (const platform of [...orders.keys()]) await lift(platform, index);
    },
    async abdicate() {
      const end = Date.now() + 5 * ANSWER_MS;
      while (orders.size > 0 && Date.now() < end)
        for (const platform of [...orders.keys()]) await lift(platform, Number.POSITIVE_INFINITY);
    },
  };
}
