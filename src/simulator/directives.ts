import type { Json } from "../core/model.ts";
import { FAILURES } from "./failures.ts";
import type { Fault } from "./faults.ts";

/** What a word in the prompt does to a request. */
export type DirectiveEffect =
  /** Refused at submit, never queued. */
  | { readonly type: "refuse"; readonly status: number; readonly body: Json }
  /** Accepted, and fails with this word of `FAILURES`. */
  | { readonly type: "fail"; readonly failure: string }
  /** One kind of answer about this request is spoilt, every time. */
  | { readonly type: "spoil"; readonly fault: Fault }
  /** Takes longer by this factor; null: never ends. */
  | { readonly type: "pace"; readonly factor: number | null }
  /** The result or its picture is unusual. */
  | { readonly type: "output"; readonly output: UnusualOutput };

/** `no-images` an empty list · `big` a picture of 30 MB · `webp` WebP bytes under a .png name · `no-size` no width and height. */
export type UnusualOutput = "no-images" | "big" | "webp" | "no-size";

export interface SimulatorDirective {
  /** Written as `[sim:name]` in a prompt; `[sim:name:3]` for refusals and spoilt answers: the first three times only. */
  readonly name: string;
  /** One sentence for a person. */
  readonly meaning: string;
  readonly effect: DirectiveEffect;
}

/** fal's answer to a key it does not know. */
export const UNKNOWN_KEY = "No user found for Key ID and Secret";

function refuse(name: string, meaning: string, status: number, detail: string): SimulatorDirective {
  return { name, meaning, effect: { type: "refuse", status, body: { detail } } };
}

function spoil(name: string, meaning: string, fault: Fault): SimulatorDirective {
  return { name, meaning, effect: { type: "spoil", fault } };
}

/** Every directive a prompt may contain, so that each thing that can go wrong can be seen by hand. */
export const SIMULATOR_DIRECTIVES: readonly SimulatorDirective[] = [
  ...[...FAILURES.values()].map(
    (failure): SimulatorDirective => ({
      name: failure.type,
      meaning: `The request fails with ${failure.status} ${failure.type}.`,
      effect: { type: "fail", failure: failure.type },
    }),
  ),
  refuse(
    "balance",
    "The submit is refused with 403: the account has no money left.",
    403,
    "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.",
  ),
  refuse(
    "budget",
    "The submit is refused with 403: the account's own budget is used up.",
    403,
    "User is locked. Reason: User budget is exceeded.",
  ),
  refuse("bad_key", "The submit is refused with 401: the key is unknown.", 401, UNKNOWN_KEY),
  refuse("busy", "The submit is refused with 429: too many requests.", 429, "Too many requests"),
  refuse("unknown_app", "The submit is refused with 404: no such model.", 404, 'Application "x" not found'),
  refuse("submit_503", "The submit is answered with 503 and nothing is queued.", 503, "Service unavailable"),
  spoil("lost_submit", "The submit is queued, but the connection is cut before the answer.", {
    on: "submit",
    kind: "reset-after",
  }),
  spoil("submit_502", "The submit is queued, but a gateway answers 502.", {
    on: "submit",
    kind: "status",
    status: 502,
    acts: true,
    body: { detail: "Bad gateway" },
  }),
  spoil("status_500", "Every status call is answered with 500.", {
    on: "status",
    kind: "status",
    status: 500,
  }),
  spoil("stream_cut", "The status stream is cut after its first event.", {
    on: "stream",
    kind: "reset-after",
  }),
  spoil("result_malformed", "The result is broken JSON.", { on: "result", kind: "malformed" }),
  spoil("media_404", "The picture is not there.", {
    on: "media",
    kind: "status",
    status: 404,
    body: { detail: "Not found" },
  }),
  spoil("media_cut", "The download breaks off half way.", { on: "media", kind: "truncated" }),
  spoil("media_broken", "The picture's bytes make no sense.", { on: "media", kind: "malformed" }),
  spoil("media_html", "A page comes instead of the picture.", { on: "media", kind: "wrong-type" }),
  spoil("media_huge", "The picture never seems to end (256 MB).", {
    on: "media",
    kind: "huge",
    bytes: 256 * 1024 * 1024,
  }),
  spoil("media_slow", "The download starts after ten seconds.", {
    on: "media",
    kind: "slow",
    delayMs: 10_000,
  }),
  spoil("cancel_500", "Cancelling is answered with 500.", { on: "cancel", kind: "status", status: 500 }),
  { name: "slow", meaning: "Takes five times as long.", effect: { type: "pace", factor: 5 } },
  { name: "fast", meaning: "Takes a tenth of the time.", effect: { type: "pace", factor: 0.1 } },
  { name: "stuck", meaning: "Runs for ever, until it is cancelled.", effect: { type: "pace", factor: null } },
  {
    name: "no_images",
    meaning: "Ends well, with no picture in the result.",
    effect: { type: "output", output: "no-images" },
  },
  {
    name: "big",
    meaning: "The picture has 30 MB, more than platforms take.",
    effect: { type: "output", output: "big" },
  },
  {
    name: "webp",
    meaning: "The picture is WebP although its name ends in .png.",
    effect: { type: "output", output: "webp" },
  },
  {
    name: "no_size",
    meaning: "The result does not say width, height and type.",
    effect: { type: "output", output: "no-size" },
  },
];

/** A directive found in a prompt, with how often it applies. */
export interface FoundDirective {
  readonly directive: SimulatorDirective;
  /** `Infinity` unless a number was written. */
  readonly times: number;
}

/** The directives in a text, in order; words it does not know are left alone. */
export function findDirectives(text: string): readonly FoundDirective[] {
  const found: FoundDirective[] = [];
  for (const match of text.matchAll(/\[sim:([a-z0-9_]+)(?::(\d{1,4}))?\]/gi)) {
    const directive = SIMULATOR_DIRECTIVES.find(({ name }) => name === match[1]?.toLowerCase());
    if (directive === undefined) continue;
    found.push({ directive, times: match[2] === undefined ? Number.POSITIVE_INFINITY : Number(match[2]) });
  }
  return found;
}

/** The text without its directives: what is painted. */
export function withoutDirectives(text: string): string {
  return text.replaceAll(/\[sim:[a-z0-9_:]+\]/gi, " ").trim();
}
