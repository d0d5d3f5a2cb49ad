import { type Colour, lch, mix, shade, turn } from "./colour.ts";
import type { Random } from "./random.ts";
import type { Reading } from "./reading.ts";

/** The hour and weather of a picture. */
export const MOODS = ["dawn", "day", "golden", "dusk", "night", "storm", "winter", "aurora"] as const;
export type Mood = (typeof MOODS)[number];

/** The colours everything in one picture is made of. */
export interface Palette {
  readonly mood: Mood;
  /** From the top down. */
  readonly sky: readonly [Colour, Colour, Colour];
  /** Sun or moon, and what it touches. */
  readonly light: Colour;
  /** What distance fades into. */
  readonly haze: Colour;
  /** The nearest, darkest things. */
  readonly ink: Colour;
  /** Plants and slopes in the middle distance. */
  readonly land: Colour;
  readonly water: Colour;
  /** Lamps, flowers, sails. */
  readonly accent: Colour;
  /** Stars and lit windows: yes or no. */
  readonly dark: boolean;
}

interface MoodColours {
  readonly sky: readonly [Colour, Colour, Colour];
  readonly light: Colour;
  readonly ink: Colour;
  readonly land: Colour;
  readonly water: Colour;
  readonly accent: Colour;
  readonly dark: boolean;
}

const COLOURS: Readonly<Record<Mood, MoodColours>> = {
  dawn: {
    sky: [lch(0.58, 0.09, 268), lch(0.79, 0.08, 345), lch(0.93, 0.07, 70)],
    light: lch(0.97, 0.06, 80),
    ink: lch(0.27, 0.06, 285),
    land: lch(0.45, 0.06, 290),
    water: lch(0.55, 0.07, 275),
    accent: lch(0.75, 0.15, 30),
    dark: false,
  },
  day: {
    sky: [lch(0.56, 0.14, 248), lch(0.73, 0.1, 236), lch(0.94, 0.03, 215)],
    light: lch(0.99, 0.03, 100),
    ink: lch(0.3, 0.06, 155),
    land: lch(0.55, 0.11, 140),
    water: lch(0.52, 0.1, 225),
    accent: lch(0.7, 0.19, 35),
    dark: false,
  },
  golden: {
    sky: [lch(0.6, 0.08, 235), lch(0.82, 0.07, 85), lch(0.91, 0.12, 80)],
    light: lch(0.98, 0.07, 90),
    ink: lch(0.28, 0.06, 60),
    land: lch(0.52, 0.1, 100),
    water: lch(0.58, 0.08, 200),
    accent: lch(0.68, 0.18, 45),
    dark: false,
  },
  dusk: {
    sky: [lch(0.3, 0.1, 282), lch(0.55, 0.17, 358), lch(0.83, 0.15, 62)],
    light: lch(0.94, 0.11, 75),
    ink: lch(0.17, 0.05, 290),
    land: lch(0.33, 0.09, 320),
    water: lch(0.34, 0.1, 290),
    accent: lch(0.82, 0.16, 75),
    dark: true,
  },
  night: {
    sky: [lch(0.13, 0.05, 272), lch(0.24, 0.08, 264), lch(0.42, 0.09, 245)],
    light: lch(0.96, 0.03, 95),
    ink: lch(0.1, 0.03, 270),
    land: lch(0.22, 0.05, 255),
    water: lch(0.21, 0.06, 258),
    accent: lch(0.86, 0.14, 82),
    dark: true,
  },
  storm: {
    sky: [lch(0.3, 0.03, 255), lch(0.47, 0.035, 240), lch(0.72, 0.04, 200)],
    light: lch(0.92, 0.03, 180),
    ink: lch(0.17, 0.03, 240),
    land: lch(0.34, 0.04, 200),
    water: lch(0.33, 0.05, 215),
    accent: lch(0.78, 0.14, 70),
    dark: true,
  },
  winter: {
    sky: [lch(0.7, 0.07, 250), lch(0.84, 0.04, 265), lch(0.95, 0.03, 330)],
    light: lch(0.99, 0.02, 60),
    ink: lch(0.33, 0.05, 255),
    land: lch(0.72, 0.04, 250),
    water: lch(0.68, 0.06, 240),
    accent: lch(0.62, 0.18, 25),
    dark: false,
  },
  aurora: {
    sky: [lch(0.12, 0.05, 280), lch(0.22, 0.08, 255), lch(0.38, 0.09, 200)],
    light: lch(0.94, 0.05, 170),
    ink: lch(0.1, 0.03, 250),
    land: lch(0.24, 0.05, 230),
    water: lch(0.22, 0.07, 225),
    accent: lch(0.85, 0.18, 155),
    dark: true,
  },
};

/** The mood's colours, pulled towards the colours the prompt names and turned a little by the seed. */
export function createPalette(reading: Reading, random: Random): Palette {
  const base = COLOURS[reading.mood];
  const drift = random.between(-16, 16);
  const [first, second] = reading.hues;
  const tint = (colour: Colour, hue: number | undefined, strength: number) =>
    hue === undefined
      ? turn(colour, drift)
      : mix(turn(colour, drift), lch(colour.l, Math.max(colour.c, 0.1), hue), strength);
  const sky = [
    tint(base.sky[0], first, 0.75),
    tint(base.sky[1], first, 0.7),
    tint(base.sky[2], second ?? first, 0.6),
  ] as const;
  return {
    mood: reading.mood,
    sky,
    light: tint(base.light, second, 0.3),
    haze: sky[2],
    ink: tint(base.ink, first, 0.5),
    land: tint(base.land, second ?? first, 0.55),
    water: mix(tint(base.water, first, 0.6), sky[1], 0.25),
    accent: second === undefined ? tint(base.accent, first, 0.4) : shade(lch(0.74, 0.17, second), 0),
    dark: base.dark,
  };
}

/** A thing's colour at a distance: 0 is here, 1 is lost in the haze. */
export function distant(palette: Palette, colour: Colour, distance: number): Colour {
  return mix(colour, palette.haze, distance);
}
