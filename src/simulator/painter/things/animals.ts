import { circle, ellipse, path } from "../canvas.ts";
import { type Colour, css, lch, mix, shade } from "../colour.ts";
import { asked, type Stage } from "../stage.ts";

interface Part {
  readonly d: string;
  /** Which of the animal's colours. */
  readonly tone: "coat" | "pale" | "dark" | "back";
}

interface Animal {
  readonly words: string;
  readonly coat: Colour;
  /** Drawn in a box 100 wide and 100 high, feet at the bottom. */
  readonly parts: readonly Part[];
  readonly eyes: readonly (readonly [x: number, y: number, r: number])[];
}

const ANIMALS: readonly Animal[] = [
  {
    words: "fox foxes",
    coat: lch(0.65, 0.18, 48),
    parts: [
      { d: "M58 96C92 98 104 74 90 52C100 58 108 92 76 100Z", tone: "back" },
      { d: "M88 52C82 58 84 66 92 70C98 64 96 56 88 52Z", tone: "pale" },
      { d: "M30 100C26 70 36 52 50 52C66 52 72 74 68 100Z", tone: "coat" },
      { d: "M40 100C38 80 43 66 49 66C56 66 58 82 57 100Z", tone: "pale" },
      { d: "M26 8L36 26L58 26L70 8L72 36C68 50 56 60 48 62C40 60 28 50 24 36Z", tone: "coat" },
      { d: "M24 36C32 38 40 46 48 62C56 46 64 38 72 36C66 52 56 60 48 62C40 60 30 52 24 36Z", tone: "pale" },
      { d: "M44 55L52 55L48 61Z", tone: "dark" },
      { d: "M29 14L35 27L29 29Z M67 14L61 27L67 29Z", tone: "dark" },
    ],
    eyes: [
      [39, 38, 2.4],
      [57, 38, 2.4],
    ],
  },
  {
    words: "cat cats kitten kitty",
    coat: lch(0.58, 0.06, 60),
    parts: [
      { d: "M64 94C88 96 92 70 84 56C82 52 88 50 90 55C100 74 96 102 66 101Z", tone: "back" },
      { d: "M28 100C24 72 34 54 50 54C66 54 74 74 70 100Z", tone: "coat" },
      { d: "M42 100C40 84 44 72 49 72C55 72 58 86 56 100Z", tone: "pale" },
      { d: "M26 12L38 24C46 21 54 21 62 24L74 12L75 40C74 54 62 62 50 62C38 62 26 54 25 40Z", tone: "coat" },
      { d: "M30 19L36 26L30 31Z M70 19L64 26L70 31Z", tone: "pale" },
      { d: "M50 62C42 62 39 56 42 52C45 49 48 51 50 53C52 51 55 49 58 52C61 56 58 62 50 62Z", tone: "pale" },
      { d: "M47 49L53 49L50 53Z", tone: "dark" },
    ],
    eyes: [
      [40, 41, 3.4],
      [60, 41, 3.4],
    ],
  },
  {
    words: "owl owls",
    coat: lch(0.52, 0.06, 65),
    parts: [
      {
        d: "M24 16L36 24C44 20 56 20 64 24L76 16C80 30 82 50 78 72C74 92 62 100 50 100C38 100 26 92 22 72C18 50 20 30 24 16Z",
        tone: "coat",
      },
      { d: "M34 60C38 52 62 52 66 60C68 78 60 94 50 96C40 94 32 78 34 60Z", tone: "pale" },
      {
        d: "M18 46C10 64 14 84 26 92C22 76 22 60 24 46Z M82 46C90 64 86 84 74 92C78 76 78 60 76 46Z",
        tone: "back",
      },
      { d: "M46 46L54 46L50 55Z", tone: "dark" },
    ],
    eyes: [
      [38, 40, 7],
      [62, 40, 7],
    ],
  },
  {
    words: "bear bears",
    coat: lch(0.42, 0.05, 55),
    parts: [
      { d: "M20 100C14 64 28 46 50 46C72 46 86 64 80 100Z", tone: "coat" },
      { d: "M36 100C34 78 42 64 50 64C58 64 66 78 64 100Z", tone: "pale" },
      {
        d: "M24 14C18 20 22 30 30 30C26 52 38 60 50 60C62 60 74 52 70 30C78 30 82 20 76 14C70 10 64 14 63 19C56 14 44 14 37 19C36 14 30 10 24 14Z",
        tone: "coat",
      },
      { d: "M50 58C41 58 37 52 40 46C43 41 57 41 60 46C63 52 59 58 50 58Z", tone: "pale" },
      { d: "M45 44C47 42 53 42 55 44C55 48 52 50 50 50C48 50 45 48 45 44Z", tone: "dark" },
    ],
    eyes: [
      [40, 36, 2.2],
      [60, 36, 2.2],
    ],
  },
  {
    words: "rabbit bunny hare",
    coat: lch(0.72, 0.03, 70),
    parts: [
      { d: "M66 84C76 78 84 86 80 94C76 100 66 98 66 92Z", tone: "pale" },
      { d: "M28 100C22 74 34 58 50 58C66 58 74 76 70 100Z", tone: "coat" },
      {
        d: "M36 2C30 2 30 24 38 38L47 36C48 20 44 2 36 2Z M64 2C70 2 70 24 62 38L53 36C52 20 56 2 64 2Z",
        tone: "coat",
      },
      {
        d: "M37 8C34 10 35 26 40 36L44 35C45 22 42 8 37 8Z M63 8C66 10 65 26 60 36L56 35C55 22 58 8 63 8Z",
        tone: "pale",
      },
      { d: "M50 30C64 30 72 40 70 50C68 62 58 66 50 66C42 66 32 62 30 50C28 40 36 30 50 30Z", tone: "coat" },
      { d: "M50 64C44 64 42 58 45 55C48 53 52 53 55 55C58 58 56 64 50 64Z", tone: "pale" },
      { d: "M47 53L53 53L50 57Z", tone: "dark" },
    ],
    eyes: [
      [41, 47, 2.8],
      [59, 47, 2.8],
    ],
  },
  {
    words: "dog dogs puppy wolf wolves",
    coat: lch(0.55, 0.05, 75),
    parts: [
      { d: "M68 90C84 86 90 70 88 60C94 64 96 92 70 100Z", tone: "back" },
      { d: "M28 100C26 70 36 54 50 54C66 54 72 74 70 100Z", tone: "coat" },
      { d: "M41 100C39 80 44 66 50 66C56 66 59 82 58 100Z", tone: "pale" },
      {
        d: "M28 10L40 24C46 21 54 21 60 24L72 10L72 38C68 50 60 56 57 62C54 66 46 66 43 62C40 56 32 50 28 38Z",
        tone: "coat",
      },
      { d: "M50 40C56 46 59 54 57 62C54 66 46 66 43 62C41 54 44 46 50 40Z", tone: "pale" },
      { d: "M45 52C47 50 53 50 55 52C55 56 52 58 50 58C48 58 45 56 45 52Z", tone: "dark" },
    ],
    eyes: [
      [40, 37, 2.4],
      [60, 37, 2.4],
    ],
  },
];

