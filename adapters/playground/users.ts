import type { WireUser } from "./page/wire.ts";

/** Everybody who lives in the playground. Ada looks after the channel. */
export const PLAYGROUND_USERS: readonly WireUser[] = [
  { id: "ada", name: "Ada", avatar: "🦉", moderator: true },
  { id: "ben", name: "Ben", avatar: "🐻", moderator: false },
  { id: "chloe", name: "Chloé", avatar: "🦊", moderator: false },
];
