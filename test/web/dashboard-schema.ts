import { z } from "zod";
import type { Dashboard } from "../../src/web/admin/page/wire.ts";

const epochMs = z.int().positive();
const microUsd = z.int().nonnegative();
const count = z.int().nonnegative();
const day = z.iso.date();
const legs = <T>(value: z.ZodType<T>) => z.strictObject({ waiting: value, painting: value, delivery: value });
const spent = z.strictObject({ microUsd, ceiling: microUsd.nullable() });
const budget = z.strictObject({ day: spent, month: spent });

/** The dashboard's JSON, to the last field: what is not named here must not leave the server. */
export const dashboardSchema: z.ZodType<Dashboard> = z.strictObject({
  now: epochMs,
  line: z.strictObject({ waiting: count, running: count, atOnce: count, isPaused: z.boolean() }),
  platforms: z.array(z.strictObject({ name: z.string(), isConnected: z.boolean(), since: epochMs })),
  money: z.strictObject({
    bot: budget,
    workspaces: z
      .array(z.strictObject({ platform: z.string(), id: z.string().nullable(), pictures: count, budget }))
      .max(10),
    days: z.array(z.strictObject({ day, microUsd })).length(30),
  }),
  history: z.strictObject({
    at: epochMs,
    cutAt: epochMs.nullable(),
    jobs: count,
    days: z
      .array(
        z.strictObject({
          day,
          done: count,
          failed: count,
          cancelled: count,
          medians: legs(z.number().nullable()),
        }),
      )
      .length(30),
    failures: z.array(z.strictObject({ name: z.string(), pictures: count })),
    times: legs(z.strictObject({ half: z.number(), most: z.number() }).nullable()),
    people: z
      .array(
        z.strictObject({
          name: z.string(),
          platform: z.string(),
          pictures: count,
          microUsd,
          unpriced: count,
        }),
      )
      .max(10),
    recent: z
      .array(
        z.strictObject({
          id: z.string(),
          at: epochMs,
          name: z.string(),
          platform: z.string(),
          prompt: z
            .string()
            .max(160 * 2)
            .nullable(),
          seeds: z.array(z.int()),
          state: z.enum(["accepted", "queued", "running", "delivering", "done", "failed", "cancelled"]),
          failure: z.string().nullable(),
          microUsd: microUsd.nullable(),
          link: z.url().nullable(),
          isDeleted: z.boolean(),
        }),
      )
      .max(25),
  }),
});
