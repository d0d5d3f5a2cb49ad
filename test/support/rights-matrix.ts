import { type Deed, RANKS, type Rank } from "../../src/core/policy/rights.ts";

/** Who may do what while nothing is changed: member (not their picture), requester, moderator, owner, blocked. */
export const MATRIX: Readonly<Record<Deed, readonly [boolean, boolean, boolean, boolean, boolean]>> = {
  imagine: [true, true, true, true, false],
  reroll: [true, true, true, true, false],
  cancel: [false, true, true, true, true],
  delete: [false, true, true, true, true],
  look: [true, true, true, true, true],
  "send-to-me": [true, true, true, true, true],
  "own data": [true, true, true, true, true],
  moderate: [false, false, true, true, false],
  govern: [false, false, false, true, false],
};

/** One cell of the table. */
export const isAllowed = (deed: Deed, rank: Rank): boolean => MATRIX[deed][RANKS.indexOf(rank)] === true;
