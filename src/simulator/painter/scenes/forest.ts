import { circle, curve, ellipse, n, type Point, path, polygon, rect } from "../canvas.ts";
import { css, lch, mix, shade, turn } from "../colour.ts";
import { createRidge, fillRidge, paintGrass, paintMist } from "../land.ts";
import { distant } from "../palette.ts";
import type { Random } from "../random.ts";
import { type Luminary, paintSky } from "../sky.ts";
import { asked, type Stage, shows } from "../stage.ts";
import { paintAnimal } from "../things/animals.ts";
import { paintFirs } from "./mountains.ts";

/** Trees behind trees, each row paler, with light falling through and a path between. */
export function paintForest(stage: Stage): void {
  const { canvas, palette, random } = stage;
  const { height, unit } = canvas;
  const light = paintSky(stage, height * 0.86);
  const leafy =
    !asked(stage, "pine pines fir firs") &&
    shows(stage, "autumn leaf leaves jungle tree maple oak", palette.mood === "golden" ? 0.8 : 0.3);
  const rows = 5;
  for (let row = 0; row < rows; row += 1) {
    const near = row / (rows - 1);
    const own = random.fork(`row${row}`);
    const ridge = createRidge(canvas, own, {
      base: height * (0.5 + 0.3 * near),
      swing: unit * (60 - 20 * near),
      hills: 2.4,
      octaves: 3,
    });
    const colour = distant(
      palette,
      mix(palette.land, palette.ink, 0.25 + 0.6 * near),
      0.78 * (1 - near) ** 1.15,
    );
    const tall = unit * (90 + 270 * near ** 1.3);
    if (leafy && row > 1) paintLeafTrees(stage, own, ridge.at, tall * 0.9, near);
    else paintFirs(canvas, own, ridge, tall, css(colour), unit * (16 + 60 * near));
    fillRidge(canvas, ridge, height + 5, colour, distant(palette, colour, 0.25 * (1 - near)));
    if (row < rows - 1) {
      paintMist(canvas, palette.haze, height * (0.56 + 0.3 * near), unit * 210, 0.5 - 0.3 * near);
    }
    if (row === 2 && palette.mood !== "storm") paintShafts(stage, light);
  }
  paintClearing(stage);
}

function paintShafts(stage: Stage, light: Luminary): void {
  const { canvas, palette } = stage;
  const random = stage.random.fork("shafts");
  const fill = canvas.vertical([
    [0, palette.light, 0.34],
    [1, palette.light, 0],
  ]);
  for (let index = 0; index < 7; index += 1) {
    const at = canvas.unit * random.between(-420, 420);
    const wide = canvas.unit * random.between(16, 70);
    const end = at * 1.9;
    canvas.draw(
      path(
        polygon([
          [light.x + at * 0.12, light.y],
          [light.x + at * 0.12 + wide * 0.15, light.y],
          [light.x + end + wide, canvas.height * 0.95],
          [light.x + end - wide, canvas.height * 0.95],
        ]),
        fill,
      ),
    );
  }
}

function paintLeafTrees(
  stage: Stage,
  random: Random,
  ground: (x: number) => number,
  tall: number,
  near: number,
): void {
  const { canvas, palette } = stage;
  const trunk = css(distant(palette, mix(palette.ink, lch(0.3, 0.05, 50), 0.4), 0.5 * (1 - near)));
  for (let x = -tall * 0.2; x < canvas.width + tall * 0.2; x += tall * random.between(0.3, 0.75)) {
    const foot = ground(x) + tall * 0.05;
    const high = tall * random.between(0.7, 1.15);
    const half = high * 0.028;
    canvas.draw(
      path(
        polygon([
          [x - half, foot],
          [x - half * 0.5, foot - high * 0.7],
          [x + half * 0.5, foot - high * 0.7],
          [x + half, foot],
        ]),
        trunk,
      ),
    );
    const autumn = palette.mood === "golden" || asked(stage, "autumn fall maple");
    const hue = autumn
      ? lch(0.62, 0.16, random.between(30, 85))
      : turn(palette.land, random.between(-18, 18));
    const leaf = distant(palette, palette.dark ? shade(hue, -0.16) : hue, 0.55 * (1 - near));
    const clumps = 13;
    for (let clump = 0; clump < clumps; clump += 1) {
      const angle = random.between(0, Math.PI * 2);
      const far = Math.sqrt(random.next()) * high * 0.27;
      const cx = x + Math.cos(angle) * far;
      const cy = foot - high * 0.7 + Math.sin(angle) * far * 0.85;
      const r = high * random.between(0.09, 0.17);
      const lit = shade(leaf, 0.07 - (0.14 * clump) / clumps + (cy < foot - high * 0.7 ? 0.05 : -0.05));
      canvas.draw(circle(cx, cy, r, css(lit)));
    }
  }
}

