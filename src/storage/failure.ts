import { BotError } from "../errors.ts";

/** Called with the key of a record that cannot be read. It stays in the database, and is left out of lists. */
export type OnUnreadable = (key: string, error: BotError) => void;

/** Runs one store call; whatever it throws that is not a BotError yet becomes BotError `store` with this context. */
export async function storeCall<T>(
  context: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof BotError) throw cause;
    throw new BotError("The database did not do what it was asked.", {
      code: "store",
      context,
      cause,
      remedy: "Check that the disk has room left and that the database file can be read and written.",
    });
  }
}

/** `problem` names what is wrong with the record, never what is in it. */
export function unreadable(namespace: string, key: string, problem: string): BotError {
  return new BotError("A stored record cannot be read.", {
    code: "store",
    // Not under the name "key", which the log takes for a secret.
    context: { namespace, record: key, problem },
    remedy: "Restore the database from a backup, or delete this record.",
  });
}
