import { MOODS, type Mood } from "./palette.ts";
import { createRandom, hash } from "./random.ts";

export const SCENES = [
  "sea",
  "mountains",
  "city",
  "forest",
  "space",
  "desert",
  "flowers",
  "abstract",
] as const;
export type SceneName = (typeof SCENES)[number];

/** What the painter makes of a prompt. */
export interface Reading {
  readonly scene: SceneName;
  readonly mood: Mood;
  /** Hues named in the prompt, in order, degrees. */
  readonly hues: readonly number[];
  /** Every word of the prompt, lower case. */
  readonly words: ReadonlySet<string>;
  /** Every word of what must not appear. */
  readonly without: ReadonlySet<string>;
}

const SCENE_WORDS: Readonly<Record<SceneName, string>> = {
  sea: "sea ocean lighthouse beach coast shore wave waves island boat ship sail sailing harbour harbor whale dolphin fish lagoon surf cliff cliffs pirate tide seaside port bay water underwater",
  mountains:
    "mountain mountains alps peak peaks hill hills valley lake volcano cabin ski himalaya glacier fjord river waterfall landscape castle dragon eagle goat highlands",
  city: "city street skyline skyscraper skyscrapers town tower towers neon cyberpunk tokyo london york paris metropolis urban rooftop traffic subway building buildings robot futuristic downtown cafe car",
  forest:
    "forest wood woods tree trees jungle pine pines fox deer bear owl wolf squirrel mushroom elf fairy path leaf leaves autumn hut bamboo witch",
  space:
    "space planet planets galaxy star stars astronaut rocket cosmos cosmic nebula moon mars saturn spaceship alien universe orbit satellite asteroid comet",
  desert:
    "desert dune dunes sand sahara cactus camel camels oasis pyramid pyramids egypt canyon mesa arizona western cowboy",
  flowers:
    "flower flowers garden rose roses tulip tulips daisy daisies meadow sunflower sunflowers poppy poppies bouquet blossom bloom petals butterfly bee field spring lavender cat kitten rabbit bunny",
  abstract:
    "abstract pattern geometric shapes fractal swirl swirls liquid gradient minimal minimalist poster wallpaper texture logo painting art colours colors dream music",
};

const MOOD_WORDS: Readonly<Record<Mood, string>> = {
  dawn: "dawn sunrise morning early pastel soft",
  day: "day noon sunny bright summer afternoon clear midday",
  golden: "golden gold warm autumn fall harvest honey evening",
  dusk: "dusk sunset twilight cyberpunk neon synthwave vaporwave gloaming",
  night: "night midnight moonlight moonlit starry stars dark moon nocturnal",
  storm: "storm stormy rain rainy fog foggy mist misty grey gray gloomy overcast thunder moody",
  winter: "winter snow snowy ice icy frost frozen cold arctic christmas",
  aurora: "aurora northern borealis magic magical mystic enchanted polar",
};

const HUES: Readonly<Record<string, number>> = {
  red: 25,
  crimson: 20,
  scarlet: 28,
  orange: 55,
  amber: 72,
  yellow: 95,
  lime: 125,
  green: 150,
  emerald: 160,
  turquoise: 188,
  teal: 195,
  cyan: 210,
  azure: 235,
  blue: 258,
  indigo: 278,
  purple: 305,
  violet: 300,
  lavender: 300,
  magenta: 335,
  pink: 355,
  rose: 8,
  coral: 35,
};

/** Reads a prompt by its words: the first scene and mood named win, else the prompt and the seed choose. */
export function readPicture(prompt: string, negative: string | null, seed: number): Reading {
  const list = wordsOf(prompt);
  const without = new Set(wordsOf(negative ?? ""));
  const random = createRandom(`${prompt}/${seed}/reading`);
  return {
    // The scene stays when only the seed changes: a reroll is another picture of the same thing.
    scene: best(SCENES, SCENE_WORDS, list, without) ?? SCENES[hash(prompt) % SCENES.length] ?? "abstract",
    mood: best(MOODS, MOOD_WORDS, list, without) ?? random.pick(MOODS),
    hues: [...new Set(list.flatMap((word) => HUES[word] ?? []))],
    words: new Set(list),
    without,
  };
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/\p{L}+/gu) ?? [];
}

/** The one most words speak for; of equals, the one named first. */
function best<T extends string>(
  names: readonly T[],
  table: Readonly<Record<T, string>>,
  words: readonly string[],
  without: ReadonlySet<string>,
): T | null {
  const scored = names.map((name) => {
    const known = new Set(table[name].split(" "));
    const hits = words.flatMap((word, index) => (known.has(word) ? [index] : []));
    return { name, hits: without.has(name) ? 0 : hits.length, first: hits[0] ?? Number.POSITIVE_INFINITY };
  });
  const winner = scored.reduce((top, one) =>
    one.hits > top.hits || (one.hits === top.hits && one.first < top.first) ? one : top,
  );
  return winner.hits > 0 ? winner.name : null;
}
