import { platformAdapterContract } from "../../contracts/platform-adapter.ts";
import { createPlayground } from "./playground-world.ts";

platformAdapterContract("the playground", {
  create: () => createPlayground(),
  differences: {
    commandInput: "text",
    lostCreate: "finds",
    whisper: "shown",
    ownReactions: "none",
    reactionRemovals: "delivered",
    redelivery: "same-id",
    messageLinks: "none",
    altTextLimit: 2000,
  },
});
