import { beforeAll, describe, expect, it } from "vitest";
import { makePlan, maySpawn } from "./plan.ts";
import { createRandom } from "./random.ts";
import { runChaos, warmUp } from "./run.ts";

describe("a plan", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(makePlan(7, 50)).toEqual(makePlan(7, 50));
    expect(makePlan(7, 50)).not.toEqual(makePlan(8, 50));
  });

  it("stays the same in its other steps when some kinds are left out", () => {
    const whole = makePlan(7, 50);
    const tame = makePlan(7, 50, ["kill"]);
    expect(tame).toEqual(whole.map((step) => (step.type === "kill" ? { type: "lull" } : step)));
    expect(whole.filter(maySpawn)).toHaveLength(50);
  });

  it("chooses by weights, and never what weighs nothing", () => {
    const random = createRandom(1);
    const chosen = Array.from({ length: 200 }, () => random.weighted({ often: 9, seldom: 1, never: 0 }));
    const often = chosen.filter((one) => one === "often").length;
    expect(often).toBeGreaterThan(150);
    expect(often).toBeLessThan(200);
    expect(chosen).not.toContain("never");
  });
});

describe("the whole bot under chaos", () => {
  beforeAll(warmUp);

  it.each([2, 7])("breaks no invariant with seed %i", { timeout: 180_000 }, async (seed) => {
    const { breaches, trail, jobs, done } = await runChaos({ seed, jobs: 60 });
    expect(breaches, trail.join("\n")).toEqual([]);
    expect(jobs).toBeGreaterThan(20);
    expect(done).toBeGreaterThan(0);
  });
});
