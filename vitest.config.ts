import { defineConfig } from "vitest/config";

/** They look at what their process holds. */
const ALONE = ["test/**/contract.test.ts", "test/chaos/chaos.test.ts", "test/core/signals.test.ts"];
const NO_TESTS = ["test/contracts/**", "test/support/**"];

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "together",
          include: ["test/**/*.test.ts"],
          exclude: [...ALONE, ...NO_TESTS],
          // One process runs many files, one after the other: loading everything anew for each takes longer than they do.
          isolate: false,
        },
      },
      { extends: true, test: { name: "alone", include: ALONE, exclude: NO_TESTS } },
    ],
    // Many tests wait for processes and sockets of their own.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 30_000 } },
    reporters: process.env["CI"] ? ["default", "json"] : ["default"],
    outputFile: { json: "test-results/report.json" },
    coverage: {
      provider: "v8",
      include: ["src/core/**", "commands/**"],
      reporter: ["text-summary", "json-summary"],
      thresholds: { branches: 95 },
    },
  },
});
