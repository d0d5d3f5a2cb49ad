import { curve, ellipse, n, type Point, path, polygon } from "../canvas.ts";
import { css, lch, mix, shade } from "../colour.ts";
import { createRidge, fillRidge, paintGrass, paintWater } from "../land.ts";
import { distant } from "../palette.ts";
import { createNoise } from "../random.ts";
import { paintSky } from "../sky.ts";
import { asked, type Stage, shows } from "../stage.ts";
import { paintSail, paintWhale } from "../things/afloat.ts";
import { namesAnimal, paintAnimal } from "../things/animals.ts";
import { paintCottage, paintLighthouse } from "../things/buildings.ts";
import { paintPalm } from "../things/plants.ts";

/** Open water under a wide sky, with a headland, a lighthouse, a sail. */
export function paintSea(stage: Stage): void {
  const { canvas, palette, random } = stage;
  const { height, unit } = canvas;
  const horizon = height * random.between(0.5, 0.62);
  const light = paintSky(stage, horizon);

  const mirror = canvas.named(() => {
    const islands = random.fork("islands");
    for (let index = 0; index < 2; index += 1) {
      const ridge = createRidge(canvas, islands.fork(String(index)), {
        base: horizon + unit * (26 - index * 10),
        swing: unit * (90 - index * 26),
        hills: 2.2 + index,
        octaves: 5,
      });
      const colour = distant(palette, palette.land, 0.72 - index * 0.26);
      fillRidge(canvas, ridge, horizon, colour, distant(palette, colour, 0.4));
    }
  });
  paintWater(stage, horizon, { mirror, light: palette.mood === "storm" ? null : light.x });
  if (shows(stage, "boat boats ship ships sail sailing sailboat", 0.5)) paintSail(stage, horizon, light.x);
  if (asked(stage, "whale")) paintWhale(stage, horizon);
  if (asked(stage, "wave waves storm stormy surf")) paintWaves(stage, horizon);

  const side = random.fork("side").chance(0.5) ? 1 : -1;
  if (asked(stage, "beach sand tropical palm")) paintBeach(stage, side);
  else paintHeadland(stage, horizon, side);
}

function paintHeadland(stage: Stage, horizon: number, side: 1 | -1): void {
  const { canvas, palette } = stage;
  const { width, height, unit } = canvas;
  const random = stage.random.fork("headland");
  const reach = Math.min(width * random.between(0.44, 0.62), unit * 760);
  const noise = createNoise(random, 5, 0.55);
  const x = (share: number) => (side === 1 ? width - share * reach : share * reach);
  const edge = (share: number) => {
    const fall = 1 / (1 + Math.exp((share - 0.7) * 15));
    const cliff = horizon - unit * 50 + (1 - fall) * (height - horizon) * 0.46;
    return cliff + noise(share * 5) * unit * 34 * (1.1 - share);
  };
  const outline: Point[] = [];
  for (let step = -4; step <= 60; step += 1) outline.push([x(step / 60), edge(step / 60)]);
  const tip: Point = [x(1), edge(1)];
  const shore = shoreline(stage, tip, [x(0.4), height + unit * 30]);
  const body = polygon([...outline, ...shore, [x(-0.2), height + unit * 30]]);
  const rock = mix(palette.ink, palette.land, 0.25);
  canvas.draw(
    path(
      body,
      canvas.vertical([
        [0, mix(rock, palette.light, palette.dark ? 0.12 : 0.25)],
        [0.3, rock],
        [1, shade(palette.ink, -0.02)],
      ]),
    ),
  );
  canvas.clip(body, () => {
    for (let index = 0; index < 70; index += 1) {
      const share = random.between(0.05, 1);
      const top = edge(share) + unit * random.between(0, 420) * (1.05 - share);
      const long = unit * random.between(30, 110);
      const lean = side * long * random.between(0.15, 0.5);
      const wide = unit * random.between(8, 30);
      canvas.draw(
        path(
          polygon([
            [x(share), top],
            [x(share) + wide, top + wide * 0.4],
            [x(share) + wide - lean, top + long * 0.8],
            [x(share) - lean, top + long],
          ]),
          css(random.chance(0.55) ? mix(rock, palette.haze, 0.25) : shade(rock, -0.08)),
          ' fill-opacity="0.2"',
        ),
      );
    }
  });
  for (const [fx, fy] of shore) {
    for (let drop = 0; drop < 3; drop += 1) {
      canvas.draw(
        ellipse(
          fx - side * unit * random.between(-10, 22),
          fy + unit * random.between(-5, 9),
          unit * random.between(10, 40),
          unit * random.between(1.5, 5),
          css(mix(palette.haze, lch(1, 0, 0), 0.45)),
          ` fill-opacity="${n(random.between(0.12, 0.5))}"`,
        ),
      );
    }
  }
  if (shows(stage, "lighthouse tower", 0.5)) {
    const share = random.between(0.26, 0.44);
    paintLighthouse(stage, x(share), edge(share) + unit * 8, unit * random.between(200, 280), side);
  } else if (shows(stage, "house cottage village", 0.5)) {
    const share = random.between(0.2, 0.4);
    paintCottage(stage, x(share), edge(share) + unit * 6, unit * 66);
  }
  if (namesAnimal(stage)) paintAnimal(stage, x(0.5), edge(0.5) + unit * 12, unit * 190);
  const ground = (at: number) =>
    edge(Math.min(1, Math.max(-0.05, side === 1 ? (width - at) / reach : at / reach)));
  const meadow = polygon([
    [x(-0.1), 0],
    [x(0.6), 0],
    [x(0.6), height],
    [x(-0.1), height],
  ]);
  canvas.clip(meadow, () => paintGrass(canvas, random, shade(rock, -0.03), ground, unit * 15));
}

