import type { CommandMeaning } from "../src/core/command.ts";
import { EMOJI, type EmojiMeaning } from "../src/core/emoji.ts";
import { ASPECT_RATIOS, DEFAULT_RATIO, type Intent } from "../src/core/model.ts";
import type { Line } from "../src/core/view.ts";
import { notice } from "./views.ts";

/** Everything a person needs, on one screen. */
export function help(): CommandMeaning {
  return notice("Say what you want to see, and I paint it.", [
    ["Type: ", code("/imagine a lighthouse at dusk")],
    ["With options: ", code("/imagine prompt:a lighthouse at dusk ar:16:9 seed:42 no:people")],
    ["As in Midjourney: ", code("/imagine a lighthouse at dusk --ar 16:9 --seed 42 --no people")],
    [strong("ar"), ` the shape, wide to tall: ${ASPECT_RATIOS.join(", ")} (${DEFAULT_RATIO} unless you say)`],
    [strong("seed"), " a number that makes a picture repeatable; left out, I choose one and show it"],
    [strong("no"), " what must not appear"],
    [
      "Options go before or after the prompt; to keep such words in it, quote it: ",
      code('prompt:"a sign, ar:1:1"'),
    ],
    [strong("React"), ` to a picture with ${legend()}`],
    [strong("Buttons"), " under each reply do the same, and Cancel stops one that is not finished"],
    ["Prompts are sent to fal.ai, which paints the pictures. To see this again: ", code("/imagine help")],
  ]);
}

/** "🎲 🔁 🔄 draw it again with a new seed · ❌ … · ✉️ …" */
function legend(): string {
  const byIntent = new Map<Intent, EmojiMeaning[]>();
  for (const emoji of EMOJI) byIntent.set(emoji.intent, [...(byIntent.get(emoji.intent) ?? []), emoji]);
  return Array.from(
    byIntent.values(),
    (same) => `${same.map((emoji) => emoji.unicode).join(" ")} ${same[0]?.meaning ?? ""}`,
  ).join(" · ");
}

function code(text: string): Line[number] {
  return { type: "code", text };
}

function strong(text: string): Line[number] {
  return { type: "strong", text };
}
