import { z } from "zod";
import type { Clock } from "../../src/core/clock.ts";
import type { SlackLog } from "./log.ts";
import { soon } from "./patience.ts";
import { SlackCallError } from "./trouble.ts";
import type { SlackWeb } from "./web.ts";

/** Who is in which user group. Asks Slack only when the app has the optional scope `usergroups:read`. */
export interface UserGroups {
  /**
   * Ids of the person's groups, as far as they are known. Only the very first list is waited for, and not long;
   * later ones are fetched in the background, so the answer may be some minutes old.
   */
  of(user: string): Promise<readonly string[]>;
  /** Called once the token's scopes are known; fetches the first list. */
  allow(): void;
}

/** [docs.slack.dev, usergroups.list]: groups that were disabled are left out unless asked for. */
const Answer = z.object({
  usergroups: z.array(z.object({ id: z.string(), users: z.array(z.string()).catch([]) })),
});

/** How old a list may become, ms. usergroups.list is tier 2: 20 a minute. */
const KEPT_MS = 5 * 60_000;
/** Until the next try after one that did not work, ms. */
const AGAIN_MS = 30_000;

export function createUserGroups(web: SlackWeb, clock: Clock, log: SlackLog): UserGroups {
  let allowed = false;
  let known: ReadonlyMap<string, readonly string[]> | null = null;
  let asking: Promise<void> | null = null;
  let askAt = 0;

  async function ask(): Promise<void> {
    try {
      const { usergroups } = Answer.parse(await web.once("usergroups.list", { include_users: true }));
      known = byUser(usergroups);
      askAt = clock.now() + KEPT_MS;
    } catch (error) {
      const trouble = error instanceof SlackCallError ? error.trouble : null;
      // A refusal (a workspace without groups in its plan, say) will not change within a minute.
      const pause = trouble?.type === "refused" ? KEPT_MS : AGAIN_MS;
      askAt = clock.now() + Math.max(pause, trouble?.type === "paced" ? trouble.retryAfterMs : 0);
      const word = trouble?.type === "refused" ? trouble.word : (trouble?.type ?? "malformed");
      log.warn({ word }, "Slack does not tell who is in which user group");
    } finally {
      asking = null;
    }
  }

  function refresh(): void {
    if (asking === null && clock.now() >= askAt) asking = ask();
  }

  return {
    allow() {
      allowed = true;
      refresh();
    },
    async of(user) {
      if (!allowed) return [];
      refresh();
      if (known === null && asking !== null) await soon(clock, asking);
      return known?.get(user) ?? [];
    },
  };
}

function byUser(groups: z.infer<typeof Answer>["usergroups"]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { id, users } of groups) {
    for (const user of users) found.set(user, [...(found.get(user) ?? []), id]);
  }
  return found;
}
