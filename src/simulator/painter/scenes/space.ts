import { circle, ellipse, n, path, rect } from "../canvas.ts";
import { type Colour, css, lch, mix, shade, turn } from "../colour.ts";
import type { Random } from "../random.ts";
import { asked, type Stage, shows } from "../stage.ts";
import { namesAnimal, paintAnimal } from "../things/animals.ts";
import { paintRocket } from "../things/rocket.ts";

/** Stars, clouds of gas, and worlds before them. */
export function paintSpace(stage: Stage): void {
  const { canvas, palette, random, reading } = stage;
  const { width, height } = canvas;
  const hue = reading.hues[0] ?? random.between(0, 360);
  const second = reading.hues[1] ?? hue + random.pick([-75, -50, 55, 85, 120]);
  canvas.draw(
    rect(
      0,
      0,
      width,
      height,
      canvas.vertical([
        [0, lch(0.11, 0.05, hue)],
        [0.55, lch(0.16, 0.07, (hue + second) / 2)],
        [1, lch(0.09, 0.04, second)],
      ]),
    ),
  );
  paintGas(stage, lch(0.55, 0.2, hue), lch(0.6, 0.19, second));
  paintStarfield(stage);
  const large = random.fork("large");
  const r = Math.min(width, height) * large.between(0.2, 0.34);
  const x = width * large.between(0.3, 0.7);
  const y = height * large.between(0.36, 0.66);
  const angle = large.between(-0.6, 0.6);
  const light: readonly [number, number] = large.chance(0.5) ? [0.3, 0.28] : [0.7, 0.26];
  if (shows(stage, "planet planets mars earth saturn world moon", 0.9)) {
    const surface = asked(stage, "mars")
      ? lch(0.58, 0.15, 42)
      : asked(stage, "moon")
        ? lch(0.78, 0.02, 90)
        : lch(0.66, 0.14, second + large.between(-30, 30));
    const rings = shows(stage, "saturn ring rings", 0.55);
    if (rings) paintRings(stage, { x, y, r, angle, colour: surface }, "back");
    paintPlanet(stage, { x, y, r, angle, colour: surface }, light);
    if (rings) paintRings(stage, { x, y, r, angle, colour: surface }, "front");
    const moons = large.whole(1, 3);
    for (let index = 0; index < moons; index += 1) {
      const turnBy = large.between(0, Math.PI * 2);
      const far = r * large.between(1.35, 2.1);
      const small = {
        x: x + Math.cos(turnBy) * far,
        y: y + Math.sin(turnBy) * far * 0.7,
        r: r * large.between(0.07, 0.2),
      };
      paintPlanet(stage, { ...small, angle, colour: lch(0.72, 0.06, hue + large.between(-60, 60)) }, light);
    }
  }
  if (shows(stage, "rocket spaceship shuttle astronaut ship", 0.3)) {
    const at = random.fork("rocket");
    paintRocket(
      stage,
      width * at.between(0.18, 0.82),
      height * at.between(0.3, 0.75),
      canvas.unit * at.between(170, 260),
      at.between(-40, 60),
    );
  }
  if (namesAnimal(stage)) {
    const size = Math.min(width, height) * 0.32;
    canvas.draw(circle(width * 0.5, height * 1.5, height * 0.62, css(lch(0.7, 0.02, 270))));
    paintAnimal(stage, width * 0.5, height * 0.9, size);
  }
  if (shows(stage, "comet comets meteor", 0.4)) paintComet(stage, palette.light);
}

interface World {
  readonly x: number;
  readonly y: number;
  readonly r: number;
  /** Tilt, radians. */
  readonly angle: number;
  readonly colour: Colour;
}

