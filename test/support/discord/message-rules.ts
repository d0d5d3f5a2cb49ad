import { z } from "zod";
import { checkComponentsV2, checkLegacyComponents, lengthOf, tooLong } from "./component-rules.ts";
import type { RequestBody, UploadedFile } from "./multipart.ts";
import { REQUEST_LIMIT } from "./multipart.ts";
import { invalidForm, refusals } from "./refusal.ts";
import { type AttachmentState, COMPONENTS_V2, EPHEMERAL, type MessageState } from "./state.ts";

/** What a valid body asks a message to become. */
export interface MessageChange {
  readonly content: string;
  readonly flags: number;
  readonly components: readonly Record<string, unknown>[];
  readonly attachments: readonly AttachmentState[];
  /** Everything a person reads, for finding mentions. */
  readonly text: string;
  readonly allowedMentions: AllowedMentions | null;
  readonly nonce: string | null;
  readonly enforceNonce: boolean;
}

export interface BodyContext {
  readonly existing: MessageState | null;
  readonly uploadLimit: number;
  /** Whether the ephemeral flag means anything here. */
  readonly interaction: boolean;
  nextId(): string;
}

const allowedMentions = z.looseObject({
  parse: z.array(z.enum(["roles", "users", "everyone"])).optional(),
  users: z.array(z.string()).max(100).optional(),
  roles: z.array(z.string()).max(100).optional(),
  replied_user: z.boolean().optional(),
});
export type AllowedMentions = z.infer<typeof allowedMentions>;

const shape = z.looseObject({
  content: z.string().nullish(),
  flags: z.int().nullish(),
  embeds: z.array(z.looseObject({})).max(10).nullish(),
  components: z.array(z.record(z.string(), z.unknown())).nullish(),
  attachments: z
    .array(
      z.looseObject({
        id: z.union([z.string(), z.int()]),
        filename: z.string().max(1024).optional(),
        description: z.string().nullish(),
      }),
    )
    .max(10)
    .nullish(),
  allowed_mentions: allowedMentions.nullish(),
  nonce: z.union([z.string(), z.int()]).nullish(),
  enforce_nonce: z.boolean().nullish(),
});
type Body = z.infer<typeof shape>;

/** Checks the body of a message or of an edit. Sources: resources/message, reference#uploading-files. @throws Refusal */
export function checkMessage(request: RequestBody, context: BodyContext): MessageChange {
  const parsed = shape.safeParse(request.json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalidForm((issue?.path ?? []).map(String), "BASE_TYPE", issue?.message ?? "invalid");
  }
  const body = parsed.data;
  checkSizes(request.files, context);
  checkMentions(body);
  const before = context.existing;
  const flags = flagsOf(body, context);
  const isV2 = (flags & COMPONENTS_V2) !== 0;
  const attachments = attachmentsOf(body, request.files, context);
  const content = body.content === undefined ? (before?.content ?? "") : (body.content ?? "");
  if (lengthOf(content) > 2000) throw tooLong(["content"], 2000);
  if (isV2 && (content !== "" || (body.embeds ?? []).length > 0)) {
    const code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2";
    throw invalidForm(
      [content === "" ? "embeds" : "content"],
      code,
      "Not with MessageFlags.IS_COMPONENTS_V2",
    );
  }
  const components = body.components ?? before?.components ?? [];
  const totals = isV2 ? checkComponentsV2(components) : checkLegacyComponents(components);
  for (const name of totals.attachments) {
    if (!attachments.some((one) => one.filename === name)) {
      throw invalidForm(["components"], "ATTACHMENT_NOT_FOUND", "The referenced attachment was not found");
    }
  }
  if (
    content === "" &&
    components.length === 0 &&
    attachments.length === 0 &&
    (body.embeds ?? []).length === 0
  ) {
    throw refusals.emptyMessage();
  }
  const nonce = body.nonce == null ? null : String(body.nonce);
  if (nonce !== null && nonce.length > 25) throw tooLong(["nonce"], 25);
  return {
    content,
    flags,
    components,
    attachments,
    text: [content, ...totals.text].join("\n"),
    allowedMentions: body.allowed_mentions ?? null,
    nonce,
    enforceNonce: body.enforce_nonce ?? false,
  };
}

