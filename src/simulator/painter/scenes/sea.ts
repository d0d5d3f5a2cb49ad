import { circle, curve, ellipse, n, type Point, path, polygon, rect } from "../canvas.ts";
import { type Colour, css, lch, mix, shade } from "../colour.ts";
import { createRidge, fillRidge, paintGrass, paintWater } from "../land.ts";
import { distant } from "../palette.ts";
import { createNoise } from "../random.ts";
import { paintSky } from "../sky.ts";
import { asked, type Stage, shows } from "../stage.ts";

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
        swing: unit * (70 - index * 22),
        hills: 2.2 + index,
        octaves: 5,
      });
      const colour = distant(palette, palette.land, 0.72 - index * 0.26);
      fillRidge(canvas, ridge, horizon, colour, distant(palette, colour, 0.4));
    }
  });
  paintWater(stage, horizon, { mirror, light: palette.mood === "storm" ? null : light.x });
  if (asked(stage, "wave waves storm stormy surf")) paintWaves(stage, horizon);
  if (shows(stage, "boat boats ship ships sail sailing sailboat", 0.5)) paintSail(stage, horizon, light.x);
  if (asked(stage, "whale")) paintWhale(stage, horizon);

  const side = random.fork("side").chance(0.5) ? 1 : -1;
  if (asked(stage, "beach sand tropical palm")) paintBeach(stage, side);
  else paintHeadland(stage, horizon, side);
}

function paintHeadland(stage: Stage, horizon: number, side: 1 | -1): void {
  const { canvas, palette } = stage;
  const { width, height, unit } = canvas;
  const random = stage.random.fork("headland");
  const reach = width * random.between(0.42, 0.6);
  const noise = createNoise(random, 5, 0.55);
  const x = (share: number) => (side === 1 ? width - share * reach : share * reach);
  const edge = (share: number) => {
    const fall = 1 / (1 + Math.exp((share - 0.72) * 16));
    const cliff = horizon - unit * 40 + (1 - fall) * (height - horizon) * 0.42;
    return cliff + noise(share * 5) * unit * 36 * (0.4 + share);
  };
  const outline: Point[] = [];
  for (let step = 0; step <= 60; step += 1) outline.push([x((step / 60) * 1.02), edge(step / 60)]);
  const tip = outline.at(-1) ?? [0, horizon];
  const body: Point[] = [
    [x(-0.2), edge(0)],
    ...outline,
    [tip[0], height * 0.86],
    [x(0.8), height * 0.95],
    [x(0.55), height + unit * 20],
    [x(-0.2), height + unit * 20],
  ];
  const rock = mix(palette.ink, palette.land, 0.25);
  canvas.draw(
    path(
      polygon(body),
      canvas.vertical([
        [0, mix(rock, palette.light, palette.dark ? 0.1 : 0.22)],
        [0.35, rock],
        [1, shade(palette.ink, -0.03)],
      ]),
    ),
  );
  canvas.clip(polygon(body), () => {
    for (let index = 0; index < 46; index += 1) {
      const share = random.next();
      const top = edge(share) + unit * random.between(10, 260);
      const long = unit * random.between(14, 60);
      canvas.draw(
        path(
          polygon([
            [x(share), top],
            [x(share) + long * 0.5, top + unit * random.between(4, 18)],
            [x(share) - long * 0.4, top + unit * random.between(10, 34)],
          ]),
          css(random.chance(0.5) ? shade(rock, 0.06) : shade(rock, -0.06)),
          ' fill-opacity="0.45"',
        ),
      );
    }
  });
  paintFoam(stage, x, height, tip);
  if (shows(stage, "lighthouse tower", 0.55)) {
    const share = random.between(0.28, 0.46);
    paintLighthouse(stage, x(share), edge(share) + unit * 8, unit * random.between(190, 260), side);
  } else if (shows(stage, "house cottage village", 0.4)) {
    const share = random.between(0.2, 0.4);
    paintCottage(stage, x(share), edge(share) + unit * 6, unit * 60);
  }
  const ground = (at: number) =>
    edge(Math.min(1, Math.max(0, side === 1 ? (width - at) / reach : at / reach)));
  canvas.clip(
    polygon([
      [x(-0.1), 0],
      [x(0.68), 0],
      [x(0.68), height],
      [x(-0.1), height],
    ]),
    () => paintGrass(canvas, random, { ...palette, ink: shade(rock, -0.02) }, ground, unit * 14),
  );
}

