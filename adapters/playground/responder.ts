import type { Responder } from "../../src/core/events.ts";
import type { ReplyRef } from "../../src/core/model.ts";
import { BotError } from "../../src/errors.ts";
import type { WireAnswer } from "./page/wire.ts";
import type { Replies } from "./replies.ts";

/** The answer to something that needs none. */
export const SETTLED: WireAnswer = { type: "settled" };

/** A responder, and the answer its first use gives; the answer rejects when the reply could not be posted. */
export function openResponder(
  replies: Replies,
  replyTo: ReplyRef,
  words: ReplyRef,
): { readonly responder: Responder; readonly answer: Promise<WireAnswer> } {
  const { promise: answer, resolve, reject } = deferred<WireAnswer>();
  // The core hears of a failed post by its own promise, also when the asker is no longer waiting for this one.
  answer.catch(() => {});
  let used = false;
  const once = async <T>(answered: WireAnswer, work: () => Promise<T>): Promise<T> => {
    if (used) throw new BotError("A playground event was answered twice", { code: "misuse" });
    used = true;
    try {
      const value = await work();
      resolve(answered);
      return value;
    } catch (error) {
      reject(error);
      throw error;
    }
  };
  return {
    answer,
    responder: {
      reply: (view) => once({ type: "reply" }, () => replies.post(replyTo, view)),
      refuse: (view) =>
        once({ type: "refused" }, async () => {
          await replies.post(words, view);
        }),
      form: (form) => once({ type: "form", form }, async () => {}),
      settle: () => once(SETTLED, async () => {}),
    },
  };
}

/** A promise with its ends in hand. */
export function deferred<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
} {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
