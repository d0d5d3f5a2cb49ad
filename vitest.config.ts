import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/contracts/**", "test/support/**"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
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
