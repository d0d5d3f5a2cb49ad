import { describe, expect, it } from "vitest";
import { deletedEntry, deniedEntry, endedEntry } from "../../../src/core/log-entries.ts";
import type { View } from "../../../src/core/view.ts";
import { aJob, aPlace, aRequest, aRequester, aTake } from "../../support/builders.ts";

const wordsOf = (view: View | null): string => JSON.stringify(view);

describe("the moderators' log", () => {
  it("says in a word where it was, and nothing where the job does not know", () => {
    expect(wordsOf(endedEntry(aJob({ state: "done", place: aPlace({ kind: "direct" }) })))).toContain(
      " in private",
    );
    expect(wordsOf(endedEntry(aJob({ state: "done", place: null })))).not.toMatch(/ in /);
  });

  it("tells what it cost, where there is a price", () => {
    const takes = [aTake({ state: "fetched", billableUnits: 1 })];
    const terms = { microUsd: 45_000, showCost: false, spoiler: false };
    expect(wordsOf(endedEntry(aJob({ state: "done", takes, terms })))).toContain("$0.045");
    const unknown = { ...terms, microUsd: null };
    expect(wordsOf(endedEntry(aJob({ state: "done", takes, terms: unknown })))).not.toContain("Cost");
  });

  it("does not speak of a cancel, and says why there is no picture", () => {
    expect(endedEntry(aJob({ state: "cancelled" }))).toBeNull();
    expect(wordsOf(endedEntry(aJob({ state: "failed", failure: "busy" })))).toContain("No picture");
  });

  it("names the person whose picture somebody else took away", () => {
    const job = aJob({ requester: aRequester({ user: "ada", name: "Ada" }) });
    expect(wordsOf(deletedEntry(job, aRequester({ user: "ben", name: "Ben" })))).toContain("painted for");
    expect(wordsOf(deletedEntry(job, job.requester))).not.toContain("painted for");
  });

  it("tells of a stopped prompt and of a blocked person, and of no other refusal", () => {
    const wish = { requester: aRequester(), place: aPlace(), request: aRequest({ no: "fog" }) };
    expect(wordsOf(deniedEntry(wish, { type: "blocklist", entry: "gore", seen: "g0re" }))).toMatch(
      /gore.*g0re.*fog/,
    );
    const block = { reason: null, by: "mod", at: 0, until: null };
    expect(wordsOf(deniedEntry(wish, { type: "blocked", block }))).toContain("Refused, because blocked");
    expect(deniedEntry(wish, { type: "direct" })).toBeNull();
  });
});
