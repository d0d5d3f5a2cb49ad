import { vi } from "vitest";
import { FAILURE_SENTENCES } from "../../src/core/sentences.ts";
import { createDiscordPlace } from "./discord-place.ts";
import type { Place, PlatformName, Told } from "./place.ts";
import { createPlaygroundPlace } from "./playground-place.ts";
import { createSlackPlace } from "./slack-place.ts";

/** Far longer than anything takes here; only there so that a failure says what was seen instead. */
const PATIENCE_MS = 150_000;

/** How many people ask on each platform. */
export type Shares = Readonly<Record<PlatformName, number>>;

/** People on three platforms who all want pictures, each request with a number of its own. */
export interface Crowd {
  readonly places: readonly Place[];
  /** The variables that lead the built product to all of them. */
  readonly environment: Readonly<Record<string, string>>;
  enter(url: string): Promise<void>;
  /** Everybody asks at once, no answer awaited. `prompt` gives the words by the request's number. */
  ask(shares: Shares, prompt?: (n: number) => string): void;
  /** Resolves when each request that was asked since `since` has a reply in the channel or a private refusal. */
  answered(since: Answers): Promise<void>;
  /** Resolves when it holds of what people see. */
  until(what: string, holds: (answers: Answers) => boolean): Promise<Answers>;
  answers(): Answers;
  close(): Promise<void>;
}

/** What became of the requests, as people see it. */
export interface Answers {
  /** Requests asked so far. */
  readonly asked: number;
  /** Numbers of the requests that have a reply. */
  readonly accepted: ReadonlySet<number>;
  /** Numbers of the requests with a picture in their reply, once for each reply with one. */
  readonly painted: readonly number[];
  /** Replies that say that nobody knows whether fal got the request. */
  readonly unknown: number;
  readonly refused: readonly Told[];
}

const NUMBER = /request-(\d+)\b/;

export async function openCrowd(): Promise<Crowd> {
  const places = [await createDiscordPlace(), await createSlackPlace(), createPlaygroundPlace()];
  let asked = 0;

  function answers(): Answers {
    const seen = places.flatMap((place) => place.seen());
    const numbered = seen.flatMap(({ text, pictures }) => {
      const number = NUMBER.exec(text)?.[1];
      return number === undefined ? [] : [{ number: Number(number), pictures }];
    });
    return {
      asked,
      accepted: new Set(numbered.map(({ number }) => number)),
      painted: numbered.flatMap(({ number, pictures }) => Array.from({ length: pictures }, () => number)),
      unknown: seen.filter(({ text }) => text.includes(FAILURE_SENTENCES["unknown-fate"])).length,
      refused: places.flatMap((place) => place.told()),
    };
  }

  const until: Crowd["until"] = (what, holds) =>
    vi.waitFor(
      () => {
        const now = answers();
        if (holds(now)) return now;
        const { accepted, painted, refused } = now;
        throw new Error(
          `Not so far: ${what}. ${accepted.size} accepted, ${painted.length} painted, ${refused.length} refused.`,
        );
      },
      { timeout: PATIENCE_MS, interval: 400 },
    );

  return {
    places,
    environment: Object.assign({}, ...places.map(({ environment }) => environment)),
    async enter(url) {
      for (const place of places) await place.enter(url);
    },
    ask(shares, prompt = (n) => `request-${n}`) {
      const most = Math.max(...Object.values(shares));
      // One of each platform after the other, so that all three want what there is.
      for (let round = 0; round < most; round += 1)
        for (const place of places) {
          if (round >= shares[place.name]) continue;
          asked += 1;
          place.type(place.somebody(asked), { command: "imagine", values: { prompt: prompt(asked) } });
        }
    },
    async answered(since) {
      const newly = ({ accepted }: Answers) => [...accepted].filter((n) => n > since.asked).length;
      await until(
        "every request is answered",
        (now) => newly(now) + now.refused.length - since.refused.length === now.asked - since.asked,
      );
    },
    until,
    answers,
    close: async () => {
      for (const place of places) await place.close();
    },
  };
}
