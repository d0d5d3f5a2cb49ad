import type { z } from "zod";
import type { Json } from "../core/model.ts";
import type { Records } from "../core/ports.ts";
import { decode } from "./decode.ts";
import { type OnUnreadable, unreadable } from "./failure.ts";
import type { Texts } from "./texts.ts";

/** Records of one namespace, checked by `schema` when read. One that does not fit is left out of `all`, and reported. */
export function createRecords<T extends Json>(options: {
  readonly texts: Texts;
  readonly schema: z.ZodType<T>;
  readonly onUnreadable: OnUnreadable;
}): Records<T> {
  const { texts, schema, onUnreadable } = options;

  return {
    get: async (key) => {
      const text = await texts.get(key);
      if (text === null) return null;
      const found = decode(text, schema);
      if (!found.ok) throw unreadable(texts.namespace, key, found.problem);
      return found.value;
    },
    set: (key, value, ttlMs) => texts.set(key, JSON.stringify(value), ttlMs),
    insert: (key, value, ttlMs) => texts.insert({ key, value: JSON.stringify(value), ttl: ttlMs }),
    remove: (key) => texts.remove(key),
    all: async () => {
      const records: [string, T][] = [];
      for (const [key, text] of await texts.entries()) {
        const found = decode(text, schema);
        if (found.ok) records.push([key, found.value]);
        else onUnreadable(key, unreadable(texts.namespace, key, found.problem));
      }
      return records;
    },
  };
}