function paintFoam(stage: Stage, x: (share: number) => number, height: number, tip: Point): void {
  const { canvas, palette } = stage;
  const random = stage.random.fork("foam");
  const white = css(mix(palette.light, lch(1, 0, 0), 0.5));
  for (let index = 0; index < 60; index += 1) {
    const share = random.next();
    const along = x(1) + (x(0.55) - x(1)) * share;
    const y = height * 0.86 + (height * 1.0 - height * 0.86) * share;
    canvas.draw(
      ellipse(
        (along + tip[0]) / 2 + (along - tip[0]) / 2 + canvas.unit * random.between(-16, 16),
        y + canvas.unit * random.between(-8, 8),
        canvas.unit * random.between(8, 34),
        canvas.unit * random.between(2, 6),
        white,
        ` fill-opacity="${n(random.between(0.12, 0.4))}"`,
      ),
    );
  }
}

function paintLighthouse(stage: Stage, x: number, foot: number, tall: number, side: 1 | -1): void {
  const { canvas, palette } = stage;
  const lamp = foot - tall * 0.93;
  const half = tall * 0.085;
  const white = palette.dark ? mix(lch(0.9, 0.02, 80), palette.sky[1], 0.35) : lch(0.95, 0.01, 90);
  const red = palette.dark ? lch(0.45, 0.15, 25) : lch(0.6, 0.2, 27);
  if (palette.dark) {
    const beam = canvas.horizontal(
      side === 1
        ? [
            [0, palette.accent, 0],
            [1, palette.accent, 0.6],
          ]
        : [
            [0, palette.accent, 0.6],
            [1, palette.accent, 0],
          ],
    );
    const far = canvas.width * 0.75 * -side;
    canvas.draw(
      path(
        polygon([
          [x, lamp - tall * 0.01],
          [x + far, lamp - tall * 0.62],
          [x + far, lamp - tall * 0.1],
          [x, lamp + tall * 0.02],
        ]),
        beam,
      ),
    );
  }
  const width = (share: number) => half * (1.15 - 0.45 * share);
  for (let band = 0; band < 5; band += 1) {
    const low = band / 5;
    const high = (band + 1) / 5;
    const y = (share: number) => foot - tall * 0.84 * share;
    const colour = band % 2 === 0 ? white : red;
    canvas.draw(
      path(
        polygon([
          [x - width(low), y(low) + 1],
          [x - width(high), y(high)],
          [x + width(high), y(high)],
          [x + width(low), y(low) + 1],
        ]),
        canvas.horizontal([
          [0, shade(colour, -0.02)],
          [0.4, shade(colour, 0.03)],
          [1, shade(colour, -0.2)],
        ]),
      ),
    );
  }
  const dark = css(palette.ink);
  const gallery = foot - tall * 0.84;
  canvas.draw(rect(x - half * 0.95, gallery - tall * 0.012, half * 1.9, tall * 0.024, dark));
  canvas.draw(
    rect(
      x - half * 0.5,
      lamp - tall * 0.045,
      half,
      tall * 0.125,
      css(mix(palette.accent, palette.light, 0.5)),
    ),
  );
  canvas.draw(rect(x - half * 0.06, lamp - tall * 0.045, half * 0.12, tall * 0.125, dark));
  canvas.draw(
    path(
      `M${n(x - half * 0.68)} ${n(lamp - tall * 0.04)}Q${n(x)} ${n(lamp - tall * 0.14)} ${n(x + half * 0.68)} ${n(lamp - tall * 0.04)}Z`,
      css(red),
    ),
  );
  for (const share of [0.3, 0.62]) {
    canvas.draw(rect(x - half * 0.12, foot - tall * 0.84 * share, half * 0.24, tall * 0.045, dark));
  }
  if (!palette.dark) return;
  canvas.draw(
    circle(
      x,
      lamp,
      tall * 0.34,
      canvas.radial([
        [0, palette.light, 0.9],
        [0.15, palette.accent, 0.5],
        [1, palette.accent, 0],
      ]),
    ),
  );
}

