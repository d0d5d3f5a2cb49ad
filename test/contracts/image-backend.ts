import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ImageRequest, Ticket } from "../../src/core/model.ts";
import type { ImageBackend, TakeOrder, TakeProgress } from "../../src/core/ports.ts";
import { type FailureCode, SubmitNotSent, SubmitUnknown, TakeFailure } from "../../src/errors.ts";
import { aRequest } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { itWhere } from "./it-where.ts";

/** What may happen to the next submit. The first four are accepted by the provider, or may have been. */
export type SubmitMishap =
  | "answer-lost" // accepted, and the connection is cut before the answer
  | "gateway-error" // accepted, and a gateway answers in its place
  | "answer-garbled" // accepted, and the answer makes no sense
  | "trouble" // not accepted, and nobody can know that
  | "busy"
  | "locked"; // the account

/** How a take ends when its prompt says so. */
export type Ending = "content-policy" | "bad-input" | "provider-failure" | "timeout" | "no-picture";

/** What may happen to calls other than the submit. */
export type CallMishap =
  | "status-lost" // the next status calls and streams are cut
  | "result-lost"
  | "history-down";

/** A provider and the backend that talks to it, as a test wants to play with them. */
export interface ImageProvider {
  readonly backend: ImageBackend;
  /** The same backend where nobody listens. */
  readonly unreachable: ImageBackend;
  /** Ids of the requests the provider accepted (would bill), oldest first. */
  accepted(): readonly string[];
  /** How many run at once from now on; the others wait. */
  room(count: number): void;
  /** Ends a request now. */
  finish(requestId: string): void;
  /** A prompt whose take ends so. */
  promptThatEnds(ending: Ending): string;
  spoilSubmit(mishap: SubmitMishap): void;
  spoilCalls(mishap: CallMishap): void;
  close(): Promise<void>;
}

export interface ImageBackendDescriptor {
  /** A provider that runs one request at once; requests run until they are finished by hand. */
  create(): Promise<ImageProvider>;
  readonly differences: {
    /** Whether a lost submit is found while its request still runs. */
    readonly findsRunning: boolean;
    /** Whether log lines reach `working`. */
    readonly tellsLogs: boolean;
    /** Whether the provider says what it billed. */
    readonly tellsUnits: boolean;
  };
}

const FAILURES: readonly (readonly [Ending, FailureCode])[] = [
  ["content-policy", "content-policy"],
  ["bad-input", "bad-input"],
  ["provider-failure", "provider-failure"],
  ["timeout", "timeout"],
  ["no-picture", "provider-failure"],
];