function flagsOf(body: Body, context: BodyContext): number {
  const before = context.existing?.flags ?? 0;
  // The V2 flag can never be taken back, and nobody becomes ephemeral or public later.
  const asked = body.flags ?? 0;
  if (asked & EPHEMERAL && !context.interaction)
    throw invalidForm(["flags"], "BAD_FLAGS", "Not for this route");
  return context.existing
    ? before | (asked & COMPONENTS_V2)
    : asked & (COMPONENTS_V2 | EPHEMERAL | (1 << 2) | (1 << 12));
}

function checkSizes(files: readonly UploadedFile[], context: BodyContext): void {
  if (files.some((file) => file.bytes > context.uploadLimit)) throw refusals.tooLarge();
  const whole = files.reduce((sum, file) => sum + file.bytes, 0);
  if (whole > Math.max(REQUEST_LIMIT, context.uploadLimit)) throw refusals.tooLarge();
}

function checkMentions(body: Body): void {
  const rules = body.allowed_mentions;
  if (!rules) return;
  for (const kind of ["users", "roles"] as const) {
    if (rules.parse?.includes(kind) && (rules[kind] ?? []).length > 0) {
      throw invalidForm(
        ["allowed_mentions"],
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        "Mutually exclusive",
      );
    }
  }
}

function attachmentsOf(
  body: Body,
  files: readonly UploadedFile[],
  context: BodyContext,
): readonly AttachmentState[] {
  const before = context.existing?.attachments ?? [];
  const described = body.attachments ?? null;
  if (new Set(described?.map((one) => String(one.id))).size !== (described?.length ?? 0)) {
    throw invalidForm(["attachments"], "ATTACHMENT_ID_DUPLICATED", "Ids must differ");
  }
  const kept: AttachmentState[] = described === null ? [...before] : [];
  described?.forEach((one, index) => {
    if (one.description && lengthOf(one.description) > 1024)
      throw tooLong(["attachments", index, "description"], 1024);
    const id = String(one.id);
    const old = before.find((attachment) => attachment.id === id);
    if (old) kept.push({ ...old, description: one.description ?? old.description });
    else if (!files.some((file) => String(file.index) === id)) {
      throw invalidForm(
        ["attachments", index, "id"],
        "ATTACHMENT_NOT_FOUND",
        "No file with this id was sent",
      );
    }
  });
  const fresh = files.map((file): AttachmentState => {
    const words = described?.find((one) => String(one.id) === String(file.index));
    return {
      id: context.nextId(),
      filename: plainName(words?.filename ?? file.filename),
      description: words?.description ?? null,
      contentType: file.contentType,
      bytes: file.bytes,
      sha256: file.sha256,
      content: file.content,
    };
  });
  if (kept.length + fresh.length > 10)
    throw invalidForm(["attachments"], "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer.");
  return [...kept, ...fresh];
}

/** Discord writes file names its own way, after which `attachment://name` no longer finds them. */
function plainName(name: string): string {
  return name.replaceAll(" ", "_").replace(/[^\w.-]/gu, "");
}

/**
 * Whom a text pings. `fallback` is what holds without allowed_mentions: interactions and webhooks ping users, a
 * bot's own messages ping everybody they name (resources/message#allowed-mentions-object).
 */
export function pingsOf(change: MessageChange, fallback: "users" | "all"): readonly string[] {
  const rules: AllowedMentions = change.allowedMentions ?? {
    parse: fallback === "all" ? ["users", "roles", "everyone"] : ["users"],
  };
  const found = (pattern: RegExp) => [...change.text.matchAll(pattern)].map((match) => match[1] ?? "");
  const users = found(/<@!?(\d+)>/g).filter(
    (id) => rules.parse?.includes("users") || rules.users?.includes(id),
  );
  const roles = found(/<@&(\d+)>/g).filter(
    (id) => rules.parse?.includes("roles") || rules.roles?.includes(id),
  );
  const everyone =
    /@(everyone|here)/.test(change.text) && rules.parse?.includes("everyone") ? ["everyone"] : [];
  return [...users, ...roles, ...everyone];
}
