import { z } from "zod";
import type { Clock } from "../../src/core/clock.ts";
import { soon } from "./patience.ts";
import type { SlackWeb } from "./web.ts";

/** A member of the workspace. */
export interface Member {
  readonly name: string;
  /** Owner or admin of our workspace. */
  readonly admin: boolean;
}

/** Who people are. Asks Slack only when the app has the optional scope `users:read`. */
export interface Directory {
  /** Null when it cannot be known, or not in time. */
  member(user: string): Promise<Member | null>;
  /** Remembers a name that came with an event. */
  note(user: string, name: string): void;
  /** Called once the token's scopes and our own workspace are known. */
  allow(team: string): void;
}

const Answer = z.object({
  user: z.object({
    name: z.string().catch(""),
    team_id: z.string().catch(""),
    /** In an organisation of several workspaces: those the person is in. */
    enterprise_user: z.object({ teams: z.array(z.string()).catch([]) }).catch({ teams: [] }),
    is_admin: z.boolean().catch(false),
    is_owner: z.boolean().catch(false),
    is_primary_owner: z.boolean().catch(false),
    profile: z.object({ display_name: z.string().catch("") }).catch({ display_name: "" }),
  }),
});

const KEPT_MS = 10 * 60_000;
const KEPT_MOST = 2000;

export function createDirectory(web: SlackWeb, clock: Clock): Directory {
  const known = new Map<string, { readonly member: Member; readonly until: number }>();
  const names = new Map<string, string>();
  let ours: string | null = null;

  async function ask(id: string): Promise<Member | null> {
    const answer = Answer.safeParse(await web.once("users.info", { user: id }).catch(() => null));
    if (!answer.success) return null;
    const { name, profile, is_admin, is_owner, is_primary_owner, ...user } = answer.data.user;
    // In a channel shared between companies an admin of the other one has no say here.
    const isOurs = [user.team_id, ...user.enterprise_user.teams].some((team) => team === ours);
    const admin = isOurs && (is_admin || is_owner || is_primary_owner);
    const member = { name: profile.display_name || name, admin };
    remember(known, id, { member, until: clock.elapsed() + KEPT_MS });
    return member;
  }

  return {
    allow(team) {
      ours = team;
    },
    note: (user, name) => remember(names, user, name),
    async member(user) {
      const name = names.get(user);
      const stranger = name === undefined ? null : { name, admin: false };
      if (ours === null) return stranger;
      const cached = known.get(user);
      if (cached !== undefined && cached.until > clock.elapsed()) return cached.member;
      return (await soon(clock, ask(user))) ?? stranger;
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
