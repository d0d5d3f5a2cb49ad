import { platformAdapterContract } from "../../contracts/platform-adapter.ts";
import type { PlatformDifferences } from "../../contracts/platform-world.ts";
import { createSlackWorld } from "../../support/slack/world.ts";

const differences: PlatformDifferences = {
  commandInput: "text",
  // Slack cannot be asked whether a message arrived.
  lostCreate: "may-repeat",
  whisper: "shown",
  ownReactions: "delivered",
  reactionRemovals: "delivered",
  redelivery: "same-id",
  messageLinks: "some",
  altTextLimit: 2000,
};

platformAdapterContract("Slack by Socket Mode", { create: () => createSlackWorld("socket"), differences });
platformAdapterContract("Slack over HTTP", { create: () => createSlackWorld("http"), differences });
