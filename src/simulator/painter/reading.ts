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

/** Places: they decide. */
const SCENE_WORDS: Readonly<Record<SceneName, string>> = {
  sea: "sea ocean lighthouse beach coast shore wave waves island lagoon surf cliff cliffs tide seaside port harbour harbor bay",
  mountains:
    "mountain mountains alps peak peaks hill hills valley lake volcano ski himalaya glacier fjord river waterfall highlands castle",
  city: "city street skyline skyscraper skyscrapers town neon cyberpunk tokyo london york paris metropolis urban rooftop traffic subway buildings downtown",
  forest: "forest wood woods tree trees jungle pine pines bamboo leaf leaves autumn",
  space:
    "space planet planets galaxy cosmos cosmic nebula mars saturn universe orbit satellite asteroid comet moon",
  desert: "desert dune dunes sand sahara oasis pyramid pyramids egypt canyon mesa arizona western",
  flowers:
    "flower flowers garden rose roses tulip tulips daisy daisies meadow sunflower sunflowers poppy poppies bouquet blossom bloom petals field spring lavender",
  abstract:
    "abstract pattern geometric shapes fractal swirl swirls liquid gradient minimal minimalist poster wallpaper texture logo",
};

/** Things and creatures: they decide where no place is named. */
const SUBJECT_WORDS: Readonly<Record<SceneName, string>> = {
  sea: "boat ship sail sailing sailboat whale dolphin fish pirate water underwater mermaid palm",
  mountains: "cabin dragon eagle goat landscape view wolf knight king queen snow",
  city: "tower building robot car cafe train bus night people person man woman lamp",
  forest: "fox deer bear owl squirrel mushroom mushrooms elf fairy path hut witch wizard fire",
  space: "star stars astronaut rocket spaceship alien robotic future sky",
  desert: "cactus camel camels cowboy sun horse",
  flowers: "cat kitten cats dog puppy rabbit bunny butterfly bee girl boy child love",
  abstract: "painting art colours colors dream music idea light",
};

const MOOD_WORDS: Readonly<Record<Mood, string>> = {
  dawn: "dawn sunrise morning early pastel soft",
  day: "day noon sunny bright summer afternoon clear midday",
  golden: "golden gold warm autumn fall harvest honey evening",
  dusk: "dusk sunset twilight cyberpunk neon synthwave vaporwave gloaming",
  night: "night midnight moonlight moonlit starry stars dark moon nocturnal",
  storm: "storm stormy thunder thunderstorm",
  winter: "winter arctic christmas",
  aurora: "aurora northern borealis magic magical mystic enchanted polar",
};

/** Weather sets the mood only where no hour is named. */
const WEATHER_WORDS: Readonly<Record<Mood, string>> = {
  dawn: "mist misty",
  day: "blue",
  golden: "autumn",
  dusk: "hot romantic",
  night: "dark scary",
  storm: "rain rainy fog foggy grey gray gloomy overcast moody",
  winter: "snow snowy ice icy frost frozen cold",
  aurora: "fantasy",
};

/** What a prompt that names no hour gets: the gentle ones. */
const LIKELY_MOODS: readonly [Mood, ...Mood[]] = ["dawn", "day", "golden", "dusk", "night", "dusk", "day"];

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
    scene:
      best(SCENES, SCENE_WORDS, list, without) ??
      best(SCENES, SUBJECT_WORDS, list, without) ??
      SCENES[hash(prompt) % SCENES.length] ??
      "abstract",
    mood:
      best(MOODS, MOOD_WORDS, list, without) ??
      best(MOODS, WEATHER_WORDS, list, without) ??
      random.pick(LIKELY_MOODS),
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
