import type { Canvas } from "./canvas.ts";
import type { Palette } from "./palette.ts";
import type { Random } from "./random.ts";
import type { Reading } from "./reading.ts";

/** What a scene is given to paint with. */
export interface Stage {
  readonly canvas: Canvas;
  readonly palette: Palette;
  readonly random: Random;
  readonly reading: Reading;
}

/** Whether something is in the picture: asked for by one of its names, or by chance; never when it was ruled out. */
export function shows(stage: Stage, names: string, chance: number): boolean {
  const list = names.split(" ");
  if (list.some((name) => stage.reading.without.has(name))) return false;
  return asked(stage, names) || stage.random.fork(`shows/${names}`).chance(chance);
}

/** Whether the prompt names it. */
export function asked(stage: Stage, names: string): boolean {
  return names.split(" ").some((name) => stage.reading.words.has(name));
}
