/** What a check looked at; the order in which a report shows them. */
export const PARTS = ["Configuration", "Data folder", "Database", "fal", "Discord", "Slack", "Web"] as const;
export type Part = (typeof PARTS)[number];

/**
 * `ok` as it should be · `note` worth knowing, nothing to mend · `warning` works, and somebody will be surprised ·
 * `failure` does not work.
 */
export type Mark = "ok" | "note" | "warning" | "failure";

/** One line of the doctor's. Holds no secret, and nothing a person wrote. */
export interface Finding {
  readonly part: Part;
  readonly mark: Mark;
  /** What was found, as a sentence that can be understood alone. */
  readonly what: string;
  /** What to do about it, as a sentence; null: nothing. */
  readonly fix: string | null;
}

/** Makes the findings of one part. A warning and a failure always say what to do. */
export interface Scribe {
  ok(what: string): Finding;
  note(what: string, fix?: string): Finding;
  warning(what: string, fix: string): Finding;
  failure(what: string, fix: string): Finding;
}

/** The scribe of one part. */
export function scribeOf(part: Part): Scribe {
  const finding =
    (mark: Mark) =>
    (what: string, fix: string | null = null): Finding => ({ part, mark, what, fix });
  return {
    ok: finding("ok"),
    note: finding("note"),
    warning: finding("warning"),
    failure: finding("failure"),
  };
}
