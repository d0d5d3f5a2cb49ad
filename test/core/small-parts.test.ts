import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { createEstimate, expectedEnd } from "../../src/core/estimate.ts";
import { createGate } from "../../src/core/gate.ts";
import { createKeyedLock } from "../../src/core/keyed-lock.ts";
import { MAX_SEED, MIN_SEED, personOf } from "../../src/core/model.ts";
import { chooseSeed, jobIdOf, newJob } from "../../src/core/new-job.ts";
import { duration, FAILURE_SENTENCES, ordinal } from "../../src/core/sentences.ts";
import { plainLine, relativeTime } from "../../src/core/view.ts";
import { cancelledView, failedView, viewImage } from "../../src/core/views.ts";
import { failureOf, SubmitNotSent, SubmitUnknown, TakeFailure } from "../../src/errors.ts";
import { aJob, aPlace, aReplyRef, aRequest, aRequester, aTake } from "../support/builders.ts";

const deferred = () => {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
};

describe("job ids", () => {
  it("are the same for the same delivery, and fit a file name and a button", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (platform, delivery) => {
        expect(jobIdOf(platform, delivery)).toBe(jobIdOf(platform, delivery));
        expect(jobIdOf(platform, delivery)).toMatch(/^[a-z2-7]{12}$/);
      }),
    );
  });

  it("differ between platforms and deliveries", () => {
    expect(new Set([jobIdOf("a", "1"), jobIdOf("b", "1"), jobIdOf("a", "2")]).size).toBe(3);
  });
});

describe("a new job", () => {
  const order = {
    deliveryId: "d",
    requester: aRequester(),
    place: aPlace(),
    terms: aJob().terms,
    parentId: null,
    replyTo: aReplyRef(),
    now: 5,
  };

  it("has one take for each picture: the person's seed first, ours for the rest", () => {
    const seeds = [7, 8];
    const job = newJob({ ...order, request: aRequest({ seed: 42, count: 3 }) }, () => seeds.shift() ?? 0);
    expect(job.takes.map((take) => take.seed)).toEqual([42, 7, 8]);
    expect(new Set(job.takes.map((take) => take.id)).size).toBe(3);
  });

  it("has seeds within the model's range", () => {
    for (let i = 0; i < 1000; i += 1) {
      const seed = chooseSeed();
      expect(Number.isInteger(seed) && seed >= MIN_SEED && seed <= MAX_SEED).toBe(true);
    }
    expect(newJob({ ...order, request: aRequest() }).takes[0]?.seed).toBeGreaterThan(0);
  });
});

describe("the keyed lock", () => {
  it("runs one at a time for a key, others side by side, and goes on after a failure", async () => {
    const lock = createKeyedLock();
    const log: string[] = [];
    const first = deferred();
    const runs = [
      lock.run("a", async () => {
        log.push("a1 begins");
        await first.promise;
        log.push("a1 ends");
        throw new Error("a1 failed");
      }),
      lock.run("a", async () => void log.push("a2")),
      lock.run("b", async () => void log.push("b")),
    ];
    await runs[2];
    expect(log).toEqual(["a1 begins", "b"]);
    first.resolve();
    await expect(runs[0]).rejects.toThrow("a1 failed");
    await runs[1];
    expect(log).toEqual(["a1 begins", "b", "a1 ends", "a2"]);
  });
});

describe("the gate", () => {
  it("lets so many in and no more, in order", async () => {
    const gate = createGate(2);
    const batons = [deferred(), deferred(), deferred(), deferred()];
    const began: number[] = [];
    const runs = batons.map((baton, n) =>
      gate.run(async () => {
        began.push(n);
        await baton.promise;
      }),
    );
    await Promise.resolve();
    expect(began).toEqual([0, 1]);
    batons[1]?.resolve();
    await runs[1];
    await Promise.resolve();
    expect(began).toEqual([0, 1, 2]);
    for (const baton of batons) baton.resolve();
    await Promise.all(runs);
    expect(began).toEqual([0, 1, 2, 3]);
    await gate.run(async () => void began.push(4));
    expect(began).toHaveLength(5);
  });
});

