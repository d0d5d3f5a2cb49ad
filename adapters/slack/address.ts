import { z } from "zod";
import type { Json, ReplyRef } from "../../src/core/model.ts";
import { ReplyError } from "../../src/errors.ts";

const Address = z.object({
  team: z.string(),
  /** Null until a private conversation is opened with `user`. */
  channel: z.string().nullable(),
  user: z.string().nullable(),
  /** The first message of the thread to answer in; null: the channel itself, or not known yet. */
  thread: z.string().nullable(),
  /** A message in whose thread to answer, when it is not known whether that message is itself a reply. */
  near: z.string().nullable(),
  /** The reply's own ts; null while it is not posted. */
  ts: z.string().nullable(),
  /** Uploaded pictures by `fileKey`: Slack's file id. */
  files: z.record(z.string(), z.string()),
  /** Files shown as messages of their own: documents, and pictures that the message itself would not show. */
  shared: z.record(z.string(), z.string()),
  /** `note`: of the bot's own accord, to whoever reads that channel. */
  kind: z.enum(["reply", "note"]).default("reply"),
});

/** What a Slack reply's address holds. */
export type SlackAddress = Readonly<z.infer<typeof Address>>;

/** An address where nothing is posted yet. */
export function addressOf(team: string, place: Partial<SlackAddress>): SlackAddress {
  const nowhere = { channel: null, user: null, thread: null, near: null, ts: null };
  return { team, ...nowhere, files: {}, shared: {}, kind: "reply", ...place };
}

/** The key under which a reaction on a message finds its job. */
export function messageKeyOf(team: string, channel: string, ts: string): string {
  return `slack/${team}/${channel}/${ts}`;
}

/** The address as the core stores it. */
export function refOf(address: SlackAddress): ReplyRef {
  const { team, channel, ts } = address;
  const data: { readonly [key: string]: Json } = { ...address };
  const messageKey = channel === null || ts === null ? null : messageKeyOf(team, channel, ts);
  return { platform: "slack", messageKey, scope: `slack/${team}`, data };
}

/** The address in a stored reference. @throws ReplyError `gone` when it is none of ours. */
export function readAddress(ref: ReplyRef): SlackAddress {
  const parsed = Address.safeParse(ref.data);
  if (ref.platform === "slack" && parsed.success) return parsed.data;
  throw new ReplyError("gone", "That is no address of a Slack message.", {
    context: { platform: ref.platform },
  });
}

/** Where a message key leads, as a link people can open; null when it is none of ours. */
export function permalinkOf(messageKey: string, workspaceUrl: string): string | null {
  const [platform, , channel, ts] = messageKey.split("/");
  if (platform !== "slack" || channel === undefined || ts === undefined) return null;
  return `${workspaceUrl.replace(/\/$/, "")}/archives/${channel}/p${ts.replace(".", "")}`;
}
