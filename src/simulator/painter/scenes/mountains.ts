import { type Canvas, type Point, path, polygon } from "../canvas.ts";
import { css, lch, mix, shade } from "../colour.ts";
import { createRidge, fillRidge, fir, paintGrass, paintMist, paintWater, type Ridge } from "../land.ts";
import { distant } from "../palette.ts";
import type { Random } from "../random.ts";
import { type Luminary, paintSky } from "../sky.ts";
import { asked, type Stage, shows } from "../stage.ts";
import { paintAnimal } from "../things/animals.ts";
import { paintCastle, paintCottage } from "../things/buildings.ts";

/** Peaks behind peaks, woods at their feet, often a lake. */
export function paintMountains(stage: Stage): void {
  const { canvas, palette, random } = stage;
  const { height, unit } = canvas;
  const lake = shows(stage, "lake river fjord", 0.6);
  const shore = height * (lake ? random.between(0.6, 0.68) : 0.8);
  const light = paintSky(stage, shore);

  const mirror = canvas.named(() => {
    const far = createRidge(canvas, random.fork("far"), {
      base: shore - unit * 150,
      swing: unit * 130,
      hills: 3.4,
      octaves: 6,
      roughness: 0.55,
    });
    fillRidge(canvas, far, shore, distant(palette, palette.land, 0.68), distant(palette, palette.land, 0.92));
    paintPeaks(stage, shore, light);
    paintMist(canvas, palette.haze, shore - unit * 60, unit * 160, 0.55);
    const woods = createRidge(canvas, random.fork("woods"), {
      base: shore - unit * 50,
      swing: unit * 60,
      hills: 3,
      octaves: 4,
    });
    const green = distant(palette, mix(palette.ink, palette.land, 0.45), 0.22);
    paintFirs(canvas, random.fork("firs"), woods, unit * 34, css(green), unit * 9);
    fillRidge(canvas, woods, shore + 2, green, distant(palette, green, 0.3));
    if (asked(stage, "castle")) {
      const x = canvas.width * random.between(0.25, 0.75);
      paintCastle(stage, x, woods.at(x) + unit * 12, unit * 190);
    } else if (shows(stage, "cabin hut cottage house village", 0.3)) {
      const x = canvas.width * random.between(0.2, 0.8);
      paintCottage(stage, x, Math.min(shore - unit * 4, woods.at(x) + unit * 30), unit * 46);
    }
  });
  if (lake) paintWater(stage, shore, { mirror, light: light.x });
  else paintMeadow(stage, shore);
  paintForeground(stage, lake);
}

function paintMeadow(stage: Stage, top: number): void {
  const { canvas, palette, random } = stage;
  const { height, unit } = canvas;
  for (let roll = 0; roll < 3; roll += 1) {
    const ridge = createRidge(canvas, random.fork(`meadow${roll}`), {
      base: top - unit * 10 + (height - top) * 0.28 * roll,
      swing: unit * 26,
      hills: 2,
      octaves: 3,
    });
    const colour = distant(palette, mix(palette.land, palette.ink, 0.15 + 0.25 * roll), 0.4 - 0.16 * roll);
    fillRidge(canvas, ridge, height + 5, shade(colour, 0.03), colour);
  }
}

/** The big ones: a lit side, a shadow side, snow above a ragged line. */
function paintPeaks(stage: Stage, foot: number, light: Luminary): void {
  const { canvas, palette, random } = stage;
  const { width, unit } = canvas;
  const count = Math.max(3, Math.round((width / unit / 1000) * 5));
  const peaks = Array.from({ length: count }, (_unused, index) => {
    const own = random.fork(`peak${index}`);
    return {
      own,
      x: (width * (index + own.between(0.1, 0.9))) / count,
      tall: Math.min(unit * own.between(210, 480), foot * own.between(0.5, 0.82)),
    };
  }).sort((a, b) => b.tall - a.tall);
  const winter = palette.mood === "winter" || asked(stage, "snow snowy winter alps glacier");
  for (const { own, x, tall } of peaks) {
    const half = tall * own.between(0.85, 1.25);
    const apex: Point = [x, foot - tall];
    const left = slope(own, apex, [x - half, foot], 14);
    const right = slope(own, apex, [x + half, foot], 14);
    const outline = polygon([...left.slice().reverse(), ...right]);
    const nearness = 0.3 - (0.25 * tall) / (unit * 480);
    const rock = distant(palette, mix(palette.land, palette.ink, 0.25), 0.12 + nearness);
    canvas.draw(
      path(
        outline,
        canvas.vertical([
          [0, mix(rock, palette.light, 0.25)],
          [0.5, rock],
          [1, distant(palette, rock, 0.55)],
        ]),
      ),
    );
    const snow = mix(lch(0.98, 0.01, 250), palette.sky[2], palette.dark ? 0.5 : 0.18);
    const line = winter ? own.between(0.36, 0.52) : own.between(0.2, 0.42);
    canvas.clip(outline, () => {
      if (shows(stage, "snow snowy", palette.mood === "golden" ? 0.5 : 0.9)) {
        canvas.draw(path(snowCap(own, apex, half, tall, line), css(snow)));
      }
      const lit = light.x < x ? 1 : -1;
      canvas.draw(
        path(
          shadowSide(own, apex, half, tall, lit),
          css(mix(palette.ink, palette.sky[0], 0.35)),
          ' fill-opacity="0.42"',
        ),
      );
    });
  }
}

