import { EMOJI } from "./core/emoji.ts";
import type { Home } from "./core/events.ts";

/** The bot's own page, where a platform has one: what it does, how to ask, what emoji mean, where prompts go. */
export const home: Omit<Home, "recent"> = {
  title: "Say what you want to see",
  sections: [
    {
      title: "Try one of these",
      lines: [
        [{ type: "code", text: "/imagine a lighthouse at dusk ar:16:9" }],
        [{ type: "code", text: "/imagine a paper boat on a sea of clouds, soft morning light ar:3:2" }],
        [{ type: "code", text: "/imagine a fox reading under a lamp, woodcut no:text ar:2:3" }],
      ],
    },
    {
      title: "React to a picture",
      lines: EMOJI.map((emoji) => [`${emoji.unicode} ${emoji.meaning}`]),
    },
    {
      title: "Where your prompt goes",
      lines: [["Prompts are sent to fal.ai, which paints the pictures. Nothing else leaves this bot."]],
    },
  ],
};