function paintGas(stage: Stage, first: Colour, second: Colour): void {
  const { canvas } = stage;
  const random = stage.random.fork("gas");
  const slant = random.between(-0.8, 0.8);
  for (let index = 0; index < 46; index += 1) {
    const along = random.between(-0.65, 0.65);
    const off = (random.next() + random.next() - 1) * 0.3;
    const x = canvas.width * (0.5 + along);
    const y = canvas.height * (0.5 + along * slant + off);
    const r = canvas.unit * random.between(110, 420) * (1 - Math.abs(off));
    const colour = mix(turn(first, random.between(-20, 20)), second, random.next());
    canvas.draw(
      ellipse(
        x,
        y,
        r,
        r * random.between(0.5, 1),
        canvas.radial([
          [0, colour, random.between(0.06, 0.2)],
          [0.5, colour, 0.05],
          [1, colour, 0],
        ]),
      ),
    );
  }
}

function paintStarfield(stage: Stage): void {
  const { canvas } = stage;
  const random = stage.random.fork("starfield");
  for (let index = 0; index < 900; index += 1) {
    const r = canvas.unit * random.between(0.5, 1.7);
    const tint = lch(0.97, 0.03, random.pick([60, 90, 250, 270]));
    canvas.draw(
      circle(
        canvas.width * random.next(),
        canvas.height * random.next(),
        r,
        css(tint),
        ` fill-opacity="${n(random.between(0.25, 1))}"`,
      ),
    );
  }
  const glow = canvas.radial([
    [0, lch(1, 0, 0), 0.9],
    [0.1, lch(0.95, 0.05, 250), 0.4],
    [1, lch(0.9, 0.06, 250), 0],
  ]);
  for (let index = 0; index < 16; index += 1) {
    const x = canvas.width * random.next();
    const y = canvas.height * random.next();
    const r = canvas.unit * random.between(9, 26);
    canvas.draw(circle(x, y, r, glow));
    const ray = r * 0.9;
    const thin = canvas.unit * 0.8;
    canvas.draw(
      path(
        `M${n(x - ray)} ${n(y)}L${n(x)} ${n(y - thin)}L${n(x + ray)} ${n(y)}L${n(x)} ${n(y + thin)}ZM${n(x)} ${n(y - ray)}L${n(x + thin)} ${n(y)}L${n(x)} ${n(y + ray)}L${n(x - thin)} ${n(y)}Z`,
        "#fff",
        ' fill-opacity="0.8"',
      ),
    );
  }
}

function paintPlanet(stage: Stage, world: World, [lx, ly]: readonly [number, number]): void {
  const { canvas } = stage;
  const { x, y, r, colour } = world;
  const random = stage.random.fork(`planet${Math.round(r)}`);
  const halo = turn(shade(colour, 0.1), 20);
  canvas.draw(
    circle(
      x,
      y,
      r * 1.35,
      canvas.radial([
        [0, halo, 0.5],
        [0.7, halo, 0.28],
        [1, halo, 0],
      ]),
    ),
  );
  canvas.draw(circle(x, y, r, css(colour)));
  const disc = `M${n(x - r)} ${n(y)}a${n(r)} ${n(r)} 0 1 0 ${n(r * 2)} 0a${n(r)} ${n(r)} 0 1 0 ${n(-r * 2)} 0Z`;
  canvas.clip(disc, () => {
    canvas.draw(`<g transform="rotate(${n((world.angle * 180) / Math.PI)} ${n(x)} ${n(y)})">`);
    paintSurface(stage, random, world);
    canvas.draw("</g>");
    const night = lch(0.07, 0.03, colour.h + 60);
    const cx = x + (lx - 0.5) * r * 1.5;
    const cy = y + (ly - 0.5) * r * 1.5;
    canvas.draw(
      circle(
        cx,
        cy,
        r * 1.9,
        canvas.radial([
          [0, lch(1, 0.02, 90), 0.3],
          [0.25, lch(1, 0.02, 90), 0.06],
          [0.38, night, 0.12],
          [0.55, night, 0.55],
          [0.7, night, 0.9],
          [1, night, 0.95],
        ]),
      ),
    );
  });
}

