import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { INTENTS } from "../../../src/core/model.ts";
import { DEEDS, deedOf, may } from "../../../src/core/policy/rights.ts";
import { aPolicy } from "../../support/builders.ts";
import { MEMBER, MODERATOR, OWNER } from "../../support/fake-platform.ts";
import { MATRIX } from "../../support/rights-matrix.ts";

/** The columns; somebody blocked is taken to be the requester, since nobody else's picture changes anything. */
const PEOPLE = [
  { rank: "member", standing: MEMBER, own: false, blocked: false },
  { rank: "requester", standing: MEMBER, own: true, blocked: false },
  { rank: "moderator", standing: MODERATOR, own: false, blocked: false },
  { rank: "owner", standing: OWNER, own: false, blocked: false },
  { rank: "blocked", standing: MEMBER, own: true, blocked: true },
] as const;

describe("who may do what", () => {
  for (const deed of DEEDS)
    it.each(PEOPLE.map((person, column) => ({ ...person, column })))(
      `${deed}: $rank`,
      ({ column, ...person }) => {
        expect(may(deed, aPolicy(), person)).toBe(MATRIX[deed][column]);
      },
    );

  it.each([
    ["everyone", [true, true, true]],
    ["requester", [false, true, true]],
    ["moderators", [false, false, true]],
  ] as const)("reroll, cancel and delete follow the setting %s", (who, [member, requester, moderator]) => {
    const policy = aPolicy({ rerollBy: who, cancelBy: who, deleteBy: who });
    for (const deed of ["reroll", "cancel", "delete"] as const) {
      expect(may(deed, policy, PEOPLE[0])).toBe(member);
      expect(may(deed, policy, PEOPLE[1])).toBe(requester);
      expect(may(deed, policy, PEOPLE[2])).toBe(moderator);
    }
  });

  it("every button and emoji is a deed", () => {
    expect(INTENTS.map(deedOf).every((deed) => DEEDS.includes(deed))).toBe(true);
  });

  it("stands in docs/permissions.md as it is here", () => {
    const page = readFileSync(new URL("../../../docs/permissions.md", import.meta.url), "utf8");
    for (const deed of DEEDS) {
      const cells = MATRIX[deed].map((yes) => (yes ? "yes" : "no")).join(" | ");
      expect(page).toContain(`| ${cells} |`);
      expect(page).toMatch(new RegExp(`\\| \`${deed}\` \\|[^\\n]*\\| ${cells.replaceAll("|", "\\|")} \\|`));
    }
  });
});