/** What every image backend guarantees. */
export function imageBackendContract(name: string, descriptor: ImageBackendDescriptor): void {
  const { differences } = descriptor;

  describe(`${name} as an image backend`, () => {
    let provider: ImageProvider;
    let backend: ImageBackend;
    const open: AbortController[] = [];

    beforeEach(async () => {
      provider = await descriptor.create();
      backend = provider.backend;
    });
    afterEach(async () => {
      for (const controller of open.splice(0)) controller.abort();
      await provider.close();
    });

    function signal(): AbortSignal {
      const controller = new AbortController();
      open.push(controller);
      return controller.signal;
    }

    let seed = 1000;
    function anOrder(overrides: Partial<ImageRequest> = {}): TakeOrder {
      seed += 1;
      return { request: aRequest(overrides), seed };
    }

    async function submitted(overrides: Partial<ImageRequest> = {}): Promise<Ticket> {
      return backend.submit(anOrder(overrides), signal());
    }

    /** Ends the take as soon as it was seen running; gives all that was told. */
    async function toTheEnd(ticket: Ticket): Promise<TakeProgress[]> {
      const told: TakeProgress[] = [];
      for await (const progress of backend.follow(ticket, signal())) {
        told.push(progress);
        if (progress.type === "working") provider.finish(ticket.requestId);
      }
      return told;
    }

    describe("submitting", () => {
      it("gives a ticket for each request the provider accepts", async () => {
        const first = await submitted();
        const second = await submitted();
        expect(provider.accepted()).toEqual([first.requestId, second.requestId]);
      });

      it.each(["answer-lost", "gateway-error", "answer-garbled"] as const)(
        "ends unknown on %s, sends nothing again, and finds the one request",
        async (mishap) => {
          const order = anOrder();
          const since = Date.now();
          provider.spoilSubmit(mishap);
          expect(await errorOf(backend.submit(order, signal()))).toBeInstanceOf(SubmitUnknown);
          expect(provider.accepted()).toHaveLength(1);
          const [requestId = ""] = provider.accepted();
          if (!differences.findsRunning) provider.finish(requestId);
          expect(await backend.reconcile(order, since, new Set())).toMatchObject({ requestId });
        },
      );

      it("ends unknown on trouble, and later tells that nothing arrived", async () => {
        const order = anOrder();
        provider.spoilSubmit("trouble");
        expect(await errorOf(backend.submit(order, signal()))).toBeInstanceOf(SubmitUnknown);
        expect(provider.accepted()).toEqual([]);
        expect(await backend.reconcile(order, Date.now(), new Set())).toBe("absent");
      });

      it.each([
        ["busy", "busy"],
        ["locked", "account"],
      ] as const)(
        "fails when the provider refuses as %s, and nothing was accepted",
        async (mishap, failure) => {
          provider.spoilSubmit(mishap);
          const error = await errorOf(backend.submit(anOrder(), signal()));
          expect(error).toBeInstanceOf(TakeFailure);
          expect(error).toMatchObject({ failure });
          expect(provider.accepted()).toEqual([]);
        },
      );

      it("tells that it never left when nobody listens", async () => {
        const error = await errorOf(provider.unreachable.submit(anOrder(), signal()));
        expect(error).toBeInstanceOf(SubmitNotSent);
      });

      it("never left when it was aborted before", async () => {
        const error = await errorOf(backend.submit(anOrder(), AbortSignal.abort()));
        expect(error).toBeInstanceOf(SubmitNotSent);
        expect(provider.accepted()).toEqual([]);
      });
    });

    describe("following", () => {
      it("tells a take's life from waiting to its picture", async () => {
        provider.room(0);
        const ticket = await submitted();
        const told: TakeProgress[] = [];
        for await (const progress of backend.follow(ticket, signal())) {
          told.push(progress);
          if (progress.type === "waiting") provider.room(1);
          if (progress.type === "working") provider.finish(ticket.requestId);
        }
        const types = told.map(({ type }) => type);
        expect([...new Set(types)]).toEqual(["waiting", "working", "done"]);
        expect(types.filter((type) => type === "done")).toHaveLength(1);
        expect(URL.canParse(told.flatMap((one) => (one.type === "done" ? one.image.url : []))[0] ?? "")).toBe(
          true,
        );
      });

      it("tells how many are ahead", async () => {
        provider.room(0);
        await submitted();
        const second = await submitted();
        const [first] = await take(1, backend.follow(second, signal()));
        expect(first).toEqual({ type: "waiting", position: 1 });
      });

      itWhere(differences.tellsLogs)("tells log lines, none of them twice", async () => {
        const told = await take(2, backend.follow(await submitted(), signal()));
        const logs = told.flatMap((one) => (one.type === "working" && one.log !== null ? one.log : []));
        expect(logs.length).toBeGreaterThan(0);
        expect(new Set(logs).size).toBe(logs.length);
      });

      itWhere(differences.tellsUnits)("tells what was billed", async () => {
        const told = await toTheEnd(await submitted());
        expect(told.at(-1)).toMatchObject({ type: "done", billableUnits: expect.any(Number) });
      });

      it("takes a take up that has ended long ago", async () => {
        const ticket = await submitted();
        provider.finish(ticket.requestId);
        expect((await toTheEnd(ticket)).at(-1)).toMatchObject({ type: "done" });
      });

      it.each(FAILURES)("fails a take that ended as %s with %s", async (ending, failure) => {
        const ticket = await submitted({ prompt: `a fox ${provider.promptThatEnds(ending)}` });
        const error = await errorOf(toTheEnd(ticket));
        expect(error).toBeInstanceOf(TakeFailure);
        expect(error).toMatchObject({ failure });
        expect(String(error)).not.toContain("a fox");
      });

      it("survives lost connections and ends with the picture", async () => {
        const ticket = await submitted();
        provider.spoilCalls("status-lost");
        provider.spoilCalls("result-lost");
        expect((await toTheEnd(ticket)).at(-1)).toMatchObject({ type: "done" });
        expect(provider.accepted()).toHaveLength(1);
      });

      it("ends at once with the signal's reason when it is aborted", async () => {
        const stop = new AbortController();
        const ticket = await submitted();
        const reason = new Error("shutting down");
        const steps = backend.follow(ticket, stop.signal)[Symbol.asyncIterator]();
        await steps.next();
        const rest = errorOf(drain(steps));
        stop.abort(reason);
        expect(await rest).toBe(reason);
      });

      it("can be done by two at once", async () => {
        const ticket = await submitted();
        const [one, other] = await Promise.all([toTheEnd(ticket), toTheEnd(ticket)]);
        expect(one.at(-1)).toEqual(other.at(-1));
      });
    });

    describe("cancelling", () => {
      it("stops a take that waits, whose follow then ends as a failure", async () => {
        provider.room(0);
        const ticket = await submitted();
        expect(await backend.cancel(ticket)).toBe("stopped");
        expect(await errorOf(toTheEnd(ticket))).toBeInstanceOf(TakeFailure);
      });

      it("is too late for a finished take, whose picture stays", async () => {
        const ticket = await submitted();
        provider.finish(ticket.requestId);
        expect(await backend.cancel(ticket)).toBe("too-late");
        expect((await toTheEnd(ticket)).at(-1)).toMatchObject({ type: "done" });
      });

      it("is unknown for a ticket the provider does not know, or when nobody listens", async () => {
        const ticket = await submitted();
        expect(await backend.cancel({ ...ticket, requestId: "no-such-request" })).toBe("unknown");
        expect(await provider.unreachable.cancel(ticket)).toBe("unknown");
      });
    });

    describe("reconciling", () => {
      async function finishedOrder(order: TakeOrder): Promise<Ticket> {
        const ticket = await backend.submit(order, signal());
        provider.finish(ticket.requestId);
        return ticket;
      }

      it("finds a request by its exact input", async () => {
        const order = anOrder({ prompt: 'says "hello" {loudly} 🦊', no: "dogs", ratio: "9:16" });
        const since = Date.now();
        await finishedOrder(anOrder());
        const ticket = await finishedOrder(order);
        await finishedOrder({ ...order, seed: order.seed + 500 });
        expect(await backend.reconcile(order, since, new Set())).toEqual(ticket);
      });

      it("leaves alone what belongs to other takes", async () => {
        const order = anOrder();
        const since = Date.now();
        const first = await finishedOrder(order);
        const second = await finishedOrder(order);
        expect(await backend.reconcile(order, since, new Set([first.requestId]))).toEqual(second);
        expect(await backend.reconcile(order, since, new Set([first.requestId, second.requestId]))).toBe(
          "absent",
        );
      });

      it("does not take a request from long before the submit for its own", async () => {
        const order = anOrder();
        await finishedOrder(order);
        expect(await backend.reconcile(order, Date.now() + 60_000, new Set())).toBe("absent");
      });

      it("is absent for an input that was never sent", async () => {
        expect(await backend.reconcile(anOrder(), Date.now(), new Set())).toBe("absent");
      });

      it("is unknown while the history cannot be read", async () => {
        const order = anOrder();
        const since = Date.now();
        await finishedOrder(order);
        provider.spoilCalls("history-down");
        expect(await backend.reconcile(order, since, new Set())).toBe("unknown");
        expect(await provider.unreachable.reconcile(order, since, new Set())).toBe("unknown");
        await eventually(async () =>
          expect(await backend.reconcile(order, since, new Set())).not.toBe("unknown"),
        );
      });
    });
  });
}

async function take(count: number, progress: AsyncIterable<TakeProgress>): Promise<TakeProgress[]> {
  const told: TakeProgress[] = [];
  for await (const one of progress) {
    told.push(one);
    if (told.length === count) break;
  }
  return told;
}

async function drain(steps: AsyncIterator<TakeProgress>): Promise<void> {
  while ((await steps.next()).done !== true);
}

/** What a promise rejects with. */
async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it resolved");
}