function slope(random: Random, from: Point, to: Point, steps: number): readonly Point[] {
  return Array.from({ length: steps + 1 }, (_unused, step): Point => {
    const share = step / steps;
    const wobble = step === 0 || step === steps ? 0 : random.between(-0.035, 0.035);
    return [
      from[0] + (to[0] - from[0]) * (share + wobble),
      from[1] + (to[1] - from[1]) * (share ** 1.12 + wobble * 0.8),
    ];
  });
}

function snowCap(random: Random, [x, y]: Point, half: number, tall: number, line: number): string {
  const teeth = 17;
  const edge = Array.from({ length: teeth * 2 + 1 }, (_unused, step): Point => {
    const share = step / (teeth * 2);
    const drop = step % 2 === 0 ? random.between(0.55, 0.95) : random.between(0.85, 1.15);
    return [x - half * line * 1.3 + half * line * 2.6 * share, y + tall * line * drop];
  });
  return polygon(
    [[x - half * line * 1.3, y - tall * 0.05], ...edge, [x + half * line * 1.3, y - tall * 0.05]].map(
      ([px, py]) => [px ?? 0, py ?? 0] as const,
    ),
  );
}

function shadowSide(random: Random, [x, y]: Point, half: number, tall: number, lit: 1 | -1): string {
  const spine = Array.from({ length: 12 }, (_unused, step): Point => {
    const share = step / 11;
    const zig = step === 0 ? 0 : (step % 2 === 0 ? 1 : -1) * random.between(0.02, 0.09);
    return [x + half * (zig - lit * 0.08 * share), y + tall * share];
  });
  return polygon([
    ...spine,
    [x + lit * half * 1.2, y + tall],
    [x + lit * half * 1.2, y],
    [x, y - tall * 0.02],
  ]);
}

/** Firs along a ridge. */
export function paintFirs(
  canvas: Canvas,
  random: Random,
  ridge: Ridge,
  tall: number,
  fill: string,
  gap: number,
): void {
  let marks = "";
  for (let x = -gap; x < canvas.width + gap; x += gap * random.between(0.5, 1.5)) {
    marks += fir(random, x, ridge.at(x) + tall * 0.12, tall * random.between(0.55, 1.25));
  }
  canvas.draw(path(marks, fill));
}

function paintForeground(stage: Stage, lake: boolean): void {
  const { canvas, palette } = stage;
  const { width, height, unit } = canvas;
  const random = stage.random.fork("foreground");
  const ridge = createRidge(canvas, random, {
    base: height - unit * (lake ? 46 : 110),
    swing: unit * 46,
    hills: 2,
    octaves: 4,
  });
  const ground = mix(palette.ink, palette.land, 0.12);
  const side = random.chance(0.5);
  let firs = "";
  for (let tree = 0; tree < 9; tree += 1) {
    const off = random.next() ** 1.5 * width * 0.36;
    const x = (tree % 4 === 3) !== side ? off : width - off;
    firs += fir(random, x, ridge.at(x) + unit * 16, unit * random.between(150, 330));
  }
  canvas.draw(
    path(
      firs,
      canvas.vertical([
        [0, mix(palette.ink, palette.haze, 0.14)],
        [1, palette.ink],
      ]),
    ),
  );
  fillRidge(canvas, ridge, height + 5, ground, shade(palette.ink, -0.02));
  const x = width * random.between(0.35, 0.65);
  paintAnimal(stage, x, ridge.at(x) + unit * 12, unit * 230);
  paintGrass(canvas, random, ground, ridge.at, unit * 22);
}