function paintSurface(stage: Stage, random: Random, { x, y, r, colour }: World): void {
  const { canvas } = stage;
  if (asked(stage, "moon mars asteroid") || random.chance(0.25)) {
    for (let index = 0; index < 40; index += 1) {
      const size = r * random.between(0.03, 0.17);
      const cx = x + r * random.between(-0.95, 0.95);
      const cy = y + r * random.between(-0.95, 0.95);
      canvas.draw(ellipse(cx, cy, size, size * 0.85, css(shade(colour, -0.09)), ' fill-opacity="0.6"'));
      canvas.draw(
        ellipse(
          cx + size * 0.1,
          cy + size * 0.12,
          size * 0.86,
          size * 0.72,
          css(shade(colour, -0.03)),
          ' fill-opacity="0.7"',
        ),
      );
    }
    return;
  }
  for (let top = -1; top < 1; ) {
    const thick = random.between(0.05, 0.24);
    const band = turn(shade(colour, random.between(-0.12, 0.12)), random.between(-28, 28));
    const wave = r * random.between(0.01, 0.05);
    const y0 = y + r * top;
    const y1 = y + r * (top + thick);
    canvas.draw(
      path(
        `M${n(x - r)} ${n(y0)}Q${n(x - r / 2)} ${n(y0 - wave)} ${n(x)} ${n(y0)}T${n(x + r)} ${n(y0)}L${n(x + r)} ${n(y1 + 2)}L${n(x - r)} ${n(y1 + 2)}Z`,
        css(band),
        ' fill-opacity="0.75"',
      ),
    );
    top += thick;
  }
  const storm = turn(shade(colour, 0.1), -40);
  canvas.draw(
    ellipse(
      x + r * random.between(-0.4, 0.4),
      y + r * random.between(0.1, 0.5),
      r * 0.2,
      r * 0.09,
      css(storm),
      ' fill-opacity="0.7"',
    ),
  );
}

function paintRings(stage: Stage, { x, y, r, angle, colour }: World, half: "back" | "front"): void {
  const { canvas } = stage;
  const random = stage.random.fork("rings");
  const tilt = random.between(0.16, 0.34);
  canvas.draw(`<g transform="rotate(${n((angle * 180) / Math.PI)} ${n(x)} ${n(y)})">`);
  const sweep = half === "back" ? 1 : 0;
  for (let ring = 0; ring < 9; ring += 1) {
    const rx = r * (1.36 + ring * 0.085);
    const tone = turn(shade(colour, random.between(0, 0.22)), random.between(-30, 30));
    canvas.draw(
      `<path d="M${n(x - rx)} ${n(y)}A${n(rx)} ${n(rx * tilt)} 0 0 ${sweep} ${n(x + rx)} ${n(y)}" fill="none" stroke="${css(tone)}" stroke-opacity="${n(random.between(0.25, 0.8))}" stroke-width="${n(r * 0.07 * random.between(0.35, 1))}"/>`,
    );
  }
  canvas.draw("</g>");
}

function paintComet(stage: Stage, light: Colour): void {
  const { canvas } = stage;
  const random = stage.random.fork("comet");
  const x = canvas.width * random.between(0.1, 0.5);
  const y = canvas.height * random.between(0.08, 0.3);
  const long = canvas.unit * random.between(240, 420);
  const fill = canvas.horizontal([
    [0, light, 0.95],
    [1, light, 0],
  ]);
  canvas.draw(`<g transform="rotate(${n(random.between(-35, -12))} ${n(x)} ${n(y)})">`);
  canvas.draw(
    path(
      `M${n(x)} ${n(y - 5)}L${n(x + long)} ${n(y - long * 0.05)}L${n(x + long)} ${n(y + long * 0.05)}L${n(x)} ${n(y + 5)}Z`,
      fill,
    ),
  );
  canvas.draw(
    circle(
      x,
      y,
      canvas.unit * 22,
      canvas.radial([
        [0, lch(1, 0, 0), 1],
        [0.25, light, 0.7],
        [1, light, 0],
      ]),
    ),
  );
  canvas.draw("</g>");
}
