import { circle, n, type Point, path, polygon, rect } from "../canvas.ts";
import { type Colour, css, lch, mix, shade } from "../colour.ts";
import { paintMist, paintWater } from "../land.ts";
import { distant } from "../palette.ts";
import type { Random } from "../random.ts";
import { paintSky } from "../sky.ts";
import { asked, type Stage, shows } from "../stage.ts";
import { namesAnimal, paintAnimal } from "../things/animals.ts";

/** A skyline in three depths above its reflection. */
export function paintCity(stage: Stage): void {
  const { canvas, palette, random } = stage;
  const quay = canvas.height * random.between(0.74, 0.82);
  const light = paintSky(stage, quay);
  const mirror = canvas.named(() => {
    for (let layer = 0; layer < 3; layer += 1) {
      paintRow(stage, random.fork(`row${layer}`), quay, layer);
      paintMist(canvas, palette.haze, quay - canvas.unit * 20, canvas.unit * 200, 0.28 - layer * 0.06);
    }
    const bank = css(shade(palette.ink, -0.01));
    canvas.draw(rect(0, quay - canvas.unit * 12, canvas.width, canvas.unit * 13, bank));
    paintLamps(stage, quay);
  });
  paintWater(stage, quay, { mirror, light: light.x });
  if (!namesAnimal(stage)) return;
  const { width, height, unit } = canvas;
  canvas.draw(rect(0, height - unit * 70, width, unit * 80, css(palette.ink)));
  paintAnimal(stage, width * random.between(0.35, 0.65), height - unit * 66, unit * 300);
}

function paintRow(stage: Stage, random: Random, foot: number, layer: number): void {
  const { canvas } = stage;
  const { unit, width } = canvas;
  const neon = asked(stage, "cyberpunk neon synthwave vaporwave futuristic");
  const tallest = Math.min(foot * 0.86, unit * (620 - layer * 130));
  const middle = random.between(0.25, 0.75);
  let x = -unit * random.between(0, 60);
  while (x < width) {
    const wide = unit * random.between(34, 86) * (1 + layer * 0.18);
    const centred = Math.exp(-(((x / width - middle) * 2.4) ** 2));
    const tall = tallest * (0.24 + 0.76 * centred * random.between(0.55, 1)) * random.between(0.6, 1);
    const body = bodyColour(stage, layer, random);
    paintBuilding(stage, random, { x, foot, wide, tall, body, layer, neon });
    x +=
      wide +
      (layer === 2 && random.chance(0.25) ? unit * random.between(10, 70) : unit * random.between(-4, 7));
  }
}

function bodyColour({ palette }: Stage, layer: number, random: Random): Colour {
  const near = palette.dark
    ? mix(palette.ink, palette.sky[0], 0.25)
    : mix(lch(0.62, 0.04, 250), palette.land, random.between(0.1, 0.5));
  const distance = [0.62, 0.36, 0.1][layer] ?? 0;
  return shade(
    distant(palette, near, palette.dark ? distance * 0.72 : distance),
    random.between(-0.03, 0.03),
  );
}

interface Building {
  readonly x: number;
  readonly foot: number;
  readonly wide: number;
  readonly tall: number;
  readonly body: Colour;
  readonly layer: number;
  readonly neon: boolean;
}

function paintBuilding(stage: Stage, random: Random, building: Building): void {
  const { canvas } = stage;
  const { x, foot, wide, tall, body, layer } = building;
  const fill = canvas.vertical([
    [0, shade(body, 0.025)],
    [1, mix(body, stage.palette.haze, 0.2)],
  ]);
  const top = foot - tall;
  const roof: Point[] = roofOf(random, x, top, wide);
  canvas.draw(path(polygon([[x, foot], [x, top], ...roof, [x + wide, top], [x + wide, foot]]), fill));
  canvas.draw(rect(x + wide * 0.72, top, wide * 0.28, tall, css(shade(body, -0.045)), ' fill-opacity="0.6"'));
  if (layer > 0 || stage.palette.dark) paintWindows(stage, random, building);
  if (building.neon && layer > 0 && random.chance(0.5)) paintSign(stage, random, building);
}

