import { type Canvas, curve, n, type Point, path, polygon } from "../canvas.ts";
import { type Colour, css, lch, mix, shade } from "../colour.ts";
import { createRidge, fillRidge } from "../land.ts";
import { distant } from "../palette.ts";
import type { Random } from "../random.ts";
import { paintSky } from "../sky.ts";
import { asked, type Stage, shows } from "../stage.ts";
import { paintAnimal } from "../things/animals.ts";

/** Dunes with sharp crests, far table mountains, cacti or a caravan. */
export function paintDesert(stage: Stage): void {
  const { canvas, palette, random } = stage;
  const { width, height, unit } = canvas;
  const horizon = height * random.between(0.52, 0.62);
  const light = paintSky(stage, horizon + unit * 30);
  const sand = mix(lch(0.74, 0.12, 62), palette.sky[1], palette.dark ? 0.5 : 0.12);
  if (shows(stage, "canyon mesa arizona western cowboy", 0.5)) paintMesas(stage, horizon, sand);
  else {
    const far = createRidge(canvas, random.fork("far"), {
      base: horizon,
      swing: unit * 50,
      hills: 3,
      octaves: 5,
    });
    fillRidge(
      canvas,
      far,
      horizon + unit * 90,
      distant(palette, palette.land, 0.6),
      distant(palette, sand, 0.6),
    );
  }
  if (asked(stage, "pyramid pyramids egypt")) paintPyramids(stage, horizon, light.x);
  const dunes = 6;
  for (let dune = 0; dune < dunes; dune += 1) {
    const near = dune / (dunes - 1);
    paintDune(
      stage,
      random.fork(`dune${dune}`),
      horizon + (height - horizon) * (0.02 + 0.82 * near ** 1.35),
      near,
      distant(palette, shade(sand, -0.06 * near), 0.55 * (1 - near)),
      light.x,
    );
    if (dune === 2 && shows(stage, "camel camels caravan", 0.35))
      paintCaravan(stage, horizon + (height - horizon) * 0.3);
  }
  if (shows(stage, "cactus cacti", asked(stage, "pyramid pyramids egypt sahara oasis") ? 0 : 0.6)) {
    const own = random.fork("cacti");
    for (let index = 0; index < 3; index += 1) {
      const side = own.chance(0.5) ? own.between(0.04, 0.3) : own.between(0.7, 0.96);
      paintCactus(stage, own, width * side, height * own.between(0.86, 1), unit * own.between(150, 330));
    }
  }
  paintAnimal(stage, width * random.fork("animal").between(0.35, 0.65), height * 0.9, unit * 260);
}

function paintDune(
  stage: Stage,
  random: Random,
  y: number,
  near: number,
  sand: Colour,
  lightX: number,
): void {
  const { canvas, palette } = stage;
  const { width, height, unit } = canvas;
  const swing = unit * (34 + 90 * near);
  const phase = random.between(0, Math.PI * 2);
  const waves = random.between(0.7, 1.5);
  const crest: Point[] = [];
  for (let x = -unit * 40; x <= width + unit * 40; x += unit * 22) {
    const at = (x / unit / 1000) * waves * Math.PI * 2 + phase;
    crest.push([x, y + (Math.sin(at) + 0.35 * Math.sin(at * 2.3 + 1)) * swing * 0.5]);
  }
  canvas.draw(
    path(
      `${curve(crest)}L${n(width + unit * 50)} ${n(height + 9)}L${n(-unit * 50)} ${n(height + 9)}Z`,
      canvas.vertical([
        [0, mix(sand, palette.light, palette.dark ? 0.12 : 0.3)],
        [0.25, sand],
        [1, shade(sand, -0.12)],
      ]),
    ),
  );
  paintLee(canvas, random, crest, lightX, shade(mix(sand, palette.ink, 0.4), 0), unit * (50 + 190 * near));
}

/** The steep side away from the light: from each rise a blade of shadow runs down. */
function paintLee(
  canvas: Canvas,
  random: Random,
  crest: readonly Point[],
  lightX: number,
  dark: Colour,
  reach: number,
): void {
  const fill = canvas.vertical([
    [0, dark, 0.6],
    [1, dark, 0],
  ]);
  crest.forEach(([x, y], index) => {
    const before = crest[index - 1]?.[1] ?? y + 1;
    const after = crest[index + 1]?.[1] ?? y + 1;
    if (y > before || y > after) return;
    const away = x < lightX ? -1 : 1;
    const slope = crest.slice(
      Math.max(0, away === 1 ? index : index - 9),
      away === 1 ? index + 10 : index + 1,
    );
    const edge = away === 1 ? slope : [...slope].reverse();
    const end = edge.at(-1) ?? [x, y];
    const bend = random.between(0.3, 0.6);
    canvas.draw(
      path(
        `${curve(edge)}Q${n(x + (end[0] - x) * bend)} ${n(Math.max(y, end[1]) + reach * 0.8)} ${n(x)} ${n(y)}Z`,
        fill,
      ),
    );
  });
}

