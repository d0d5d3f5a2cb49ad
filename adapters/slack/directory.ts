import { z } from "zod";
import type { Clock } from "../../src/core/clock.ts";
import type { SlackWeb } from "./web.ts";

/** A member of the workspace. */
export interface Member {
  readonly name: string;
  readonly admin: boolean;
}

/** Who people are. Asks Slack only when the app has the optional scope `users:read`. */
export interface Directory {
  /** Null when it cannot be known, or not in time. */
  member(user: string): Promise<Member | null>;
  /** Remembers a name that came with an event. */
  note(user: string, name: string): void;
  /** Called once the token's scopes are known. */
  allow(): void;
}

const Answer = z.object({
  user: z.object({
    name: z.string().catch(""),
    is_admin: z.boolean().catch(false),
    is_owner: z.boolean().catch(false),
    profile: z.object({ display_name: z.string().catch("") }).catch({ display_name: "" }),
  }),
});

const KEPT_MS = 10 * 60_000;
const KEPT_MOST = 2000;
/** An event waits no longer than this for its person's rights, ms. */
const PATIENCE_MS = 1000;

export function createDirectory(web: SlackWeb, clock: Clock): Directory {
  const known = new Map<string, { readonly member: Member; readonly until: number }>();
  const names = new Map<string, string>();
  let allowed = false;

  async function ask(user: string): Promise<Member | null> {
    const answer = Answer.safeParse(await web.once("users.info", { user }).catch(() => null));
    if (!answer.success) return null;
    const { name, is_admin, is_owner, profile } = answer.data.user;
    const member = { name: profile.display_name || name, admin: is_admin || is_owner };
    remember(known, user, { member, until: clock.elapsed() + KEPT_MS });
    return member;
  }

  return {
    allow() {
      allowed = true;
    },
    note: (user, name) => remember(names, user, name),
    async member(user) {
      const name = names.get(user);
      const stranger = name === undefined ? null : { name, admin: false };
      if (!allowed) return stranger;
      const cached = known.get(user);
      if (cached !== undefined && cached.until > clock.elapsed()) return cached.member;
      const patience = new AbortController();
      const late = clock.sleep(PATIENCE_MS, patience.signal).then(
        () => null,
        () => null,
      );
      const member = await Promise.race([ask(user), late]);
      patience.abort();
      return member ?? stranger;
    },
  };
}

/** The oldest goes when there are too many. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > KEPT_MOST && oldest.done !== true) map.delete(oldest.value);
}
