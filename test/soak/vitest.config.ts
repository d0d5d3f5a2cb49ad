import { defineConfig } from "vitest/config";

/** The long run of `npm run soak`, which `npm test` leaves out. */
export default defineConfig({
  test: {
    include: ["test/soak/*.soak.ts"],
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    reporters: ["verbose"],
  },
});
