import { circle, curve, n, type Point, path, rect } from "../canvas.ts";
import { type Colour, css, lch, mix, shade } from "../colour.ts";
import { createNoise, type Random } from "../random.ts";
import { asked, type Stage, shows } from "../stage.ts";

/** Flowing bands, rings and discs in a chord of colours. */
export function paintAbstract(stage: Stage): void {
  const { canvas, random } = stage;
  const { width, height } = canvas;
  const chord = chordOf(stage);
  const ground = chord[0] ?? lch(0.95, 0.02, 80);
  canvas.draw(
    rect(
      0,
      0,
      width,
      height,
      canvas.vertical([
        [0, shade(ground, 0.04)],
        [1, mix(ground, chord[1] ?? ground, 0.35)],
      ]),
    ),
  );
  const way = asked(stage, "geometric shapes minimal minimalist poster logo")
    ? "tiles"
    : asked(stage, "swirl swirls liquid fractal dream")
      ? "bands"
      : random.fork("way").pick<"bands" | "tiles" | "arches">(["bands", "bands", "tiles", "arches"]);
  if (way === "bands") paintBands(stage, chord);
  else if (way === "tiles") paintTiles(stage, chord);
  else paintArches(stage, chord);
}

function chordOf({ random, reading, palette }: Stage): readonly Colour[] {
  const own = random.fork("chord");
  const root = reading.hues[0] ?? own.between(0, 360);
  const other = reading.hues[1] ?? root + own.pick([30, 120, 150, 180, 200]);
  const ground = palette.dark ? lch(0.2, 0.06, root - 15) : lch(0.95, 0.025, root + 60);
  return [
    ground,
    lch(palette.dark ? 0.36 : 0.82, 0.11, root),
    lch(0.64, 0.17, root + own.between(-14, 14)),
    lch(0.72, 0.16, other),
    mix(lch(0.55, 0.16, root), lch(0.55, 0.16, other), 0.35),
    lch(0.84, 0.13, other + own.between(5, 30)),
    lch(0.33, 0.1, root - 25),
  ];
}

function colourIn(chord: readonly Colour[], index: number): Colour {
  return chord[1 + (index % (chord.length - 1))] ?? lch(0.5, 0.1, 0);
}

function paintBands(stage: Stage, chord: readonly Colour[]): void {
  const { canvas } = stage;
  const random = stage.random.fork("bands");
  const { width, height, unit } = canvas;
  const reach = Math.hypot(width, height);
  const slow = createNoise(random, 3, 0.45);
  const order = shuffled(random, chord.length - 1);
  canvas.draw(`<g transform="rotate(${n(random.between(-38, 38))} ${n(width / 2)} ${n(height / 2)})">`);
  const count = random.whole(13, 20);
  for (let band = 0; band < count; band += 1) {
    const base = height / 2 - reach / 2 + (reach * (band + 0.6)) / count;
    const points: Point[] = [];
    for (let x = width / 2 - reach / 2; x <= width / 2 + reach / 2 + unit * 40; x += unit * 36) {
      const at = x / unit / 1000;
      points.push([x, base + slow(at * 1.7 + band * 0.13) * unit * 330]);
    }
    const colour = colourIn(chord, order[band % order.length] ?? band);
    const body = `${curve(points)}V${n(height / 2 + reach)}H${n(width / 2 - reach / 2)}Z`;
    const shadow = shade(colour, -0.3);
    canvas.draw(`<g transform="translate(0 ${n(-unit * 22)})">`);
    canvas.draw(path(body, css(shadow), ' fill-opacity="0.14"'));
    canvas.draw("</g>");
    canvas.draw(path(body, css(shadow), ` fill-opacity="0.2" transform="translate(0 ${n(-unit * 8)})"`));
    canvas.draw(
      path(
        body,
        canvas.horizontal([
          [0, shade(colour, random.between(-0.06, 0.08))],
          [random.between(0.3, 0.7), mix(colour, colourIn(chord, band + 2), 0.4)],
          [1, shade(colour, random.between(-0.06, 0.08))],
        ]),
      ),
    );
    canvas.draw(
      `<path d="${curve(points)}" fill="none" stroke="#fff" stroke-opacity="0.28" stroke-width="${n(unit * 2)}"/>`,
    );
  }
  canvas.draw("</g>");
  if (shows(stage, "circle sun moon", 0.6)) {
    const r = unit * random.between(70, 150);
    const disc = colourIn(chord, 4);
    canvas.draw(
      circle(
        width * random.between(0.25, 0.75),
        height * random.between(0.2, 0.45),
        r,
        canvas.vertical([
          [0, shade(disc, 0.08)],
          [1, disc, 0.75],
        ]),
      ),
    );
  }
}

