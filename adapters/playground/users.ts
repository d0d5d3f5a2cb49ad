import type { WireUser } from "./page/wire.ts";

/** Everybody who lives in the playground. Ada owns the place, Dora looks after it, Chloé has the role `artists`. */
export const PLAYGROUND_USERS: readonly WireUser[] = [
  { id: "ada", name: "Ada", avatar: "🦉", moderator: true, owner: true, roles: [] },
  { id: "ben", name: "Ben", avatar: "🐻", moderator: false, owner: false, roles: [] },
  { id: "chloe", name: "Chloé", avatar: "🦊", moderator: false, owner: false, roles: ["artists"] },
  { id: "dora", name: "Dora", avatar: "🐢", moderator: true, owner: false, roles: [] },
];

/** Ids of the roles that somebody has. */
export const PLAYGROUND_ROLES: readonly string[] = [
  ...new Set(PLAYGROUND_USERS.flatMap((user) => user.roles)),
];

/** Channels that can be named: the one everybody is in, and the one where only moderators read along. */
export const PLAYGROUND_CHANNELS = [
  { id: "playground", about: "where everybody is" },
  { id: "log", about: "moderators alone read it" },
] as const;

/** Whether that person looks after the place. */
export function isStaff(id: string): boolean {
  return PLAYGROUND_USERS.some((user) => user.id === id && (user.moderator || user.owner));
}
