import type { InboundEvent, InboundSink, Responder } from "../../src/core/events.ts";
import type { Intent, ReplyRef, Requester, Standing } from "../../src/core/model.ts";
import type { PictureRules, PlatformAdapter, ReplyHandle } from "../../src/core/ports.ts";
import type { Form, View } from "../../src/core/view.ts";
import { ReplyError } from "../../src/errors.ts";

export interface FakeMessage {
  readonly key: string;
  /** Null: everybody sees it. */
  readonly audience: string | null;
  /** Every view it has shown, oldest first. */
  readonly views: View[];
}

/** What came of one event: the answer the person saw. */
export interface FakeAnswer {
  readonly refusals: View[];
  readonly forms: Form[];
  settled: number;
}

/** A platform without a network: what it shows is its state, and faults can be put in its way. */
export interface FakePlatform extends PlatformAdapter {
  readonly messages: Map<string, FakeMessage>;
  /** Errors thrown by the next creates and by the next edits to a final view, in order; `null` lets one pass. */
  readonly createFaults: (ReplyError | null)[];
  readonly resultFaults: ((view: View) => Error | null)[];
  /** What happens right before a message is taken away. */
  removing: () => Promise<void>;
  /** A create that fails after it was shown: the answer is lost. */
  loseNextAnswer(): void;
  pictures: PictureRules;
  /** When replies opened from now on can no longer be changed, epoch ms. */
  expiresAt: number | null;
  command(text: string, event?: Partial<InboundEvent>): Promise<FakeAnswer>;
  press(intent: Intent, jobId: string, user?: string, event?: Partial<InboundEvent>): Promise<FakeAnswer>;
  react(intent: Intent, messageKey: string, user?: string, event?: object): Promise<View[]>;
  send(event: (responder: Responder, answer: FakeAnswer) => InboundEvent): Promise<FakeAnswer>;
  /** The last view of the newest public message, or of the given one. */
  shown(key?: string): View;
  keys(): readonly string[];
}

export const MEMBER: Standing = { roles: [], moderator: false, owner: false };
export const MODERATOR: Standing = { ...MEMBER, moderator: true };
export const OWNER: Standing = { ...MODERATOR, owner: true };

export function aPerson(user: string): Requester {
  return { platform: "fake", workspace: "w", user, name: user };
}

/** `tick` runs before each event, so that no two have the same moment. */
export function createFakePlatform(tick: () => Promise<void>): FakePlatform {
  const messages = new Map<string, FakeMessage>();
  const createFaults: (ReplyError | null)[] = [];
  const resultFaults: ((view: View) => Error | null)[] = [];
  let sink: InboundSink = () => Promise.resolve();
  let deliveries = 0;
  let loseAnswer = false;

  const keyOf = (ref: ReplyRef): string => (ref.data as { key: string }).key;
  const audienceOf = (ref: ReplyRef): string | null => (ref.data as { audience: string | null }).audience;
  const refFor = (key: string, audience: string | null = null): ReplyRef => ({
    platform: "fake",
    messageKey: null,
    scope: "fake",
    data: { key, audience },
  });

  function create(ref: ReplyRef, view: View): ReplyRef {
    const fault = createFaults.shift();
    if (fault) throw fault;
    const key = keyOf(ref);
    const message = messages.get(key) ?? { key, audience: audienceOf(ref), views: [] };
    if (message.views.length === 0) message.views.push(view);
    messages.set(key, message);
    if (loseAnswer) {
      loseAnswer = false;
      throw new ReplyError("unavailable", "The answer was lost");
    }
    return { ...ref, messageKey: key };
  }

  const platform: FakePlatform = {
    name: "fake",
    limits: { replyGapMs: 100, sharedEdits: { count: 1000, windowMs: 1000 } },
    pictures: { maxBytes: 1_000_000, types: ["image/png"] },
    expiresAt: null,
    removing: async () => undefined,
    messages,
    createFaults,
    resultFaults,
    loseNextAnswer() {
      loseAnswer = true;
    },
    start(to) {
      sink = to;
      return Promise.resolve();
    },
    stop: () => Promise.resolve(),
    connected: () => true,
    isId: (_kind, text) => /^\w+$/.test(text),
    channelRef: (workspace, channel) => ({
      ...refFor(`note-${++deliveries}`, `${workspace}/${channel}`),
    }),
    linkTo: () => null,
    openReply(ref): ReplyHandle {
      return {
        ref,
        get pictures() {
          return platform.pictures;
        },
        expiresAt: platform.expiresAt,
        create: async (view) => create(ref, view),
        async update(view) {
          const isResult = ["done", "failed", "cancelled"].includes(view.kind);
          const fault = isResult ? (resultFaults.shift()?.(view) ?? null) : null;
          if (fault !== null) throw fault;
          const message = messages.get(keyOf(ref));
          if (message === undefined) throw new ReplyError("gone", "No such message");
          message.views.push(view);
        },
        async remove() {
          await platform.removing();
          messages.delete(keyOf(ref));
        },
      };
    },
    async send(build) {
      const answer: FakeAnswer = { refusals: [], forms: [], settled: 0 };
      const responder: Responder = {
        reply: async (view) => create(event.replyTo, view),
        refuse: async (view) => void answer.refusals.push(view),
        form: async (form) => void answer.forms.push(form),
        settle: async () => {
          answer.settled += 1;
        },
      };
      const event = build(responder, answer) as Exclude<InboundEvent, { type: "home" }>;
      await tick();
      await sink(event);
      return answer;
    },
    command(text, overrides = {}) {
      const id = `d${++deliveries}`;
      return platform.send(
        (responder) =>
          ({
            type: "command",
            command: "imagine",
            input: { type: "text", text },
            deliveryId: id,
            requester: aPerson("ada"),
            place: { channel: "c", kind: "channel", ageRestricted: null },
            standing: MEMBER,
            replyTo: refFor(id),
            direct: refFor(`direct-${id}`, "ada"),
            obstacle: null,
            parentId: null,
            responder,
            ...overrides,
          }) as InboundEvent,
      );
    },
    press(intent, jobId, user = "ada", overrides = {}) {
      const id = `d${++deliveries}`;
      return platform.send(
        (responder) =>
          ({
            type: "action",
            intent,
            jobId,
            deliveryId: id,
            requester: aPerson(user),
            place: { channel: "c", kind: "channel", ageRestricted: null },
            standing: MEMBER,
            replyTo: refFor(id),
            direct: refFor(`direct-${id}`, user),
            obstacle: null,
            responder,
            ...overrides,
          }) as InboundEvent,
      );
    },
    async react(intent, messageKey, user = "ada", overrides = {}) {
      const id = `d${++deliveries}`;
      const whispers: View[] = [];
      await platform.send(
        () =>
          ({
            type: "reaction",
            change: "added",
            intent,
            emoji: intent,
            messageKey,
            deliveryId: id,
            requester: aPerson(user),
            place: { channel: "c", kind: "channel", ageRestricted: null },
            standing: MEMBER,
            replyTo: refFor(id),
            direct: refFor(`direct-${id}`, user),
            obstacle: null,
            whisper: async (view: View) => void whispers.push(view),
            ...overrides,
          }) as InboundEvent,
      );
      return whispers;
    },
    shown(key) {
      const all = [...messages.values()];
      const message =
        key === undefined ? all.filter((one) => one.audience === null).at(-1) : messages.get(key);
      const view = message?.views.at(-1);
      if (view === undefined) throw new Error("Nothing is shown");
      return view;
    },
    keys: () => [...messages.keys()],
  };
  return platform;
}
