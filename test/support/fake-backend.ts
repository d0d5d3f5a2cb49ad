import type { Ticket } from "../../src/core/model.ts";
import type { Billed, ImageBackend, TakeOrder, TakeProgress } from "../../src/core/ports.ts";

/** A provider that does what the test says, when it says so. */
export interface FakeBackend extends ImageBackend {
  /** Every submit that arrived. */
  readonly orders: TakeOrder[];
  readonly cancels: string[];
  /** What the next submits do instead of giving a ticket; `arrived` counts the submit before it throws. */
  readonly submitFaults: { readonly error: unknown; readonly arrived: boolean }[];
  /** Answers of `reconcile`, in order; afterwards `absent`. */
  readonly lookUps: (Ticket | "absent" | "unknown")[];
  readonly takenSeen: ReadonlySet<string>[];
  /** Answers of `billed`, in order; afterwards `unknown`. */
  readonly billedAnswers: Billed[];
  cancelAnswer: "stopped" | "too-late" | "unknown";
  /** Sends progress to whoever follows the ticket. */
  say(requestId: string, progress: TakeProgress): void;
  finish(requestId: string): void;
  fail(requestId: string, error: unknown): void;
  /** Ticket ids followed now. */
  followed(): readonly string[];
}

export function createFakeBackend(): FakeBackend {
  const orders: TakeOrder[] = [];
  const channels = new Map<string, Channel>();
  const following: string[] = [];
  const channelOf = (id: string): Channel => {
    const channel = channels.get(id) ?? createChannel();
    channels.set(id, channel);
    return channel;
  };
  const backend: FakeBackend = {
    orders,
    cancels: [],
    submitFaults: [],
    lookUps: [],
    takenSeen: [],
    billedAnswers: [],
    cancelAnswer: "stopped",
    async submit(order) {
      const fault = backend.submitFaults.shift();
      if (fault === undefined || fault.arrived) orders.push(order);
      if (fault !== undefined) throw fault.error;
      return { requestId: `r${orders.length}`, endpoint: "owner/app" };
    },
    async *follow(ticket, signal) {
      following.push(ticket.requestId);
      const channel = channelOf(ticket.requestId);
      try {
        for (;;) {
          const step = await channel.next(signal);
          yield step;
          if (step.type === "done") return;
        }
      } finally {
        following.splice(following.indexOf(ticket.requestId), 1);
      }
    },
    async cancel(ticket) {
      backend.cancels.push(ticket.requestId);
      return backend.cancelAnswer;
    },
    async billed() {
      return backend.billedAnswers.shift() ?? { type: "unknown" };
    },
    async reconcile(_order, _since, taken) {
      backend.takenSeen.push(taken);
      return backend.lookUps.shift() ?? "absent";
    },
    say: (id, progress) => channelOf(id).put(progress),
    finish: (id) =>
      channelOf(id).put({
        type: "done",
        image: { url: `https://fal.media/${id}.png`, width: 64, height: 64, contentType: "image/png" },
        billableUnits: 1,
      }),
    fail: (id, error) => channelOf(id).fail(error),
    followed: () => [...following],
  };
  return backend;
}

interface Channel {
  put(progress: TakeProgress): void;
  fail(error: unknown): void;
  next(signal: AbortSignal): Promise<TakeProgress>;
}

function createChannel(): Channel {
  const items: ({ readonly progress: TakeProgress } | { readonly error: unknown })[] = [];
  let wake = () => {};
  return {
    put(progress) {
      items.push({ progress });
      wake();
    },
    fail(error) {
      items.push({ error });
      wake();
    },
    async next(signal) {
      for (;;) {
        signal.throwIfAborted();
        const item = items.shift();
        if (item !== undefined && "error" in item) throw item.error;
        if (item !== undefined) return item.progress;
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
      }
    },
  };
}