function paintMesas(stage: Stage, horizon: number, sand: Colour): void {
  const { canvas, palette } = stage;
  const random = stage.random.fork("mesas");
  for (let index = 0; index < 5; index += 1) {
    const x = canvas.width * random.between(-0.1, 0.95);
    const wide = canvas.unit * random.between(120, 380);
    const tall = canvas.unit * random.between(90, 240);
    const rock = distant(palette, mix(lch(0.5, 0.13, 38), sand, 0.25), 0.5 - index * 0.08);
    const lip = (share: number) => horizon - tall + canvas.unit * random.between(-6, 6) * share;
    canvas.draw(
      path(
        polygon([
          [x - wide * 0.3, horizon + canvas.unit * 60],
          [x - wide * 0.08, horizon - tall * 0.4],
          [x, horizon - tall * 0.45],
          [x + wide * 0.02, lip(1)],
          [x + wide * 0.5, lip(1)],
          [x + wide * 0.96, lip(1)],
          [x + wide, horizon - tall * 0.45],
          [x + wide * 1.1, horizon - tall * 0.4],
          [x + wide * 1.35, horizon + canvas.unit * 60],
        ]),
        canvas.vertical([
          [0, mix(rock, palette.light, 0.2)],
          [0.12, rock],
          [0.3, shade(rock, -0.05)],
          [0.34, shade(rock, 0.04)],
          [1, distant(palette, rock, 0.4)],
        ]),
      ),
    );
  }
}

function paintPyramids(stage: Stage, horizon: number, lightX: number): void {
  const { canvas, palette } = stage;
  const random = stage.random.fork("pyramids");
  for (let index = 0; index < 3; index += 1) {
    const size = canvas.unit * (170 + index * 100) * random.between(0.85, 1.1);
    const x = canvas.width * (0.22 + 0.28 * index) + canvas.unit * random.between(-50, 50);
    const foot = horizon + canvas.unit * (50 + index * 12);
    const stone = distant(
      palette,
      mix(lch(0.76, 0.1, 72), palette.sky[1], palette.dark ? 0.4 : 0.05),
      0.35 - index * 0.12,
    );
    const edge = x + (x < lightX ? -1 : 1) * size * 0.22;
    const lit = shade(stone, 0.06);
    const dim = mix(shade(stone, -0.16), palette.ink, 0.2);
    const face = (to: number, colour: Colour) =>
      canvas.draw(
        path(
          polygon([
            [x, foot - size],
            [edge, foot + size * 0.06],
            [to, foot],
          ]),
          css(colour),
        ),
      );
    face(x - size * 0.85, x < lightX ? dim : lit);
    face(x + size * 0.85, x < lightX ? lit : dim);
  }
}

function paintCaravan(stage: Stage, y: number): void {
  const { canvas, palette } = stage;
  const random = stage.random.fork("caravan");
  const size = canvas.unit * 62;
  const start = canvas.width * random.between(0.2, 0.5);
  for (let index = 0; index < 4; index += 1) {
    const x = start + index * size * 1.35;
    const scale = size / 100;
    canvas.draw(
      `<g transform="translate(${n(x)} ${n(y + Math.sin(index) * size * 0.06 - size)}) scale(${n(scale)})">`,
    );
    canvas.draw(
      path(
        "M4 24C2 20 8 16 14 20L20 24C24 40 30 46 38 44C42 30 50 26 56 30C62 22 74 24 78 36C86 40 88 48 86 58L90 100L85 100L78 66L72 100L67 100L68 64C58 68 50 68 44 64L46 100L41 100L36 64L32 100L27 100L30 58C20 54 16 40 14 28Z",
        css(mix(palette.ink, palette.haze, 0.08)),
      ),
    );
    canvas.draw("</g>");
  }
}

function paintCactus(stage: Stage, random: Random, x: number, foot: number, tall: number): void {
  const { canvas, palette } = stage;
  const green = palette.dark ? palette.ink : mix(lch(0.45, 0.09, 150), palette.ink, 0.3);
  const arm = (side: 1 | -1, from: number, rise: number) =>
    `M${n(x)} ${n(foot - tall * from)}h${n(side * tall * 0.13)}q${n(side * tall * 0.07)} 0 ${n(side * tall * 0.07)} ${n(-tall * 0.07)}v${n(-tall * rise)}`;
  const stroke = (width: number, colour: Colour, d: string) =>
    canvas.draw(
      `<path d="${d}" fill="none" stroke="${css(colour)}" stroke-width="${n(width)}" stroke-linecap="round"/>`,
    );
  const arms = `${arm(1, random.between(0.3, 0.45), random.between(0.15, 0.3))}${arm(-1, random.between(0.42, 0.58), random.between(0.1, 0.25))}`;
  const trunk = `M${n(x)} ${n(foot)}V${n(foot - tall)}`;
  stroke(tall * 0.085, green, arms);
  stroke(tall * 0.12, green, trunk);
  const rib = shade(green, 0.07);
  stroke(tall * 0.012, rib, `M${n(x - tall * 0.022)} ${n(foot)}V${n(foot - tall)}`);
  stroke(tall * 0.012, rib, `M${n(x + tall * 0.022)} ${n(foot)}V${n(foot - tall)}`);
}
