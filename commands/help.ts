import type { CommandMeaning } from "../src/core/command.ts";
import { EMOJI } from "../src/core/emoji.ts";
import { ASPECT_RATIOS, DEFAULT_RATIO } from "../src/core/model.ts";
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
      code('/imagine prompt:"a sign, ar:1:1"'),
    ],
    [strong("React"), ` to a picture with ${legend()}`],
    [
      strong("Buttons"),
      " under each reply do the same; Edit changes the words, Cancel stops a picture that is not finished",
    ],
    ["Prompts are sent to fal.ai, which paints the pictures. To see this again: ", code("/imagine help")],
  ]);
}

/** "🎲 🔁 🔄 draw it again with a new seed · ❌ … · ✉️ …" */
function legend(): string {
  const signs = new Map<string, string[]>();
  for (const { meaning, unicode } of EMOJI) signs.set(meaning, [...(signs.get(meaning) ?? []), unicode]);
  return Array.from(signs, ([meaning, same]) => `${same.join(" ")} ${meaning}`).join(" · ");
}

function code(text: string): Line[number] {
  return { type: "code", text };
}

function strong(text: string): Line[number] {
  return { type: "strong", text };
}