describe("expected times", () => {
  it("are unknown before the first picture, then the median of the last twenty", () => {
    const estimate = createEstimate();
    expect(estimate.typicalMs()).toBeNull();
    expect(expectedEnd(0, 3, 1, estimate.typicalMs())).toBeNull();
    for (const ms of [1, 9, 5]) estimate.learn(ms);
    expect(estimate.typicalMs()).toBe(5);
    for (let i = 0; i < 20; i += 1) estimate.learn(100);
    expect(estimate.typicalMs()).toBe(100);
  });

  it("grow with the line and shrink with the places at the provider", () => {
    expect(expectedEnd(1000, 0, 2, 8000)).toBe(9000);
    expect(expectedEnd(0, 4, 2, 8000)).toBe(28_000);
    expect(expectedEnd(0, 4, 4, 8000)).toBe(20_000);
  });
});

describe("words", () => {
  it.each([
    [1, "1st"],
    [2, "2nd"],
    [3, "3rd"],
    [4, "4th"],
    [11, "11th"],
    [12, "12th"],
    [21, "21st"],
    [113, "113th"],
  ])("%i is %s", (n, word) => expect(ordinal(n)).toBe(word));

  it.each([
    [-5, "0 s"],
    [400, "0 s"],
    [8_300, "8 s"],
    [120_000, "2 min"],
    [125_000, "2 min 5 s"],
  ])("%i ms is %s", (ms, words) => expect(duration(ms)).toBe(words));

  it("tell moments from now on and back", () => {
    expect(relativeTime(12_000, 0)).toBe("in 12 s");
    expect(relativeTime(0, 4_000)).toBe("4 s ago");
    expect(relativeTime(180_000, 0)).toBe("in 3 min");
  });

  it("are plain text for those who cannot see markup", () => {
    const line = [
      "a ",
      { type: "strong", text: "b" } as const,
      { type: "moment", at: 5000 } as const,
      { type: "person", user: "1", name: " Ada" } as const,
    ];
    expect(plainLine(line, 0)).toBe("a bin 5 s Ada");
  });

  it("of failures are sentences that end, and hold no code word", () => {
    for (const [code, sentence] of Object.entries(FAILURE_SENTENCES)) {
      expect(sentence).toMatch(/^[A-Z].*\.$/);
      if (code.includes("-")) expect(sentence).not.toContain(code);
    }
  });
});

describe("views", () => {
  it("of a cancelled job name the requester when nobody else is known", () => {
    const view = cancelledView(aJob({ state: "cancelled" }), { parent: null });
    expect(plainLine(view.title, 0)).toBe("Cancelled by Ada");
  });

  it("name files after the job, with the ending of their kind", () => {
    const job = aJob({ request: aRequest({ prompt: "../../etc/passwd" }) });
    const picture = { path: "/tmp/x", bytes: 1, contentType: "image/jpeg", width: null, height: null };
    const image = viewImage(job, aTake({ id: "abc.1" }), picture, null);
    expect(image.fileName).toBe("imagine-abc-1.jpg");
  });

  it("of a failure keep the person's own seed in the command, and choose none for them", () => {
    expect(failedView(aJob(), { parent: null }, "busy").command).not.toContain("seed:");
    const seeded = aJob({ request: aRequest({ seed: 5 }) });
    expect(failedView(seeded, { parent: null }, "busy").command).toContain("seed:5");
  });
});

describe("failures", () => {
  it("have one word each, whatever was thrown", () => {
    expect(failureOf(new TakeFailure("busy", ""))).toBe("busy");
    expect(failureOf(new SubmitUnknown(""))).toBe("unknown-fate");
    expect(failureOf(new SubmitNotSent(""))).toBe("unreachable");
    expect(failureOf("a string")).toBe("internal");
  });
});

describe("people", () => {
  it("are told apart by platform, workspace and id, not by name", () => {
    const ada = aRequester();
    expect(personOf({ ...ada, name: "Eve" })).toBe(personOf(ada));
    expect(personOf({ ...ada, workspace: null })).not.toBe(personOf(ada));
  });
});

describe("the system's clock", () => {
  it("sleeps, and wakes early when told to", async () => {
    await systemClock.sleep(1);
    const stop = new AbortController();
    const sleep = systemClock.sleep(60_000, stop.signal);
    stop.abort("enough");
    await expect(sleep).rejects.toBe("enough");
    await expect(systemClock.sleep(60_000, stop.signal)).rejects.toBe("enough");
    await systemClock.sleep(1, new AbortController().signal);
    expect(systemClock.now()).toBeGreaterThan(0);
  });
});