/** A small house with a lit window; also used by other scenes. */
export function paintCottage(stage: Stage, x: number, foot: number, size: number): void {
  const { canvas, palette } = stage;
  const wall = palette.dark ? mix(lch(0.6, 0.03, 70), palette.ink, 0.5) : lch(0.9, 0.02, 80);
  const roof = palette.dark ? shade(palette.ink, 0.03) : lch(0.48, 0.12, 30);
  canvas.draw(rect(x - size * 0.5, foot - size * 0.55, size, size * 0.6, css(wall)));
  canvas.draw(rect(x + size * 0.2, foot - size * 1.12, size * 0.13, size * 0.4, css(roof)));
  canvas.draw(
    path(
      polygon([
        [x - size * 0.62, foot - size * 0.5],
        [x - size * 0.32, foot - size],
        [x + size * 0.32, foot - size],
        [x + size * 0.62, foot - size * 0.5],
      ]),
      css(roof),
    ),
  );
  const lit = css(palette.dark ? palette.accent : shade(palette.ink, 0.1));
  canvas.draw(rect(x - size * 0.34, foot - size * 0.38, size * 0.18, size * 0.2, lit));
  canvas.draw(rect(x + size * 0.14, foot - size * 0.38, size * 0.18, size * 0.2, lit));
  canvas.draw(rect(x - size * 0.08, foot - size * 0.32, size * 0.15, size * 0.36, css(roof)));
  if (palette.dark) {
    const glow = canvas.radial([
      [0, palette.accent, 0.5],
      [1, palette.accent, 0],
    ]);
    canvas.draw(circle(x, foot - size * 0.28, size * 1.1, glow));
  }
}

function paintSail(stage: Stage, horizon: number, lightX: number): void {
  const { canvas, palette } = stage;
  const random = stage.random.fork("sail");
  const near = random.between(0.12, 0.42);
  const y = horizon + (canvas.height - horizon) * near;
  const tall = canvas.unit * (60 + 260 * near);
  const x = lightX + canvas.unit * random.between(-220, 220);
  const sail = palette.dark ? mix(palette.haze, palette.light, 0.4) : lch(0.97, 0.01, 90);
  const second = mix(sail, palette.accent, 0.6);
  const shadow = css(shade(palette.water, -0.12));
  canvas.draw(ellipse(x, y + tall * 0.04, tall * 0.5, tall * 0.05, shadow, ' fill-opacity="0.5"'));
  const sheet = (points: string, colour: Colour) =>
    path(
      points,
      canvas.horizontal([
        [0, shade(colour, -0.1)],
        [1, colour],
      ]),
    );
  canvas.draw(
    sheet(
      `M${n(x)} ${n(y - tall)}Q${n(x + tall * 0.42)} ${n(y - tall * 0.5)} ${n(x + tall * 0.36)} ${n(y - tall * 0.12)}L${n(x)} ${n(y - tall * 0.12)}Z`,
      sail,
    ),
  );
  canvas.draw(
    sheet(
      `M${n(x - tall * 0.03)} ${n(y - tall * 0.9)}Q${n(x - tall * 0.2)} ${n(y - tall * 0.4)} ${n(x - tall * 0.36)} ${n(y - tall * 0.12)}L${n(x - tall * 0.03)} ${n(y - tall * 0.14)}Z`,
      second,
    ),
  );
  canvas.draw(
    path(
      `M${n(x - tall * 0.42)} ${n(y - tall * 0.09)}L${n(x + tall * 0.46)} ${n(y - tall * 0.09)}Q${n(x + tall * 0.36)} ${n(y + tall * 0.05)} ${n(x + tall * 0.24)} ${n(y + tall * 0.05)}L${n(x - tall * 0.26)} ${n(y + tall * 0.05)}Q${n(x - tall * 0.38)} ${n(y + tall * 0.02)} ${n(x - tall * 0.42)} ${n(y - tall * 0.09)}Z`,
      css(palette.ink),
    ),
  );
  canvas.draw(rect(x - tall * 0.012, y - tall * 1.04, tall * 0.02, tall, css(palette.ink)));
}

function paintWhale(stage: Stage, horizon: number): void {
  const { canvas, palette } = stage;
  const random = stage.random.fork("whale");
  const size = canvas.unit * 200;
  const x = canvas.width * random.between(0.3, 0.7);
  const y = horizon + (canvas.height - horizon) * 0.4;
  const fill = canvas.vertical([
    [0, mix(palette.ink, palette.water, 0.5)],
    [1, palette.ink],
  ]);
  canvas.draw(
    path(
      `M${n(x - size)} ${n(y)}Q${n(x - size * 0.6)} ${n(y - size * 0.62)} ${n(x)} ${n(y - size * 0.46)}Q${n(x + size * 0.55)} ${n(y - size * 0.3)} ${n(x + size * 0.8)} ${n(y)}Z`,
      fill,
    ),
  );
  canvas.draw(
    path(
      `M${n(x + size * 1.05)} ${n(y)}Q${n(x + size * 1.1)} ${n(y - size * 0.3)} ${n(x + size * 0.84)} ${n(y - size * 0.5)}Q${n(x + size * 1.1)} ${n(y - size * 0.52)} ${n(x + size * 1.2)} ${n(y - size * 0.36)}Q${n(x + size * 1.34)} ${n(y - size * 0.52)} ${n(x + size * 1.56)} ${n(y - size * 0.46)}Q${n(x + size * 1.3)} ${n(y - size * 0.26)} ${n(x + size * 1.28)} ${n(y)}Z`,
      fill,
    ),
  );
  const spout = css(mix(palette.light, lch(1, 0, 0), 0.5));
  for (let drop = 0; drop < 26; drop += 1) {
    const lift = random.next();
    canvas.draw(
      circle(
        x - size * 0.4 + size * random.between(-0.3, 0.3) * lift,
        y - size * (0.55 + 0.6 * lift),
        canvas.unit * random.between(2, 6),
        spout,
        ' fill-opacity="0.6"',
      ),
    );
  }
}

