/** An answer of Discord's error shape: `{ code, message, errors? }` with an HTTP status. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly detail: FieldErrors | null;

  constructor(status: number, code: number, message: string, detail: FieldErrors | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

/** Discord's tree of field errors (50035). */
export interface FieldErrors {
  [key: string]: FieldErrors | { readonly code: string; readonly message: string }[];
}

/** Codes and texts as in Discord's topics/opcodes-and-status-codes. */
export const refusals = {
  unauthorized: () => new Refusal(401, 0, "401: Unauthorized"),
  unknownChannel: () => new Refusal(404, 10003, "Unknown Channel"),
  unknownGuild: () => new Refusal(404, 10004, "Unknown Guild"),
  unknownMessage: () => new Refusal(404, 10008, "Unknown Message"),
  unknownUser: () => new Refusal(404, 10013, "Unknown User"),
  unknownEmoji: () => new Refusal(400, 10014, "Unknown Emoji"),
  unknownWebhook: () => new Refusal(404, 10015, "Unknown Webhook"),
  unknownInteraction: () => new Refusal(404, 10062, "Unknown interaction"),
  tooLarge: () => new Refusal(413, 40005, "Request entity too large"),
  acknowledged: () => new Refusal(400, 40060, "Interaction has already been acknowledged."),
  followUps: () =>
    new Refusal(400, 40094, "This interaction has reached the maximum number of follow up messages"),
  agent: () => new Refusal(403, 40333, "internal network error"),
  missingAccess: () => new Refusal(403, 50001, "Missing Access"),
  otherAuthor: () => new Refusal(403, 50005, "Cannot edit a message authored by another user"),
  emptyMessage: () => new Refusal(400, 50006, "Cannot send an empty message"),
  closedDm: () => new Refusal(403, 50007, "Cannot send messages to this user"),
  noText: () => new Refusal(400, 50008, "Cannot send messages in a non-text channel"),
  missingPermissions: () => new Refusal(403, 50013, "Missing Permissions"),
  invalidToken: () => new Refusal(401, 50027, "Invalid Webhook Token"),
  notFound: () => new Refusal(404, 0, "404: Not Found"),
} as const;

/** 50035 with one field's error at `path`. */
export function invalidForm(path: readonly (string | number)[], code: string, message: string): Refusal {
  let tree: FieldErrors = { _errors: [{ code, message }] };
  for (const key of [...path].reverse()) tree = { [String(key)]: tree };
  return new Refusal(400, 50035, "Invalid Form Body", tree);
}
