import type { Fault } from "../../src/simulator/simulator.ts";
import type { Order } from "./government.ts";
import { createRandom, type Random } from "./random.ts";

export const PLATFORMS = ["playground", "discord", "slack"] as const;
export type PlatformName = (typeof PLATFORMS)[number];

/** What may be wrong with a platform for a while. */
export const PLATFORM_FAULTS = ["reset-before", "reset-after", "trouble", "paced"] as const;
export type PlatformFault = (typeof PLATFORM_FAULTS)[number];

/** What a person does to a message: by its button, or by an emoji on it. */
export const PRESSES = ["reroll", "retry", "cancel", "delete", "send-to-me", "edit"] as const;
export type Press = (typeof PRESSES)[number];

/** One thing that happens. `person` and `target` are chosen among those there are when its turn comes, by a number in [0, 1). */
export type Step =
  | {
      readonly type: "command";
      readonly platform: PlatformName;
      readonly person: number;
      readonly text: string;
      readonly expects: "job" | "refusal";
    }
  | {
      readonly type: "press" | "react";
      readonly platform: PlatformName;
      readonly person: number;
      readonly target: number;
      readonly what: Press;
    }
  | {
      readonly type: "stray";
      readonly platform: PlatformName;
      readonly person: number;
      readonly target: number;
    }
  | { readonly type: "repeat" | "vanish"; readonly platform: PlatformName; readonly target: number }
  | { readonly type: "fal-fault"; readonly fault: Fault }
  | {
      readonly type: "platform-fault";
      readonly platform: PlatformName;
      readonly fault: PlatformFault;
      readonly on: "post" | "edit" | "upload";
    }
  | { readonly type: "store-down"; readonly steps: number }
  /** An order that holds for so many steps. */
  | {
      readonly type: "govern";
      readonly platform: PlatformName;
      readonly what: Order;
      readonly steps: number;
    }
  | { readonly type: "kill" | "restart" | "lull" };

const WEIGHTS = {
  command: 46,
  press: 18,
  react: 10,
  stray: 3,
  repeat: 7,
  vanish: 1,
  "fal-fault": 9,
  "platform-fault": 4,
  "store-down": 0.6,
  kill: 1.4,
  restart: 0.6,
  lull: 4,
  govern: 2,
} satisfies Record<Step["type"], number>;

const PRESS_WEIGHTS = { reroll: 50, retry: 12, cancel: 20, delete: 6, "send-to-me": 6, edit: 8 };

/** Words for the simulator, and how often each is said. */
const DIRECTIVES: Readonly<Record<string, number>> = {
  "": 70,
  content_policy_violation: 4,
  internal_server_error: 2,
  generation_timeout: 2,
  runner_disconnected: 1,
  busy: 1,
  "busy:1": 1,
  submit_503: 1,
  "lost_submit:1": 4,
  "submit_502:1": 3,
  stuck: 1,
  fast: 3,
  slow: 2,
  "status_500:2": 2,
  stream_cut: 2,
  "result_malformed:1": 1,
  no_images: 1,
  webp: 2,
  no_size: 1,
  media_404: 0.5,
  "media_404:1": 1,
  "media_cut:1": 1,
  "media_broken:1": 1,
  "media_html:1": 0.5,
};

/**
 * Everything that will happen: the same for the same numbers. It ends when `jobs` steps may each have led to a job;
 * some of them will not, because there is nothing to press yet or the bot is away. Kinds of steps named in `without`
 * are left out, and the others stay as they are.
 */
export function makePlan(seed: number, jobs: number, without: readonly string[] = []): readonly Step[] {
  const random = createRandom(seed);
  const steps: Step[] = [];
  let left = jobs;
  while (left > 0) {
    const step = nextStep(random, seed, steps.length);
    steps.push(without.includes(step.type) ? { type: "lull" } : step);
    if (maySpawn(step)) left -= 1;
  }
  return steps;
}

/** Whether a job may come of it. */
export function maySpawn(step: Step): boolean {
  if (step.type === "command") return step.expects === "job";
  if (step.type === "press") return step.what === "reroll" || step.what === "retry" || step.what === "edit";
  return step.type === "react" && step.what === "reroll";
}

function nextStep(random: Random, seed: number, index: number): Step {
  const platform = random.pick(PLATFORMS);
  const person = random.next();
  const target = random.next();
  const type = random.weighted(WEIGHTS);
  switch (type) {
    case "command":
      return { type, platform, person, ...words(random, seed, index) };
    case "press":
      return { type, platform, person, target, what: random.weighted(PRESS_WEIGHTS) };
    case "react":
      return {
        type,
        platform,
        person,
        target,
        what: random.weighted({ reroll: 6, delete: 2, "send-to-me": 1 }),
      };
    case "stray":
      return { type, platform, person, target };
    case "repeat":
    case "vanish":
      return { type, platform, target };
    case "fal-fault":
      return { type, fault: falFault(random) };
    case "platform-fault":
      return {
        type,
        platform,
        fault: random.pick(PLATFORM_FAULTS),
        on: random.pick(["post", "edit", "upload"]),
      };
    case "govern":
      return {
        type,
        platform,
        what: random.weighted({ block: 1, pause: 1, strict: 1 }),
        steps: random.between(3, 15),
      };
    case "store-down":
      return { type, steps: random.between(1, 6) };
    default:
      return { type };
  }
}

/** A number in every prompt makes it the only one of its kind. */
function words(
  random: Random,
  seed: number,
  index: number,
): { readonly text: string; readonly expects: "job" | "refusal" } {
  const name = `picture ${seed}-${index}`;
  if (random.next() < 0.03) return { text: "", expects: "refusal" };
  const ratio = random.pick(["", "", " ar:16:9", " ar:1:3"]);
  const chosen = random.next() < 0.15 ? ` seed:${random.between(1, 5)}` : "";
  const directive = random.weighted(DIRECTIVES);
  const said = directive === "" ? "" : ` [sim:${directive}]`;
  return { text: `a ${name}${said}${ratio}${chosen}`, expects: "job" };
}

function falFault(random: Random): Fault {
  const on = random.weighted({ submit: 4, status: 2, stream: 3, result: 2, cancel: 2, history: 2, media: 2 });
  const times = random.between(1, 2);
  const kind = random.weighted({
    status: 4,
    "reset-before": 3,
    "reset-after": 3,
    hang: 0.7,
    slow: 2,
    malformed: 2,
    truncated: 1,
    "wrong-type": 1,
  });
  if (kind === "status") {
    const status = random.pick([500, 502, 503, 429, 404, 403]);
    // What fal refuses it has not taken; what a gateway in trouble says tells nothing.
    return { on, kind, times, status, acts: random.next() < 0.5 && status >= 500 };
  }
  return kind === "slow" ? { on, kind, times, delayMs: 300 } : { on, kind, times };
}
