import { describe, expect, it } from "vitest";
import type { Job, Take } from "../../src/core/model.ts";
import { aJob, aReplyRef, aRequest, aTake } from "../support/builders.ts";
import { type Books, booksAddUp } from "./books.ts";
import {
  type Evidence,
  INVARIANTS,
  type Leftovers,
  nothingHeld,
  nothingRunning,
  nothingStray,
  oneFinalReply,
  oneJobPerWish,
  onePicture,
  oneSubmitPerTake,
  oneTakePerTicket,
} from "./invariants.ts";
import type { Seen } from "./place.ts";

const KEY = "discord/1/2/3";
const PROMPT = aRequest().prompt;

const done = (overrides: Partial<Job> = {}): Job =>
  aJob({
    state: "done",
    reply: aReplyRef({ messageKey: KEY }),
    takes: [aTake({ state: "fetched", ticket: { requestId: "r1", endpoint: "owner/app" } })],
    ...overrides,
  });
const shown = (overrides: Partial<Seen> = {}): Seen => ({
  platform: "discord",
  key: KEY,
  shows: "picture",
  text: "Done",
  pictures: 1,
  ...overrides,
});
const PRICE = 45_000;
const submit = { id: "r1", prompt: PROMPT, ratio: "1:1", seed: 42 };
const wish = { platform: "discord", parentId: null, prompt: PROMPT, mustLead: true } as const;

/** One job that went well, and whatever a test makes of it. */
function evidence(overrides: Partial<Evidence> = {}): Evidence {
  return {
    jobs: [done()],
    seen: [shown()],
    submits: [submit],
    wishes: [wish],
    vanished: new Set(),
    lostPosts: 0,
    ...overrides,
  };
}

const words = (breaches: readonly { readonly what: string }[]) => breaches.map(({ what }) => what);

describe("the invariants", () => {
  it("have nothing to say about a job that went well", () => {
    expect(INVARIANTS.flatMap((invariant) => invariant(evidence()))).toEqual([]);
  });

  it.each([
    ["is not over", { jobs: [done({ state: "running" })] }, "is running after the drain"],
    ["has no reply", { jobs: [done({ reply: aReplyRef() })] }, "ended as done without a reply"],
    ["has a reply that is gone", { seen: [] }, "has a reply that is not there"],
    [
      "shows another end than it had",
      { seen: [shown({ shows: "failed", pictures: 0 })] },
      "is done, and its reply shows failed",
    ],
    [
      "shows words that are no end",
      { jobs: [done({ state: "cancelled" })], seen: [shown({ shows: "words", pictures: 0 })] },
      "is cancelled, and its reply shows words",
    ],
  ])("notice a job that %s", (_case, broken: Partial<Evidence>, what) => {
    expect(words(oneFinalReply(evidence(broken)))).toEqual([what]);
  });

  it("let a job be whose reply was refused or taken away", () => {
    const refused = done({ state: "failed", failure: "delivery", reply: aReplyRef() });
    expect(oneFinalReply(evidence({ jobs: [refused], seen: [] }))).toEqual([]);
    expect(oneFinalReply(evidence({ seen: [], vanished: new Set([KEY]) }))).toEqual([]);
    expect(oneFinalReply(evidence({ jobs: [done({ removedAt: 1 })], seen: [] }))).toEqual([]);
  });

  it("notice a second submit of one take", () => {
    const [breach] = oneSubmitPerTake(evidence({ submits: [submit, { ...submit, id: "r2" }] }));
    expect(breach).toMatchObject({ jobId: "job-1", what: expect.stringContaining("2 submits for 1 takes") });
  });

  it("notice a submit of no take at all", () => {
    expect(oneSubmitPerTake(evidence({ submits: [{ ...submit, seed: 7 }] }))).toHaveLength(1);
  });

  it("allow two submits for two jobs of equal input", () => {
    const jobs = [done(), done({ id: "job-2" })];
    expect(oneSubmitPerTake(evidence({ jobs, submits: [submit, { ...submit, id: "r2" }] }))).toEqual([]);
  });

  it("notice a ticket that two takes have", () => {
    const jobs = [done(), done({ id: "job-2", reply: aReplyRef({ messageKey: "another" }) })];
    expect(oneTakePerTicket(evidence({ jobs }))).toMatchObject([{ jobId: "job-2" }]);
  });

  it("notice a reply that still runs", () => {
    expect(nothingRunning(evidence({ seen: [shown({ shows: "running", pictures: 0 })] }))).toHaveLength(1);
  });

  it("allow on Slack as many lines that nobody knows of as posts whose answer was lost", () => {
    const orphan = shown({ platform: "slack", key: "slack/T/C/1", shows: "running", pictures: 0 });
    const found = (lostPosts: number) => {
      const all = evidence({ seen: [shown(), orphan], lostPosts });
      return [...nothingRunning(all), ...nothingStray(all)].length;
    };
    expect([found(1), found(0)]).toEqual([0, 2]);
  });

  it("notice two pictures in one reply, and two jobs with one reply", () => {
    expect(onePicture(evidence({ seen: [shown({ pictures: 2 })] }))).toHaveLength(1);
    expect(onePicture(evidence({ jobs: [done(), done({ id: "job-2" })] }))).toMatchObject([
      { jobId: "job-2" },
    ]);
  });

  it("notice a message that belongs to no job", () => {
    expect(nothingStray(evidence({ seen: [shown(), shown({ key: "discord/1/2/4" })] }))).toHaveLength(1);
  });

  it("notice a second job of one wish, a job nobody wished for, and a wish that was lost", () => {
    expect(oneJobPerWish(evidence({ jobs: [done(), done({ id: "job-2" })] }))).toHaveLength(1);
    expect(
      oneJobPerWish(evidence({ jobs: [done(), done({ id: "job-2", parentId: "job-1" })] })),
    ).toHaveLength(1);
    expect(words(oneJobPerWish(evidence({ jobs: [] })))).toEqual([`the wish "${PROMPT}" was lost`]);
    expect(oneJobPerWish(evidence({ jobs: [], wishes: [{ ...wish, mustLead: false }] }))).toEqual([]);
  });
});

