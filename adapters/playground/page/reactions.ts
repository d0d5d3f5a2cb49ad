import { button, h } from "./dom.ts";
import type { Page } from "./page.ts";
import type { Part } from "./patch.ts";
import type { WireMessage } from "./wire.ts";

/** Offered on every picture. What they do is the bot's business; these words only say it in a tooltip. */
const QUICK: readonly (readonly [emoji: string, meaning: string])[] = [
  ["🎲", "roll again"],
  ["🔁", "roll again"],
  ["❌", "cancel or take away"],
  ["✉️", "send it to me"],
];
/** Mean nothing to the bot, and that is all right. */
const FREE = ["❤️", "👍", "😂", "😮", "🎉", "👏"];

/** Reactions with their counts; pressing one adds or takes off one's own. */
export function reactionsPart(message: WireMessage, page: Page): Part {
  const user = page.user();
  return {
    key: "reactions",
    data: [user, message.reactions],
    make: () => {
      const toggle = (emoji: string, isMine: boolean) =>
        void page.act("reaction", { messageId: message.id, emoji, change: isMine ? "removed" : "added" });

      const chip = (emoji: string, meaning: string | null) => {
        const users = message.reactions.find((reaction) => reaction.emoji === emoji)?.users ?? [];
        const isMine = users.includes(user);
        const who = users.map((id) => page.userById(id)?.name ?? id).join(", ");
        const words = [meaning, who === "" ? null : who].filter((part) => part !== null).join(" · ");
        return button(
          h(
            "span",
            {},
            h("span", { class: "emoji", attrs: { "aria-hidden": "true" } }, emoji),
            users.length > 0 && h("span", { class: "count" }, String(users.length)),
          ),
          {
            class: users.length > 0 ? "chip" : "chip quick",
            attrs: {
              title: words,
              "aria-label": `React with ${emoji}${words === "" ? "" : `: ${words}`}`,
              "aria-pressed": String(isMine),
              "data-focus": `chip-${emoji}`,
            },
            onPress: () => toggle(emoji, isMine),
          },
        );
      };

      const others = message.reactions
        .map((reaction) => reaction.emoji)
        .filter((emoji) => !QUICK.some(([quick]) => quick === emoji));
      const more = h(
        "span",
        { class: "more", attrs: { hidden: "" } },
        ...FREE.filter((emoji) => !others.includes(emoji)).map((emoji) => chip(emoji, null)),
      );
      const opener = button("+", {
        class: "chip quick",
        attrs: {
          "aria-label": "More reactions",
          "aria-expanded": "false",
          title: "More reactions",
          "data-focus": "chip-more",
        },
        onPress: () => {
          more.hidden = !more.hidden;
          opener.setAttribute("aria-expanded", String(!more.hidden));
        },
      });
      return h(
        "div",
        { class: "reactions", attrs: { role: "group", "aria-label": "Reactions" } },
        ...QUICK.map(([emoji, meaning]) => chip(emoji, meaning)),
        ...others.map((emoji) => chip(emoji, null)),
        opener,
        more,
      );
    },
  };
}