function paintWaves(stage: Stage, horizon: number): void {
  const { canvas, palette } = stage;
  const tall = canvas.height - horizon;
  const bands = 7;
  for (let band = 1; band <= bands; band += 1) {
    const depth = band / bands;
    const random = stage.random.fork(`wave${band}`);
    const noise = createNoise(random, 2);
    const base = horizon + tall * (0.06 + 0.86 * depth ** 1.3);
    const swing = canvas.unit * (8 + 80 * depth);
    const points: Point[] = [];
    for (let x = -20; x <= canvas.width + 40; x += canvas.unit * 24) {
      points.push([x, base + Math.abs(noise((x / canvas.width) * (9 - 5 * depth))) * -swing]);
    }
    const colour = mix(palette.water, palette.haze, 0.35 * (1 - depth));
    const body = `${curve(points)}L${n(canvas.width + 40)} ${n(canvas.height)}L-20 ${n(canvas.height)}Z`;
    canvas.draw(
      path(
        body,
        canvas.vertical([
          [0, mix(colour, palette.light, 0.4)],
          [0.08, shade(colour, 0.05)],
          [0.5, shade(colour, -0.06)],
          [1, shade(colour, -0.12)],
        ]),
      ),
    );
    canvas.draw(
      `<path d="${curve(points)}" fill="none" stroke="${css(mix(palette.light, lch(1, 0, 0), 0.5))}" stroke-opacity="${n(0.25 + 0.4 * depth)}" stroke-width="${n(canvas.unit * (1 + 4 * depth))}"/>`,
    );
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
  canvas.draw(path(area(-unit * 14), css(lch(0.98, 0.01, 200)), ' fill-opacity="0.35"'));
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
    const x = side === 1 ? width * (0.86 - palm * 0.12) : width * (0.14 + palm * 0.12);
    paintPalm(stage, x, height * (0.84 + 0.05 * palm), unit * (420 - palm * 90), -side);
  }
}

function paintPalm(stage: Stage, x: number, foot: number, tall: number, lean: number): void {
  const { canvas, palette } = stage;
  const random = stage.random.fork(`palm${Math.round(x)}`);
  const ink = css(palette.dark ? palette.ink : mix(palette.ink, palette.land, 0.35));
  const top: Point = [x + lean * tall * 0.3, foot - tall];
  canvas.draw(
    `<path d="M${n(x)} ${n(foot + tall * 0.05)}Q${n(x + lean * tall * 0.02)} ${n(foot - tall * 0.6)} ${n(top[0])} ${n(top[1])}" fill="none" stroke="${ink}" stroke-width="${n(tall * 0.045)}" stroke-linecap="round"/>`,
  );
  for (let leaf = 0; leaf < 9; leaf += 1) {
    const angle = -Math.PI * (leaf / 8) + random.between(-0.14, 0.14);
    const long = tall * random.between(0.36, 0.48);
    const end: Point = [top[0] + Math.cos(angle) * long, top[1] + Math.sin(angle) * long * 0.6 + long * 0.28];
    const bend: Point = [
      top[0] + Math.cos(angle) * long * 0.55,
      top[1] + Math.sin(angle) * long * 0.75 - long * 0.12,
    ];
    canvas.draw(
      path(
        `M${n(top[0])} ${n(top[1])}Q${n(bend[0])} ${n(bend[1])} ${n(end[0])} ${n(end[1])}Q${n(bend[0])} ${n(bend[1] + long * 0.2)} ${n(top[0])} ${n(top[1])}Z`,
        ink,
      ),
    );
  }
}
