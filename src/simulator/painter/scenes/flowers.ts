import { circle, ellipse, n, path, rect } from "../canvas.ts";
import { type Colour, css, lch, mix, shade, turn } from "../colour.ts";
import { createRidge, fillRidge, paintGrass } from "../land.ts";
import { distant } from "../palette.ts";
import type { Random } from "../random.ts";
import { paintSky } from "../sky.ts";
import { asked, type Stage, shows } from "../stage.ts";
import { namesAnimal, paintAnimal } from "../things/animals.ts";

type Kind = "daisy" | "tulip" | "poppy" | "sunflower" | "lavender";

/** A meadow in bloom: small and pale far off, large and bright before us. */
export function paintFlowers(stage: Stage): void {
  const { canvas, palette, random } = stage;
  const { height, unit } = canvas;
  const horizon = height * random.between(0.42, 0.54);
  paintSky(stage, horizon + unit * 60);
  const hills = 3;
  const meadow = mix(palette.land, lch(0.6, 0.13, 135), 0.4);
  for (let hill = 0; hill < hills; hill += 1) {
    const ridge = createRidge(canvas, random.fork(`hill${hill}`), {
      base: horizon + unit * (10 + hill * 60),
      swing: unit * 70,
      hills: 1.8 + hill * 0.3,
      octaves: 3,
    });
    const colour = distant(palette, palette.dark ? mix(meadow, palette.ink, 0.5) : meadow, 0.6 - hill * 0.2);
    fillRidge(canvas, ridge, height + 5, shade(colour, 0.03), shade(colour, -0.12));
  }
  paintBokeh(stage, horizon);
  const rows = 7;
  const animalAt = random.fork("animal").between(0.25, 0.75) * canvas.width;
  for (let row = 0; row < rows; row += 1) {
    const near = row / (rows - 1);
    const y = horizon + unit * 70 + (height - horizon - unit * 70) * (0.08 + 0.92 * near ** 1.25);
    const guest = row === rows - 1 && namesAnimal(stage) ? animalAt : null;
    paintRow(stage, random.fork(`row${row}`), y, near, guest);
    if (row === rows - 2) paintAnimal(stage, animalAt, y + unit * 110, unit * 340);
  }
}

function paintRow(stage: Stage, random: Random, y: number, near: number, guest: number | null): void {
  const { canvas, palette } = stage;
  const { unit, width } = canvas;
  const green = distant(
    palette,
    mix(palette.ink, lch(0.45, 0.11, 140), palette.dark ? 0.3 : 0.72),
    0.45 * (1 - near),
  );
  const size = unit * (9 + 74 * near ** 1.5);
  const gap = size * (1.5 + near * 1.1);
  paintGrass(canvas, random, shade(green, -0.03), () => y + size * 0.4, size * 1.7);
  for (let x = -gap; x < width + gap; x += gap * random.between(0.45, 1.4)) {
    // Whoever sits there is not to be hidden.
    if (guest !== null && Math.abs(x - guest) < unit * 170) continue;
    const top = y - size * random.between(1, 2.6);
    const lean = size * random.between(-0.5, 0.5);
    canvas.draw(
      `<path d="M${n(x)} ${n(y + size * 2.4)}Q${n(x)} ${n((y + top) / 2)} ${n(x + lean)} ${n(top)}" fill="none" stroke="${css(green)}" stroke-width="${n(size * 0.1)}"/>`,
    );
    if (near > 0.3) paintLeaf(stage, random, x, y, size, green);
    const bloom = size * random.between(0.75, 1.2);
    paintBloom(
      stage,
      random,
      x + lean,
      top,
      bloom,
      distant(palette, colourOf(stage, random), 0.4 * (1 - near)),
    );
  }
}

function paintLeaf(stage: Stage, random: Random, x: number, y: number, size: number, green: Colour): void {
  const side = random.chance(0.5) ? 1 : -1;
  const reach = side * size * random.between(0.6, 1);
  stage.canvas.draw(
    path(
      `M${n(x)} ${n(y + size)}Q${n(x + reach * 0.3)} ${n(y - size * 0.1)} ${n(x + reach)} ${n(y - size * 0.4)}Q${n(x + reach * 0.9)} ${n(y + size * 0.5)} ${n(x)} ${n(y + size)}Z`,
      css(shade(green, 0.05)),
    ),
  );
}

function colourOf(stage: Stage, random: Random): Colour {
  const { reading, palette } = stage;
  const kind = kindOf(stage, random.fork("kind"));
  const dim = palette.dark ? -0.08 : 0;
  const hue = reading.hues[random.whole(0, Math.max(0, reading.hues.length - 1))];
  if (hue !== undefined) return lch(0.7 + dim, 0.19, hue + random.between(-12, 12));
  if (kind === "sunflower") return lch(0.85 + dim, 0.17, random.between(82, 95));
  if (kind === "poppy") return lch(0.6 + dim, 0.23, random.between(22, 36));
  if (kind === "lavender") return lch(0.62 + dim, 0.15, random.between(290, 310));
  const base = stage.random.fork("blooms").between(0, 360);
  return shade(lch(0.74 + dim, 0.18, base + random.pick([0, 0, 25, -30, 60])), random.between(-0.03, 0.08));
}