function paintClearing(stage: Stage): void {
  const { canvas, palette, random } = stage;
  const { width, height, unit } = canvas;
  const own = random.fork("clearing");
  const ridge = createRidge(canvas, own, { base: height * 0.9, swing: unit * 34, hills: 2, octaves: 3 });
  const ground = mix(palette.ink, palette.land, 0.14);
  fillRidge(canvas, ridge, height + 5, ground, shade(palette.ink, -0.03));
  if (shows(stage, "path trail road", 0.5)) {
    const x = width * own.between(0.35, 0.65);
    const bend = unit * own.between(-160, 160);
    const left: Point[] = [
      [x, ridge.at(x) + 4],
      [x + bend * 0.5 - unit * 26, height * 0.945],
      [x - unit * 130, height + 9],
    ];
    const right: Point[] = [
      [x + unit * 130, height + 9],
      [x + bend * 0.5 + unit * 40, height * 0.945],
      [x + unit * 12, ridge.at(x) + 4],
    ];
    canvas.draw(path(`${curve(left)}L${curve(right).slice(1)}Z`, css(mix(ground, palette.haze, 0.35))));
  }
  const from = own.between(0.2, 0.8) * width;
  paintAnimal(stage, from, ridge.at(from) + unit * 8, unit * 230);
  paintGrass(canvas, own, ground, ridge.at, unit * 26);
  if (asked(stage, "mushroom mushrooms fairy")) paintMushrooms(stage, own, ridge.at);
  if (palette.dark && shows(stage, "firefly fireflies fairy", 0.7)) paintFireflies(stage);
}

function paintMushrooms(stage: Stage, random: Random, ground: (x: number) => number): void {
  const { canvas, palette } = stage;
  for (let index = 0; index < 7; index += 1) {
    const size = canvas.unit * random.between(26, 90);
    const x = canvas.width * random.between(0.05, 0.95);
    const y = ground(x) + canvas.unit * random.between(20, 60);
    const cap = mix(lch(0.58, 0.2, 28), palette.accent, 0.25);
    canvas.draw(rect(x - size * 0.13, y - size * 0.55, size * 0.26, size * 0.55, css(lch(0.9, 0.03, 80))));
    canvas.draw(
      path(
        `M${n(x - size * 0.5)} ${n(y - size * 0.45)}Q${n(x - size * 0.42)} ${n(y - size)} ${n(x)} ${n(y - size)}Q${n(x + size * 0.42)} ${n(y - size)} ${n(x + size * 0.5)} ${n(y - size * 0.45)}Q${n(x)} ${n(y - size * 0.32)} ${n(x - size * 0.5)} ${n(y - size * 0.45)}Z`,
        canvas.vertical([
          [0, shade(cap, 0.08)],
          [1, shade(cap, -0.1)],
        ]),
      ),
    );
    for (const [dx, dy, r] of [
      [-0.22, 0.62, 0.07],
      [0.05, 0.82, 0.08],
      [0.26, 0.6, 0.06],
    ] as const) {
      canvas.draw(
        ellipse(x + size * dx, y - size * dy, size * r, size * r * 0.8, "#fff", ' fill-opacity="0.9"'),
      );
    }
  }
}

function paintFireflies(stage: Stage): void {
  const { canvas, palette } = stage;
  const random = stage.random.fork("fireflies");
  const warm = mix(palette.accent, lch(0.93, 0.14, 105), 0.6);
  const fill = canvas.radial([
    [0, lch(0.99, 0.04, 105), 1],
    [0.2, warm, 0.75],
    [1, warm, 0],
  ]);
  for (let index = 0; index < 42; index += 1) {
    const y = canvas.height * random.between(0.45, 0.97);
    canvas.draw(circle(canvas.width * random.next(), y, canvas.unit * random.between(4, 15), fill));
  }
}
