import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { ReplyRef } from "../../src/core/model.ts";
import type { ReplyHandle } from "../../src/core/ports.ts";
import type { View } from "../../src/core/view.ts";
import { ReplyError } from "../../src/errors.ts";
import { PLAYGROUND_PICTURES } from "./limits.ts";
import { type PlaygroundMessage, privacySchema, type StoredFiles, storedView } from "./messages.ts";
import type { Room } from "./room.ts";
import type { Shelf } from "./shelf.ts";

/** The name of this platform. */
export const PLAYGROUND = "playground";

const addressSchema = z.object({
  messageId: z.string().regex(/^[a-z0-9-]{1,80}$/),
  audience: z.string().nullable(),
  privacy: privacySchema,
  cause: z.object({ user: z.string(), did: z.string() }).nullable(),
  replyTo: z.string().nullable(),
});

/** Where a reply is or will be, and what it answers. */
export type Address = z.infer<typeof addressSchema>;

export function addressRef(address: Address): ReplyRef {
  return { platform: PLAYGROUND, messageKey: null, scope: PLAYGROUND, data: address };
}

/** The id of the message a key stands for. */
export function messageKeyOf(messageId: string): string {
  return `${PLAYGROUND}:${messageId}`;
}

export interface Replies {
  open(ref: ReplyRef, keep: (ref: ReplyRef) => Promise<void>): ReplyHandle;
  /** Posts the view at once; the same address twice is one message. @throws ReplyError */
  post(ref: ReplyRef, view: View): Promise<ReplyRef>;
}

/** Replies as messages of the room. The message's id is chosen before it is posted, so `create` may be repeated. */
export function createReplies(room: Room, shelf: Shelf): Replies {
  const shelve = async (id: string, view: View): Promise<StoredFiles> => ({
    images: await Promise.all(view.images.map((image) => shelf.put(id, image))),
    documents: await Promise.all(view.documents.map((document) => shelf.putDocument(id, document))),
  });

  /** Files are on the shelf before the message names them, and leave it after the message forgot them. */
  const show = async (id: string, view: View) => {
    let unused: readonly string[] = [];
    const there = await room.change(id, async (message) => {
      const next = storedView(view, await shelve(id, view));
      if (isDeepStrictEqual(next, message.view)) return message;
      const used = new Set(filesOf(next));
      unused = filesOf(message.view).filter((name) => !used.has(name));
      return { ...message, view: next };
    });
    await shelf.discard(unused);
    return there;
  };

  const open: Replies["open"] = (ref, keep) => {
    const parsed = addressSchema.safeParse(ref.data);
    if (!parsed.success) throw new ReplyError("gone", "This playground address cannot be read");
    const address = parsed.data;
    let current = ref;
    return {
      get ref() {
        return current;
      },
      pictures: PLAYGROUND_PICTURES,
      expiresAt: null,
      create: (view) =>
        guarded(async () => {
          const { messageId, ...rest } = address;
          const posted = await room.post({
            id: messageId,
            author: null,
            text: null,
            view: storedView(view, await shelve(messageId, view)),
            reactions: [],
            ...rest,
          });
          if (!posted && !(await show(messageId, view))) throw gone();
          const messageKey = messageKeyOf(messageId);
          if (current.messageKey !== messageKey) {
            const changed = { ...current, messageKey };
            await keep(changed);
            current = changed;
          }
          return current;
        }),
      update: (view) =>
        guarded(async () => {
          if (!(await show(address.messageId, view))) throw gone();
        }),
      remove: () => guarded(() => room.remove(address.messageId)),
    };
  };

  return { open, post: (ref, view) => open(ref, async () => {}).create(view) };
}

/** Files on the shelf that belong to a message's view. */
export function filesOf(view: PlaygroundMessage["view"]): readonly string[] {
  return view === null ? [] : [...view.images, ...view.documents].map((file) => file.name);
}

function gone(): ReplyError {
  return new ReplyError("gone", "The playground message is no longer there");
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ReplyError) throw error;
    throw new ReplyError("unavailable", "The playground could not store its message", { cause: error });
  }
}
