import { describe, expect, it, vi } from "vitest";
import { runCell } from "./cell.ts";
import { type Change, HALT } from "./changed-build.ts";
import { runSecondProcess } from "./second-process.ts";
import { STEPS, type Step } from "./steps.ts";

vi.setConfig({ testTimeout: 240_000 });

/** A broken build never gets where it should; how long it is given, ms. */
const PATIENCE_MS = 6_000;

const MARK_AFTER_SUBMIT: Change = {
  file: "src/core/take-run.js",
  from: '{ state: "submitting", submittingAt: now }',
  to: "{ submittingAt: now }",
};
/** Two guards hold here: nobody is admitted twice, and a job is stored once. */
const NO_LOOK_BEFORE: Change = {
  file: "src/core/acceptance.js",
  from: "if ((await store.get(id)) !== null)",
  to: "if (false)",
};
const NO_INSERT_IF_ABSENT: Change = {
  file: "src/core/generation.js",
  from: "if (!(await store.insert(job)))",
  to: "await store.save(job); if (false)",
};
const NO_LOCK: Change = {
  file: "src/storage/single-instance.js",
  from: 'lock.exec("BEGIN EXCLUSIVE");',
  to: "",
};
/** And killed in between. */
const INDEX_WRITTEN_LAST: Change = {
  file: "src/storage/job-store.js",
  from: "insert: (job) => texts.insert(recordEntry(job), indexEntries(job)),",
  to: `insert: async (job) => {
    const isNew = await texts.insert(recordEntry(job), []);
    ${HALT};
    await texts.setMany(indexEntries(job));
    return isNew;
  },`,
};

function step(name: string): Step {
  return STEPS.find((one) => one.name === name) ?? expect.unreachable(`There is no step ${name}.`);
}

describe.concurrent("a build in which", () => {
  it("the mark is written after the submit pays twice for a lost ticket", async ({ expect }) => {
    const changes = [MARK_AFTER_SUBMIT];
    const { broken } = await runCell(step("ticket not saved"), "playground", {
      changes,
      patienceMs: PATIENCE_MS,
    });
    expect(broken).toContain("fal was asked for 2 pictures; promised was 1.");
  });

  it("the mark is written after the submit sends a submit of unknown fate again", async ({ expect }) => {
    const changes = [MARK_AFTER_SUBMIT];
    const { broken } = await runCell(step("submitting"), "discord", { changes, patienceMs: PATIENCE_MS });
    expect(broken).toContain("fal was asked for 1 pictures; promised was 0.");
  });

  it("a delivery is not looked up before it is stored answers a repeated press twice", async ({ expect }) => {
    const changes = [NO_LOOK_BEFORE, NO_INSERT_IF_ABSENT];
    const { ends } = await runCell(step("reroll pressed"), "slack", { changes, patienceMs: PATIENCE_MS });
    expect(ends).toHaveLength(3);
  });

  it("the index is written after the record loses a job", async ({ expect }) => {
    const halted = { ...step("accepted"), haltsPlayground: INDEX_WRITTEN_LAST };
    const { broken } = await runCell(halted, "playground", { patienceMs: PATIENCE_MS });
    expect(broken).toContain("The replies ended in: ; promised was: picture.");
  });

  it("the lock is left out pays for a picture that was cancelled in line", async ({ expect }) => {
    expect((await runSecondProcess([NO_LOCK], PATIENCE_MS)).broken).toContain(
      "fal was asked for 2 pictures; promised was 1.",
    );
  });
});

describe.concurrent("the build as it is", () => {
  it("refuses a second process, and the first goes on as if nothing had been", async ({ expect }) => {
    expect((await runSecondProcess([], PATIENCE_MS)).broken).toEqual([]);
  });
});
