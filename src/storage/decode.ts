import type { z } from "zod";

/** What came of reading a stored text. `problem` says what is wrong with it without quoting it. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

/** Never throws. */
export function decode<T>(text: string, schema: z.ZodType<T>): Decoded<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may hold a prompt.
    return { ok: false, problem: "it is not JSON" };
  }
  const result = schema.safeParse(json);
  if (result.success) return { ok: true, value: result.data };
  const places = result.error.issues.map((issue) => `${issue.path.join(".") || "it"}: ${issue.code}`);
  return { ok: false, problem: places.join(", ") };
}
