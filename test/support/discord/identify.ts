import { z } from "zod";
import type { World } from "./world.ts";

/** Intents that must be switched on in the portal. Source: events/gateway#privileged-intents. */
export const PRIVILEGED_INTENTS = (1 << 1) | (1 << 8) | (1 << 15);
/** The highest intent bit known. Source: events/gateway#list-of-intents. */
const KNOWN_INTENTS = (1 << 26) - 1;

const identifyShape = z.looseObject({
  token: z.string(),
  intents: z.int(),
  properties: z.looseObject({ os: z.string(), browser: z.string(), device: z.string() }),
  shard: z.tuple([z.int(), z.int()]).optional(),
});

export interface IdentifyRules {
  readonly world: World;
  readonly allowedIntents: number;
  /** Fewest shards accepted. */
  readonly shards: number;
}

/** The close code an IDENTIFY deserves, or what it asked for. Source: topics/opcodes-and-status-codes#gateway. */
export function refuseIdentify(
  d: unknown,
  rules: IdentifyRules,
): number | { readonly shard: readonly [number, number]; readonly intents: number } {
  const parsed = identifyShape.safeParse(d);
  if (!parsed.success) return 4002;
  const { token, intents, shard = [0, 1] } = parsed.data;
  if (token !== rules.world.token) return 4004;
  if (intents < 0 || intents & ~KNOWN_INTENTS) return 4013;
  if (intents & PRIVILEGED_INTENTS & ~rules.allowedIntents) return 4014;
  const [index, count] = shard;
  if (index < 0 || index >= count) return 4010;
  if (count < rules.shards) return 4011;
  return { shard: [index, count], intents };
}
