import type { WireUser } from "./page/wire.ts";

/** Everybody who lives in the playground. Ada owns the place, Dora looks after it, Chloé has the role `artists`. */
export const PLAYGROUND_USERS: readonly WireUser[] = [
  { id: "ada", name: "Ada", avatar: "🦉", moderator: true, owner: true, roles: [] },
  { id: "ben", name: "Ben", avatar: "🐻", moderator: false, owner: false, roles: [] },
  { id: "chloe", name: "Chloé", avatar: "🦊", moderator: false, owner: false, roles: ["artists"] },
  { id: "dora", name: "Dora", avatar: "🐢", moderator: true, owner: false, roles: [] },
];