/** A board of squares, each with one plain shape. */
function paintTiles(stage: Stage, chord: readonly Colour[]): void {
  const { canvas } = stage;
  const random = stage.random.fork("tiles");
  const { width, height } = canvas;
  const size = Math.min(width, height) / random.whole(3, 6);
  const columns = Math.ceil(width / size);
  const rows = Math.ceil(height / size);
  const left = (width - columns * size) / 2;
  const top = (height - rows * size) / 2;
  for (let tile = 0; tile < columns * rows; tile += 1) {
    const x = left + (tile % columns) * size;
    const y = top + Math.floor(tile / columns) * size;
    const under = random.whole(0, 5);
    canvas.draw(
      rect(
        x,
        y,
        size + 1,
        size + 1,
        css(random.chance(0.3) ? (chord[0] ?? colourIn(chord, 0)) : colourIn(chord, under)),
      ),
    );
    const over = colourIn(chord, under + random.whole(1, 4));
    const middle = `${n(x + size / 2)} ${n(y + size / 2)}`;
    canvas.draw(`<g transform="rotate(${random.whole(0, 3) * 90} ${middle})">`);
    canvas.draw(tileShape(random, x, y, size, over, colourIn(chord, under + 5)));
    canvas.draw("</g>");
  }
}

function tileShape(random: Random, x: number, y: number, s: number, over: Colour, third: Colour): string {
  const fill = css(over);
  const middle: Point = [x + s / 2, y + s / 2];
  switch (random.whole(0, 7)) {
    case 0:
      return path(`M${n(x)} ${n(y)}h${n(s)}A${n(s)} ${n(s)} 0 0 1 ${n(x)} ${n(y + s)}Z`, fill);
    case 1:
      return (
        path(`M${n(x)} ${n(y + s / 2)}a${n(s / 2)} ${n(s / 2)} 0 0 1 ${n(s)} 0Z`, fill) +
        path(`M${n(x)} ${n(y + s)}a${n(s / 2)} ${n(s / 2)} 0 0 1 ${n(s)} 0Z`, css(third))
      );
    case 2:
      return (
        circle(middle[0], middle[1], s * 0.38, fill) + circle(middle[0], middle[1], s * 0.17, css(third))
      );
    case 3:
      return path(`M${n(x)} ${n(y)}h${n(s)}L${n(x)} ${n(y + s)}Z`, fill);
    case 4:
      return [1, 0.75, 0.5, 0.25]
        .map((share, ring) =>
          path(
            `M${n(x)} ${n(y)}h${n(s * share)}A${n(s * share)} ${n(s * share)} 0 0 1 ${n(x)} ${n(y + s * share)}Z`,
            ring % 2 === 0 ? fill : css(third),
          ),
        )
        .join("");
    case 5:
      return [0, 1, 2, 3].map((bar) => rect(x, y + (s * bar) / 4, s, s / 8, fill)).join("");
    case 6:
      return Array.from({ length: 16 }, (_unused, dot) =>
        circle(
          x + s * (0.14 + 0.24 * (dot % 4)),
          y + s * (0.14 + 0.24 * Math.floor(dot / 4)),
          s * 0.055,
          fill,
        ),
      ).join("");
    default:
      return path(
        `M${n(x)} ${n(middle[1])}Q${n(x)} ${n(y)} ${n(middle[0])} ${n(y)}H${n(x + s)}V${n(middle[1])}Q${n(x + s)} ${n(y + s)} ${n(middle[0])} ${n(y + s)}H${n(x)}Z`,
        fill,
      );
  }
}

function paintArches(stage: Stage, chord: readonly Colour[]): void {
  const { canvas } = stage;
  const random = stage.random.fork("arches");
  const { width, height, unit } = canvas;
  const groups = random.whole(3, 5);
  for (let group = 0; group < groups; group += 1) {
    const x = (width * (group + random.between(0.1, 0.9))) / groups;
    const foot = height * (1.02 - random.next() ** 2 * 0.35);
    const outer = Math.min(width, height) * random.between(0.24, 0.46);
    const stripes = random.whole(4, 7);
    for (let stripe = 0; stripe < stripes; stripe += 1) {
      const r = outer * (1 - stripe / (stripes + 0.6));
      const colour = colourIn(chord, group + stripe * 2);
      const rise = height * random.between(0.02, 0.03) + r * 0.35;
      canvas.draw(
        path(
          `M${n(x - r)} ${n(height + unit * 9)}V${n(foot - rise)}A${n(r)} ${n(r)} 0 0 1 ${n(x + r)} ${n(foot - rise)}V${n(height + unit * 9)}Z`,
          canvas.vertical([
            [0, shade(colour, 0.06)],
            [1, shade(colour, -0.05)],
          ]),
        ),
      );
    }
  }
  const sun = colourIn(chord, 4);
  canvas.draw(
    circle(
      width * random.between(0.2, 0.8),
      height * random.between(0.16, 0.34),
      unit * random.between(60, 130),
      css(sun),
    ),
  );
}

function shuffled(random: Random, count: number): readonly number[] {
  return Array.from({ length: count }, (_unused, index) => ({ index, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ index }) => index);
}
