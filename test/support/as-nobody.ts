/** A user of most systems who owns nothing. */
const NOBODY = 65_534;

/** Does something without the rights of root, for whom no file is read-only. Anybody else just does it. */
export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