describe("the books", () => {
  const books: Books = {
    total: PRICE,
    most: PRICE,
    ceiling: PRICE,
    pending: [],
    bills: new Map([["r1", 1]]),
  };
  const take = { ticket: { requestId: "r1", endpoint: "owner/app" }, submittingAt: 1 };
  const ended = (overrides: Partial<Take>) => done({ state: "failed", takes: [aTake(overrides)] });
  const unknown = ended({ id: "t", state: "failed", failure: "unknown-fate", submittingAt: 1 });

  it.each([
    ["a sum that is not due", { books: { ...books, total: 0 } }, "the ledger holds 0 where 45000 is due"],
    [
      "a ceiling that was passed",
      { books: { ...books, most: 2 * PRICE } },
      "90000 was spent where 45000 may be",
    ],
    [
      "money set aside for a picture that is there",
      { books: { ...books, pending: ["job-1-1"] } },
      "the money of job-1-1 is still set aside",
    ],
    [
      "a charge for nothing",
      { books: { ...books, bills: new Map([["r1", 0]]) } },
      "is charged, and fal billed nothing",
    ],
    [
      "a picture that fal billed and nobody is charged for",
      {
        jobs: [ended({ ...take, state: "failed", failure: "content-policy" })],
        books: { ...books, total: 0 },
      },
      "is free, and fal billed it",
    ],
    [
      "a doubt that fal could clear",
      {
        jobs: [ended({ ...take, state: "cancelled" })],
        books: { ...books, bills: new Map([["r1", 0]]) },
      },
      "is in doubt, and fal could be asked",
    ],
    [
      "a picture that fal billed for nobody",
      { books: { ...books, bills: new Map([...books.bills, ["r2", 1]]) } },
      "fal billed 1 pictures that no take knows of",
    ],
  ])("notice %s", (_case, broken: { jobs?: readonly Job[]; books?: Books }, what) => {
    expect(words(booksAddUp({ jobs: [done()], books, ...broken }))).toEqual([what]);
  });

  it("let money be set aside for a submit whose fate nobody knows, whether fal billed it or not", () => {
    const lost = { jobs: [unknown], books: { ...books, pending: ["t"] } };
    expect(booksAddUp(lost)).toEqual([]);
    expect(booksAddUp({ ...lost, books: { ...lost.books, bills: new Map() } })).toEqual([]);
  });

  it("let money be set aside for what fal goes on painting", () => {
    const working = { jobs: [ended({ ...take, state: "failed", failure: "timeout" })] };
    expect(booksAddUp({ ...working, books: { ...books, bills: new Map([["r1", null]]) } })).toEqual([]);
  });
});

describe("what is held after a drain", () => {
  const nothing: Leftovers = {
    openJobs: 0,
    liveJobs: 0,
    temporaryPictures: [],
    resourcesBefore: ["Timeout"],
    resourcesAfter: ["Timeout"],
  };

  it.each([
    ["an open job", { openJobs: 1 }],
    ["a job in memory", { liveJobs: 1 }],
    ["a temporary picture", { temporaryPictures: ["job-1.png"] }],
    ["a socket", { resourcesAfter: ["Timeout", "TCPSocketWrap"] }],
    ["a second timer", { resourcesAfter: ["Timeout", "Timeout"] }],
  ])("is noticed: %s", (_case, left: Partial<Leftovers>) => {
    expect(nothingHeld({ ...nothing, ...left })).toHaveLength(1);
  });

  it("is nothing when there is only what was there before", () => {
    expect(nothingHeld(nothing)).toEqual([]);
    expect(nothingHeld({ ...nothing, resourcesAfter: [] })).toEqual([]);
  });
});