/** Whether the prompt names an animal that can be painted. */
export function namesAnimal(stage: Stage): boolean {
  return animalIn(stage) !== null;
}

function animalIn(stage: Stage): Animal | null {
  const animal = ANIMALS.find(({ words }) => asked(stage, words));
  const ruledOut = animal?.words.split(" ").some((word) => stage.reading.without.has(word)) ?? true;
  return animal === undefined || ruledOut ? null : animal;
}

/** The animal the prompt names, sitting on (x, foot); nothing when it names none. */
export function paintAnimal(stage: Stage, x: number, foot: number, size: number): void {
  const animal = animalIn(stage);
  if (animal === null) return;
  const { canvas, palette, random, reading } = stage;
  const named = reading.words.has("black")
    ? lch(0.24, 0.02, 280)
    : reading.words.has("white")
      ? lch(0.95, 0.01, 80)
      : null;
  const base = named ?? mix(animal.coat, palette.accent, random.fork("coat").between(0, 0.12));
  const coat = mix(base, palette.sky[0], palette.dark ? 0.3 : 0.05);
  const tones: Readonly<Record<Part["tone"], string>> = {
    coat: canvas.vertical([
      [0, shade(coat, 0.05)],
      [1, shade(coat, -0.09)],
    ]),
    back: css(shade(coat, -0.07)),
    pale: css(mix(coat, lch(0.96, 0.02, 80), named === null ? 0.72 : 0.35)),
    dark: css(lch(0.2, 0.03, 40)),
  };
  canvas.draw(ellipse(x, foot, size * 0.42, size * 0.05, "#000", ' fill-opacity="0.35"'));
  const flip = random.fork("facing").chance(0.5) ? -1 : 1;
  const scale = size / 100;
  canvas.draw(
    `<g transform="matrix(${flip * scale} 0 0 ${scale} ${x - 50 * scale * flip} ${foot - 100 * scale})">`,
  );
  for (const part of animal.parts) canvas.draw(path(part.d, tones[part.tone]));
  const iris = css(palette.dark ? mix(palette.accent, lch(0.85, 0.17, 100), 0.5) : lch(0.22, 0.03, 50));
  for (const [ex, ey, r] of animal.eyes) {
    const wide = r > 3;
    canvas.draw(circle(ex, ey, r, wide ? css(lch(0.86, 0.16, 105)) : iris));
    if (wide) canvas.draw(ellipse(ex, ey, r * 0.45, r * 0.8, css(lch(0.15, 0.02, 50))));
    canvas.draw(circle(ex - r * 0.3, ey - r * 0.35, r * 0.26, "#fff"));
  }
  canvas.draw("</g>");
}
