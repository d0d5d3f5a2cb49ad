import type { Place, ReplyRef, Requester, Standing } from "../../src/core/model.ts";
import { addressOf, refOf } from "./address.ts";
import type { Directory } from "./directory.ts";
import type { UserGroups } from "./user-groups.ts";

/** What knowing people needs. */
export interface AskerParts {
  readonly directory: Directory;
  readonly groups: UserGroups;
}

/** Somebody who did something. */
export interface Asker {
  readonly requester: Requester;
  readonly place: Place;
  readonly standing: Standing;
  /** Address of the bot's own conversation with the person. */
  readonly direct: ReplyRef;
}

/** Who did it, where, and what they may do; `channel` null: nowhere in particular. Waits a second at most, never rejects. */
export async function asker(
  { directory, groups }: AskerParts,
  team: string,
  channel: string | null,
  user: string,
  name: string,
): Promise<Asker> {
  if (name !== "") directory.note(user, name);
  const [member, roles] = await Promise.all([directory.member(user), groups.of(user)]);
  const admin = member?.admin === true;
  return {
    requester: { platform: "slack", workspace: team, user, name: member?.name || name },
    place: placeOf(channel),
    // Slack has no moderators: whoever runs the workspace may do both.
    standing: { roles, moderator: admin, owner: admin },
    direct: refOf(addressOf(team, { user })),
  };
}

/**
 * Ids of conversations between two begin with D; one of several people is a channel like any other (G or C). What
 * happens nowhere (a global shortcut) is between the person and the bot. Slack has no channels for adults only.
 */
function placeOf(channel: string | null): Place {
  const direct = channel === null || channel.startsWith("D");
  return { channel: channel ?? "", kind: direct ? "direct" : "channel", ageRestricted: null };
}
