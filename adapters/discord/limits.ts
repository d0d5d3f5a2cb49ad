import { GatewayIntentBits, PermissionFlagsBits } from "discord.js";
import type { PlatformLimits } from "../../src/core/ports.ts";

/** Discord's numbers, each with its source in Discord's own documentation (docs.discord.com/developers/…). */

/** interactions/receiving-and-responding: an interaction not acknowledged by then is dead. */
export const ACK_DEADLINE_MS = 3_000;
/** After this long without a decision of the core's we acknowledge privately, with a second to spare. */
export const PATIENCE_MS = 2_000;
/** interactions/receiving-and-responding: life of an interaction's token. */
export const TOKEN_LIFE_MS = 15 * 60_000;
/** How long before its end a token is no longer relied on where the bot token can take over. */
export const TOKEN_MARGIN_MS = 60_000;
/** reference#file-uploads: what anybody may upload; the interaction's attachment_size_limit may be higher. */
export const DEFAULT_UPLOAD_BYTES = 10 * 1024 * 1024;
/** Guild boosts: tier 2 and tier 3 (support.discord.com, "Server Boosting"). */
export const BOOSTED_UPLOAD_BYTES: Readonly<Record<number, number>> = {
  2: 50 * 1024 * 1024,
  3: 100 * 1024 * 1024,
};
/** What Discord shows as a picture (reference#image-formatting, and webp and gif in clients). */
export const PICTURE_TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif"] as const;

/** components/reference#text-display, OpenAPI description: characters over all texts of one message. */
export const TEXT_CHARACTERS = 4_000;
/** components/reference: components of one message, those inside others too. */
export const COMPONENTS = 40;
/** resources/message#attachment-object: alt text. */
export const ALT_TEXT_CHARACTERS = 1_024;
/** components/reference: custom_id, button label, buttons in a row, link of a button. */
export const CUSTOM_ID_CHARACTERS = 100;
export const BUTTON_LABEL_CHARACTERS = 80;
export const BUTTONS_IN_A_ROW = 5;
export const BUTTON_URL_CHARACTERS = 512;
/** interactions/receiving-and-responding#modal and components/reference#label. */
export const MODAL_TITLE_CHARACTERS = 45;
export const LABEL_CHARACTERS = 45;
export const INPUT_CHARACTERS = 4_000;
/** components/reference#string-select, application-commands: choices, their names and values. */
export const CHOICES = 25;
export const CHOICE_CHARACTERS = 100;

/** One private word to a person who only reacted, at most this often, ms. */
export const WHISPER_GAP_MS = 60 * 60_000;
/** discord.js waits out rate limits up to this long; a longer one is the caller's to plan around, ms. */
export const LONGEST_LIMIT_MS = 60_000;

/**
 * Progress of one reply every two seconds, and 20 progress edits a second over all replies: the bot token has 50
 * requests a second (topics/rate-limits), and results take the rest.
 */
export const LIMITS: PlatformLimits = { replyGapMs: 2_000, sharedEdits: { count: 20, windowMs: 1_000 } };

/** Guilds, and reactions in guilds and private messages: 9217, none of them privileged (events/gateway). */
export const INTENTS =
  GatewayIntentBits.Guilds |
  GatewayIntentBits.GuildMessageReactions |
  GatewayIntentBits.DirectMessageReactions;

/** What the bot asks for when it is added (topics/permissions): 274878024768. */
export const INVITE_PERMISSIONS =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.ReadMessageHistory |
  PermissionFlagsBits.AddReactions |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.SendMessagesInThreads |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.AttachFiles;

/** The address at which somebody adds the bot to a server. */
export function inviteLink(applicationId: string): string {
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: "bot applications.commands",
    permissions: String(INVITE_PERMISSIONS),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}