/** A ragged line from the tip of the land towards us. */
function shoreline(stage: Stage, from: Point, to: Point): readonly Point[] {
  const random = stage.random.fork("shoreline");
  const steps = 26;
  return Array.from({ length: steps + 1 }, (_unused, step): Point => {
    const share = step / steps;
    const bow = Math.sin(share * Math.PI) * 0.12;
    return [
      from[0] + (to[0] - from[0]) * (share - bow) + stage.canvas.unit * random.between(-12, 12) * share,
      from[1] + (to[1] - from[1]) * (share + bow * 0.4) + stage.canvas.unit * random.between(-5, 5),
    ];
  });
}

function paintWaves(stage: Stage, horizon: number): void {
  const { canvas, palette } = stage;
  const tall = canvas.height - horizon;
  const bands = 9;
  for (let band = 1; band <= bands; band += 1) {
    const depth = band / bands;
    const random = stage.random.fork(`wave${band}`);
    const noise = createNoise(random, 2, 0.22);
    const base = horizon + tall * (0.04 + 0.94 * depth ** 1.4);
    const swing = canvas.unit * (10 + 95 * depth);
    const points: Point[] = [];
    for (let x = -20; x <= canvas.width + 40; x += canvas.unit * 6) {
      // Sharp crests, round troughs: as water does it.
      const crest = 1 - Math.min(1, Math.abs(noise((x / canvas.unit / 1000) * (11 - 8 * depth))) * 1.9);
      points.push([x, base - swing * crest ** 1.5]);
    }
    const colour = mix(palette.water, palette.haze, 0.45 * (1 - depth));
    canvas.draw(
      path(
        `${curve(points)}L${n(canvas.width + 40)} ${n(canvas.height + 9)}L-20 ${n(canvas.height + 9)}Z`,
        canvas.vertical([
          [0, mix(colour, palette.light, 0.5)],
          [0.1 + 0.15 * depth, shade(colour, 0.04)],
          [0.6, shade(colour, -0.06)],
          [1, shade(colour, -0.14)],
        ]),
      ),
    );
    const foam = css(mix(palette.light, lch(1, 0, 0), 0.5));
    for (const [x, y] of points) {
      const high = (base - y) / swing;
      if (high < 0.55 || !random.chance(0.75)) continue;
      canvas.draw(
        ellipse(
          x + canvas.unit * random.between(-9, 9),
          y + canvas.unit * random.between(0, 26) * depth,
          canvas.unit * random.between(2, 13) * depth,
          canvas.unit * random.between(1, 4) * depth,
          foam,
          ` fill-opacity="${n(random.between(0.15, 0.6) * high)}"`,
        ),
      );
    }
  }
}

function paintBeach(stage: Stage, side: 1 | -1): void {
  const { canvas, palette } = stage;
  const { width, height, unit } = canvas;
  const random = stage.random.fork("beach");
  const sand = mix(lch(0.86, 0.07, 80), palette.sky[1], palette.dark ? 0.5 : 0.12);
  const points: Point[] = [];
  for (let share = -0.1; share <= 1.1; share += 0.1) {
    const slope = side === 1 ? share : 1 - share;
    points.push([width * share, height * (0.95 - 0.2 * slope) + unit * random.between(-14, 14)]);
  }
  const area = (drop: number) =>
    `${curve(points.map(([x, y]) => [x, y + drop] as const))}L${n(width * 1.1)} ${n(height * 1.1)}L${n(-width * 0.1)} ${n(height * 1.1)}Z`;
  canvas.draw(path(area(-unit * 16), css(lch(0.98, 0.01, 200)), ' fill-opacity="0.3"'));
  canvas.draw(path(area(-unit * 5), css(lch(0.98, 0.01, 200)), ' fill-opacity="0.75"'));
  canvas.draw(
    path(
      area(0),
      canvas.vertical([
        [0, shade(sand, -0.06)],
        [0.3, sand],
        [1, shade(sand, -0.1)],
      ]),
    ),
  );
  for (let palm = 0; palm < 2; palm += 1) {
    const x = side === 1 ? width * (0.88 - palm * 0.13) : width * (0.12 + palm * 0.13);
    paintPalm(stage, x, height * (0.86 + 0.05 * palm), unit * (470 - palm * 110), -side);
  }
}