function kindOf(stage: Stage, random: Random): Kind {
  if (asked(stage, "sunflower sunflowers")) return "sunflower";
  if (asked(stage, "tulip tulips")) return "tulip";
  if (asked(stage, "poppy poppies rose roses")) return "poppy";
  if (asked(stage, "lavender")) return "lavender";
  if (asked(stage, "daisy daisies")) return "daisy";
  return random.pick<Kind>(["daisy", "tulip", "poppy", "daisy"]);
}

function paintBloom(stage: Stage, random: Random, x: number, y: number, r: number, colour: Colour): void {
  const { canvas } = stage;
  switch (kindOf(stage, stage.random.fork(`kind${random.whole(0, 2)}`))) {
    case "tulip":
      paintTulip(stage, x, y, r, colour);
      return;
    case "lavender":
      for (let bud = 0; bud < 9; bud += 1) {
        const off = (bud % 2 === 0 ? 1 : -1) * r * 0.2;
        canvas.draw(
          ellipse(
            x + off,
            y - r * 1.2 + bud * r * 0.3,
            r * 0.24,
            r * 0.2,
            css(shade(colour, (bud % 3) * 0.04)),
          ),
        );
      }
      return;
    case "poppy":
      for (let ring = 0; ring < 3; ring += 1) {
        const size = r * (1 - ring * 0.26);
        const petals = 5;
        for (let petal = 0; petal < petals; petal += 1) {
          const angle = (petal / petals) * Math.PI * 2 + ring * 0.6;
          canvas.draw(
            circle(
              x + Math.cos(angle) * size * 0.45,
              y + Math.sin(angle) * size * 0.38,
              size * 0.52,
              css(shade(colour, (petal % 2) * 0.04 - ring * 0.05)),
            ),
          );
        }
      }
      canvas.draw(circle(x, y, r * 0.2, css(lch(0.25, 0.05, 300))));
      return;
    default: {
      const sun = kindOf(stage, random) === "sunflower";
      const petals = sun ? 18 : random.whole(9, 13);
      const turnBy = random.between(0, 360);
      const tones = [css(colour), css(shade(colour, 0.05))];
      for (let petal = 0; petal < petals; petal += 1) {
        const angle = (360 * petal) / petals + turnBy;
        canvas.draw(
          ellipse(
            x + r * 0.6,
            y,
            r * 0.44,
            r * (sun ? 0.15 : 0.2),
            tones[petal % 2] ?? "",
            ` transform="rotate(${n(angle)} ${n(x)} ${n(y)})"`,
          ),
        );
      }
      const heart = sun ? lch(0.35, 0.07, 55) : lch(0.84, 0.16, 88);
      canvas.draw(
        circle(
          x,
          y,
          r * (sun ? 0.42 : 0.28),
          canvas.radial([
            [0, shade(heart, 0.08)],
            [1, shade(heart, -0.06)],
          ]),
        ),
      );
    }
  }
}

function paintTulip({ canvas }: Stage, x: number, y: number, r: number, colour: Colour): void {
  const side = (to: 1 | -1) =>
    path(
      `M${n(x)} ${n(y + r * 0.7)}C${n(x + to * r * 0.8)} ${n(y + r * 0.6)} ${n(x + to * r * 0.75)} ${n(y - r * 0.3)} ${n(x + to * r * 0.55)} ${n(y - r * 0.85)}Q${n(x + to * r * 0.2)} ${n(y - r * 0.4)} ${n(x)} ${n(y + r * 0.7)}Z`,
      css(shade(colour, to === 1 ? -0.07 : -0.02)),
    );
  canvas.draw(side(1));
  canvas.draw(side(-1));
  canvas.draw(
    path(
      `M${n(x)} ${n(y + r * 0.72)}C${n(x - r * 0.62)} ${n(y + r * 0.3)} ${n(x - r * 0.4)} ${n(y - r * 0.4)} ${n(x)} ${n(y - r)}C${n(x + r * 0.4)} ${n(y - r * 0.4)} ${n(x + r * 0.62)} ${n(y + r * 0.3)} ${n(x)} ${n(y + r * 0.72)}Z`,
      canvas.vertical([
        [0, shade(colour, 0.09)],
        [1, shade(turn(colour, -10), -0.05)],
      ]),
    ),
  );
}

/** Soft discs of light, as a lens makes them. */
function paintBokeh(stage: Stage, horizon: number): void {
  const { canvas, palette } = stage;
  if (!shows(stage, "bokeh light lights", 0.75)) return;
  const random = stage.random.fork("bokeh");
  for (let index = 0; index < 34; index += 1) {
    const colour = mix(palette.light, turn(palette.accent, random.between(-60, 60)), random.next() * 0.7);
    const fill = canvas.radial([
      [0, colour, 0.12],
      [0.86, colour, 0.2],
      [1, colour, 0],
    ]);
    canvas.draw(
      circle(
        canvas.width * random.next(),
        horizon + canvas.unit * random.between(-160, 260),
        canvas.unit * random.between(14, 70),
        fill,
      ),
    );
  }
  canvas.draw(
    rect(
      0,
      horizon,
      canvas.width,
      canvas.height - horizon,
      canvas.vertical([
        [0, palette.haze, 0.25],
        [0.5, palette.haze, 0],
      ]),
    ),
  );
}
