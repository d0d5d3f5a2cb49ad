import { type Canvas, fade, n, type Point, path, polygon, rect } from "./canvas.ts";
import { type Colour, css, mix, shade } from "./colour.ts";
import { createNoise, type Random } from "./random.ts";
import type { Stage } from "./stage.ts";

/** A line of hills: heights sampled over the width, ready to be filled or stood upon. */
export interface Ridge {
  readonly points: readonly Point[];
  /** The line's height at x. */
  at(x: number): number;
}

export interface RidgeShape {
  /** Middle height, y. */
  readonly base: number;
  /** How far it goes up and down. */
  readonly swing: number;
  /** How many hills fit the picture's width. */
  readonly hills: number;
  readonly octaves: number;
  readonly roughness?: number;
}

export function createRidge(canvas: Canvas, random: Random, shape: RidgeShape): Ridge {
  const noise = createNoise(random, shape.octaves, shape.roughness);
  const shift = random.between(0, 200);
  const at = (x: number) => shape.base + noise(shift + (x / canvas.width) * shape.hills) * shape.swing;
  const step = canvas.unit * 5;
  const points: Point[] = [];
  for (let x = -step; x <= canvas.width + step; x += step) points.push([x, at(x)]);
  return { points, at };
}

/** Fills from the ridge down to `bottom`: its own colour on top, fading at the foot. */
export function fillRidge(canvas: Canvas, ridge: Ridge, bottom: number, top: Colour, foot: Colour): void {
  canvas.draw(
    path(
      polygon([...ridge.points, [canvas.width * 1.1, bottom], [-canvas.width * 0.1, bottom]]),
      canvas.vertical([
        [0, top],
        [1, foot],
      ]),
    ),
  );
}

/** A band of mist across the picture. */
export function paintMist(canvas: Canvas, colour: Colour, y: number, thick: number, strength: number): void {
  canvas.draw(
    rect(
      0,
      y - thick / 2,
      canvas.width,
      thick,
      canvas.vertical([
        [0, colour, 0],
        [0.5, colour, strength],
        [1, colour, 0],
      ]),
    ),
  );
}

/** A fir standing on (x, y). */
export function fir(random: Random, x: number, y: number, height: number): string {
  const tiers = 7 + Math.floor(random.next() * 4);
  const left: Point[] = [];
  const right: Point[] = [];
  for (let tier = 0; tier < tiers; tier += 1) {
    const share = (tier + 1) / tiers;
    const half = height * (0.045 + 0.2 * share) * random.between(0.8, 1.15);
    const edge = y - height + height * 0.92 * share;
    left.push([x - half, edge + height * 0.02], [x - half * 0.45, edge - height * 0.01]);
    right.push(
      [x + half * random.between(0.85, 1.1), edge + height * 0.02],
      [x + half * 0.45, edge - height * 0.01],
    );
  }
  const trunk = height * 0.018;
  return polygon([
    [x, y - height],
    ...right,
    [x + trunk, y - height * 0.06],
    [x + trunk, y + height * 0.03],
    [x - trunk, y + height * 0.03],
    [x - trunk, y - height * 0.06],
    ...left.reverse(),
  ]);
}

/** Still water from `top` to the bottom, with what stands above mirrored in it, ripples, and a path of light. */
export function paintWater(
  stage: Stage,
  top: number,
  options: { readonly mirror: string | null; readonly light: number | null; readonly bottom?: number },
): void {
  const { canvas, palette } = stage;
  const bottom = options.bottom ?? canvas.height;
  const random = stage.random.fork("water");
  const { width } = canvas;
  const area = polygon([
    [0, top],
    [width, top],
    [width, bottom],
    [0, bottom],
  ]);
  canvas.clip(area, () => {
    canvas.draw(
      rect(
        0,
        top,
        width,
        bottom - top,
        canvas.vertical([
          [0, mix(palette.haze, palette.water, 0.3)],
          [0.25, mix(palette.haze, palette.water, 0.7)],
          [0.6, palette.water],
          [1, shade(palette.water, -0.1)],
        ]),
      ),
    );
    if (options.mirror !== null) {
      canvas.draw(
        `<use href="#${options.mirror}" transform="matrix(1 0 0 -1 0 ${n(top * 2)})" opacity="0.5"/>`,
      );
    }
    paintRipples(stage, random, top, bottom);
    if (options.light !== null) paintGlitter(stage, random, options.light, top, bottom);
  });
}

function paintRipples(stage: Stage, random: Random, top: number, bottom: number): void {
  const { canvas, palette } = stage;
  const tall = bottom - top;
  const count = Math.round(90 + (130 * tall) / canvas.height);
  const bright = css(mix(palette.haze, palette.light, 0.3));
  const dark = css(shade(palette.water, -0.08));
  for (let index = 0; index < count; index += 1) {
    const depth = random.next() ** 1.8;
    const y = top + tall * (0.01 + 0.99 * depth);
    const long = canvas.unit * random.between(20, 130) * (0.3 + depth * 1.7);
    const thick = canvas.unit * (0.5 + 3.2 * depth);
    canvas.draw(
      wavelet(
        random.between(-0.05, 1.05) * canvas.width,
        y,
        long,
        thick,
        random.chance(0.5) ? bright : dark,
        random.between(0.08, 0.26),
      ),
    );
  }
}

/** Light broken on the water below the sun or moon: narrow far away, wide and scattered near. */
function paintGlitter(stage: Stage, random: Random, x: number, top: number, bottom: number): void {
  const { canvas, palette } = stage;
  const tall = bottom - top;
  const fill = css(mix(palette.light, palette.haze, 0.15));
  for (let index = 0; index < 150; index += 1) {
    const depth = random.next() ** 1.5;
    const spread = canvas.unit * (16 + 120 * depth);
    const off = (random.next() + random.next() + random.next() - 1.5) * spread;
    const long = canvas.unit * random.between(8, 46) * (0.4 + depth);
    canvas.draw(
      wavelet(
        x + off,
        top + tall * 0.95 * depth + canvas.unit,
        long,
        canvas.unit * (0.8 + 3.4 * depth),
        fill,
        random.between(0.25, 0.85) * (1 - depth * 0.55),
      ),
    );
  }
}

function wavelet(x: number, y: number, long: number, thick: number, fill: string, strength: number): string {
  return path(
    `M${n(x - long)} ${n(y)}Q${n(x)} ${n(y - thick)} ${n(x + long)} ${n(y)}Q${n(x)} ${n(y + thick)} ${n(x - long)} ${n(y)}Z`,
    fill,
    fade(strength),
  );
}

/** Blades of grass along the bottom edge or a ridge. */
export function paintGrass(
  canvas: Canvas,
  random: Random,
  colour: Colour,
  ground: (x: number) => number,
  height: number,
): void {
  let blades = "";
  const step = Math.max(canvas.unit * 3.2, height * 0.055);
  for (let x = -step; x < canvas.width + step; x += step) {
    const y = ground(x) + canvas.unit * 4;
    const tall = height * random.between(0.35, 1);
    const lean = random.between(-0.5, 0.5) * tall;
    const half = step * 0.4;
    blades += `M${n(x - half)} ${n(y)}Q${n(x + lean * 0.2)} ${n(y - tall * 0.6)} ${n(x + lean)} ${n(y - tall)}Q${n(x + lean * 0.35)} ${n(y - tall * 0.5)} ${n(x + half)} ${n(y)}Z`;
  }
  canvas.draw(path(blades, css(colour)));
}