function roofOf(random: Random, x: number, top: number, wide: number): Point[] {
  const middle = x + wide / 2;
  switch (random.whole(0, 5)) {
    case 0: {
      const tall = wide * random.between(0.7, 1.5);
      return [
        [x + wide * 0.2, top - wide * 0.25],
        [middle - wide * 0.03, top - wide * 0.35],
        [middle, top - wide * 0.35 - tall],
        [middle + wide * 0.03, top - wide * 0.35],
        [x + wide * 0.8, top - wide * 0.25],
      ];
    }
    case 1:
      return [
        [x, top],
        [x + wide, top - wide * random.between(0.2, 0.6)],
      ];
    case 2:
      return [
        [x + wide * 0.16, top],
        [x + wide * 0.16, top - wide * 0.35],
        [x + wide * 0.84, top - wide * 0.35],
        [x + wide * 0.84, top],
      ];
    case 3: {
      const at = x + wide * random.between(0.2, 0.8);
      return [
        [at - 2, top],
        [at, top - wide * random.between(0.5, 1)],
        [at + 2, top],
      ];
    }
    default:
      return [];
  }
}

function paintWindows(stage: Stage, random: Random, { x, foot, wide, tall, layer, body }: Building): void {
  const { canvas, palette } = stage;
  const cell = canvas.unit * (7.5 + layer * 2.2);
  const columns = Math.max(2, Math.floor((wide - cell) / cell));
  const rows = Math.floor((tall - cell) / (cell * 1.35));
  const gap = (wide - columns * cell) / 2;
  const lit: [string, string] = ["", ""];
  let unlit = "";
  const awake = palette.dark ? random.between(0.22, 0.55) : 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const left = x + gap + column * cell + cell * 0.2;
      const top = foot - tall + cell * 0.8 + row * cell * 1.35;
      const pane = `M${n(left)} ${n(top)}h${n(cell * 0.58)}v${n(cell * 0.8)}h${n(-cell * 0.58)}Z`;
      if (random.next() < awake) lit[random.chance(0.75) ? 0 : 1] += pane;
      else unlit += pane;
    }
  }
  const strength = 0.45 + layer * 0.24;
  canvas.draw(
    path(unlit, css(palette.dark ? shade(body, -0.035) : shade(body, 0.09)), ' fill-opacity="0.6"'),
  );
  if (!palette.dark) return;
  canvas.draw(
    path(lit[0], css(mix(palette.accent, lch(0.9, 0.1, 80), 0.5)), ` fill-opacity="${n(strength)}"`),
  );
  canvas.draw(path(lit[1], css(lch(0.9, 0.05, 220)), ` fill-opacity="${n(strength * 0.8)}"`));
}

function paintSign(stage: Stage, random: Random, { x, foot, wide, tall }: Building): void {
  const { canvas } = stage;
  const colour = lch(0.75, 0.24, random.pick([340, 195, 145, 300, 55]));
  const left = x + wide * random.between(0.1, 0.6);
  const top = foot - tall * random.between(0.5, 0.85);
  const high = tall * random.between(0.12, 0.3);
  const glow = canvas.radial([
    [0, colour, 0.55],
    [1, colour, 0],
  ]);
  canvas.draw(circle(left + wide * 0.1, top + high / 2, high * 0.9, glow));
  canvas.draw(rect(left, top, wide * 0.2, high, css(shade(colour, -0.35)), ' fill-opacity="0.8"'));
  for (let letter = 0; letter < 5; letter += 1) {
    const y = top + (high * (letter + 0.2)) / 5;
    canvas.draw(rect(left + wide * 0.045, y, wide * 0.11, high * 0.1, css(colour)));
  }
}

function paintLamps(stage: Stage, quay: number): void {
  const { canvas, palette } = stage;
  if (!palette.dark || !shows(stage, "lamp lamps lights", 0.8)) return;
  const gap = canvas.unit * 92;
  const glow = canvas.radial([
    [0, palette.light, 0.95],
    [0.14, palette.accent, 0.6],
    [1, palette.accent, 0],
  ]);
  for (let x = gap / 2; x < canvas.width; x += gap) {
    canvas.draw(rect(x - 1.5, quay - canvas.unit * 40, 3, canvas.unit * 30, css(palette.ink)));
    canvas.draw(circle(x, quay - canvas.unit * 41, canvas.unit * 26, glow));
  }
}
