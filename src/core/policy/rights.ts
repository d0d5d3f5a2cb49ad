import type { Order } from "../command.ts";
import type { Intent, Requester, Standing } from "../model.ts";
import type { Policy, Who } from "./policy.ts";

/** What can be done, as far as rights go. */
export const DEEDS = [
  "imagine",
  "reroll",
  "cancel",
  "delete",
  "look",
  "send-to-me",
  "own data",
  "moderate",
  "govern",
] as const;
export type Deed = (typeof DEEDS)[number];

/** Who somebody is to a picture and a place. One person may be several. */
export const RANKS = ["member", "requester", "moderator", "owner", "blocked"] as const;
export type Rank = (typeof RANKS)[number];

/** Bot-wide owners by `platform:user`; they are owners everywhere. */
export type Owners = ReadonlySet<string>;

/** The standing a person has with us: what the platform says, and the configuration's own owners. */
export function standingWith(owners: Owners, requester: Requester, standing: Standing): Standing {
  return owners.has(`${requester.platform}:${requester.user}`)
    ? { ...standing, moderator: true, owner: true }
    : standing;
}

/** The deed behind a button or an emoji. `edit` and `use-prompt` open a form; what it asks for is its own deed. */
export function deedOf(intent: Intent): Deed {
  switch (intent) {
    case "reroll":
    case "retry":
    case "edit":
      return "reroll";
    case "use-prompt":
      return "imagine";
    case "cancel":
    case "delete":
    case "send-to-me":
      return intent;
  }
}

/** The deed behind an order to `/images-admin`. Looking needs less than changing. */
export function deedOfOrder(order: Order): Deed {
  switch (order.type) {
    case "limits":
    case "budget":
    case "settings":
      return Object.keys(order.changes).length === 0 ? "moderate" : "govern";
    case "access":
    case "log-channel":
      return "govern";
    case "status":
    case "block":
    case "unblock":
    case "blocklist":
    case "pause":
    case "resume":
      return "moderate";
  }
}

/** Whether a person may do it. `own`: the picture is theirs; `blocked`: they may not ask for pictures. */
export function may(
  deed: Deed,
  policy: Pick<Policy, "rerollBy" | "cancelBy" | "deleteBy">,
  person: { readonly standing: Standing; readonly own: boolean; readonly blocked: boolean },
): boolean {
  const { standing, own, blocked } = person;
  const open = (who: Who): boolean =>
    standing.moderator || standing.owner || who === "everyone" || (who === "requester" && own);
  switch (deed) {
    case "imagine":
      return !blocked;
    case "reroll":
      return !blocked && open(policy.rerollBy);
    case "cancel":
      return open(policy.cancelBy);
    case "delete":
      return open(policy.deleteBy);
    case "look":
    case "send-to-me":
    case "own data":
      return true;
    case "moderate":
      return standing.moderator || standing.owner;
    case "govern":
      return standing.owner;
  }
}
