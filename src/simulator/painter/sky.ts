import { circle, curve, ellipse, fade, n, type Point, path, rect } from "./canvas.ts";
import { css, lch, mix, shade, turn } from "./colour.ts";
import { createNoise } from "./random.ts";
import { type Stage, shows } from "./stage.ts";

/** Where the sun or moon stands. */
export interface Luminary {
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

/** The sky from the top down to `horizon`, with everything in it. */
export function paintSky(stage: Stage, horizon: number): Luminary {
  const { canvas, palette, random } = stage;
  const { width } = canvas;
  const [top, middle, low] = palette.sky;
  canvas.draw(
    rect(
      0,
      0,
      width,
      horizon + 2,
      canvas.vertical([
        [0, top],
        [0.3, mix(top, middle, 0.55)],
        [0.62, middle],
        [0.85, mix(middle, low, 0.65)],
        [1, low],
      ]),
    ),
  );
  const night = palette.mood === "night" || palette.mood === "aurora";
  if (palette.dark && palette.mood !== "storm" && shows(stage, "stars star", 1)) {
    paintStars(stage, horizon, night ? 1 : 0.35);
  }
  if (palette.mood === "aurora") paintAurora(stage, horizon);
  const sky = random.fork("luminary");
  const luminary = {
    x: width * sky.between(0.22, 0.78),
    y: night ? horizon * sky.between(0.2, 0.5) : horizon * sky.between(0.55, 0.86),
    r: canvas.unit * (night ? sky.between(34, 58) : sky.between(48, 84)),
  };
  if (palette.mood !== "storm") paintLuminary(stage, luminary, night ? "moon" : "sun");
  if (shows(stage, "cloud clouds", 0.8)) paintClouds(stage, horizon);
  if (shows(stage, "bird birds gull gulls seagull seagulls", night ? 0 : 0.6)) {
    paintBirds(stage, horizon);
  }
  return luminary;
}

function paintStars(stage: Stage, horizon: number, share: number): void {
  const { canvas, palette } = stage;
  const random = stage.random.fork("stars");
  const count = Math.round(420 * share);
  const white = mix(palette.light, lch(1, 0, 0), 0.6);
  const fill = canvas.radial([
    [0, white],
    [0.5, white],
    [1, white, 0],
  ]);
  for (let index = 0; index < count; index += 1) {
    const y = horizon * random.next() ** 1.6;
    const large = random.chance(0.06);
    const r = canvas.unit * (large ? random.between(2.4, 3.8) : random.between(0.7, 1.7));
    const faint = (1 - (y / horizon) * 0.8) * random.between(0.4, 1);
    canvas.draw(circle(random.between(0, canvas.width), y, r, fill, fade(faint)));
  }
}

function paintAurora(stage: Stage, horizon: number): void {
  const { canvas, palette } = stage;
  const random = stage.random.fork("aurora");
  for (let band = 0; band < 4; band += 1) {
    const noise = createNoise(random.fork(`band${band}`), 3);
    const colour = turn(palette.accent, random.between(-60, 70));
    const base = horizon * random.between(0.35, 0.75);
    const tall = horizon * random.between(0.25, 0.5);
    const steps = 90;
    for (let step = 0; step < steps; step += 1) {
      const x = (canvas.width * (step + 0.5)) / steps;
      const y = base + noise(step / 22) * horizon * 0.22;
      const reach = tall * (0.7 + 0.5 * noise(step / 7 + 40));
      const strength = 0.12 + 0.3 * Math.max(0, 0.5 + noise(step / 9 + 80));
      const fill = canvas.vertical([
        [0, turn(colour, 40), 0],
        [0.75, colour, strength],
        [1, colour, 0],
      ]);
      canvas.draw(rect(x - canvas.width / steps, y - reach, (canvas.width / steps) * 2, reach, fill));
    }
  }
}

function paintLuminary(stage: Stage, { x, y, r }: Luminary, kind: "sun" | "moon"): void {
  const { canvas, palette, random } = stage;
  const glow = canvas.radial([
    [0, palette.light, 0.75],
    [0.18, palette.light, 0.42],
    [0.5, palette.light, 0.12],
    [1, palette.light, 0],
  ]);
  canvas.draw(circle(x, y, r * (kind === "sun" ? 7 : 6), glow));
  if (!shows(stage, kind, 1)) return;
  canvas.draw(circle(x, y, r, kind === "sun" ? sunDisc(stage) : moonDisc(stage)));
  if (kind === "sun") return;
  const shadow = mix(palette.light, palette.sky[1], 0.4);
  const craters = random.fork("craters");
  for (let index = 0; index < 9; index += 1) {
    const angle = craters.between(0, Math.PI * 2);
    const far = r * 0.75 * Math.sqrt(craters.next());
    const size = r * craters.between(0.06, 0.2);
    canvas.draw(
      circle(
        x + Math.cos(angle) * far,
        y + Math.sin(angle) * far,
        size,
        canvas.radial([
          [0, shadow, 0.6],
          [0.7, shadow, 0.4],
          [1, shadow, 0],
        ]),
      ),
    );
  }
}

function sunDisc({ canvas, palette }: Stage): string {
  return canvas.vertical([
    [0, shade(palette.light, 0.03)],
    [1, mix(palette.light, palette.accent, 0.35)],
  ]);
}

function moonDisc({ canvas, palette }: Stage): string {
  return canvas.vertical([
    [0, palette.light],
    [1, mix(palette.light, palette.sky[1], 0.18)],
  ]);
}

function paintClouds(stage: Stage, horizon: number): void {
  if (stage.palette.mood === "day" || stage.palette.mood === "winter") paintHeaps(stage, horizon);
  else paintStreaks(stage, horizon);
}

/** Long thin clouds, lit from below. */
function paintStreaks(stage: Stage, horizon: number): void {
  const { canvas, palette } = stage;
  const random = stage.random.fork("streaks");
  const heavy = palette.mood === "storm";
  const count = random.whole(7, 12) * (heavy ? 2 : 1);
  for (let index = 0; index < count; index += 1) {
    const y = horizon * random.between(heavy ? 0 : 0.12, 0.88);
    const depth = y / horizon;
    const half = canvas.width * random.between(0.12, 0.42) * (0.5 + depth / 2);
    const thick = canvas.unit * random.between(7, 26) * (1.2 - depth) * (heavy ? 3.2 : 1);
    const x = canvas.width * random.between(-0.1, 1.1);
    const lit = mix(palette.sky[2], palette.light, 0.5);
    const body = heavy ? shade(palette.sky[0], -0.03) : mix(palette.sky[0], palette.sky[1], depth);
    const fill = canvas.vertical([
      [0, body, 0],
      [0.45, mix(body, lit, 0.25), heavy ? 0.5 : 0.55],
      [1, lit, heavy ? 0.12 : 0.75],
    ]);
    canvas.draw(path(lens(random.fork(String(index)), x, y, half, thick), fill));
  }
}

function lens(
  random: { between(a: number, b: number): number },
  x: number,
  y: number,
  half: number,
  thick: number,
): string {
  const over: Point[] = [];
  const under: Point[] = [];
  const steps = 12;
  for (let step = 0; step <= steps; step += 1) {
    const at = -1 + (2 * step) / steps;
    const envelope = (1 - at * at) ** 1.4;
    over.push([x + at * half, y - thick * envelope * random.between(0.4, 1)]);
    under.push([x + at * half, y + thick * 0.25 * envelope * random.between(0.3, 1)]);
  }
  return `${curve([...over, ...under.reverse()])}Z`;
}

/** Round white heaps with flat feet. */
function paintHeaps(stage: Stage, horizon: number): void {
  const { canvas, palette } = stage;
  const random = stage.random.fork("heaps");
  const white = mix(palette.light, lch(1, 0, 0), 0.4);
  const foot = mix(palette.sky[1], white, 0.45);
  const fill = canvas.vertical([
    [0, white],
    [0.55, mix(white, foot, 0.25)],
    [1, foot],
  ]);
  const count = random.whole(3, 6);
  for (let cloud = 0; cloud < count; cloud += 1) {
    const y = horizon * random.between(0.14, 0.74);
    const size = canvas.unit * random.between(60, 150) * (1.25 - y / horizon);
    const x = canvas.width * random.between(0, 1);
    const puffs = random.whole(7, 12);
    let marks = "";
    for (let puff = 0; puff < puffs; puff += 1) {
      const at = -1 + (2 * puff) / (puffs - 1);
      const r = size * (0.28 + 0.42 * (1 - at * at)) * random.between(0.75, 1.15);
      marks += circle(x + at * size * 1.6, y - r * 0.55, r, fill);
    }
    marks += ellipse(x, y, size * 1.75, size * 0.16, fill);
    canvas.draw(`<g opacity="${n(random.between(0.72, 0.95))}">${marks}</g>`);
  }
}

function paintBirds(stage: Stage, horizon: number): void {
  const { canvas, palette } = stage;
  const random = stage.random.fork("birds");
  const x0 = canvas.width * random.between(0.15, 0.7);
  const y0 = horizon * random.between(0.2, 0.55);
  const count = random.whole(4, 11);
  const stroke = `fill="none" stroke-linecap="round"`;
  for (let index = 0; index < count; index += 1) {
    const size = canvas.unit * random.between(9, 19);
    const x = x0 + canvas.unit * random.between(-10, 230);
    const y = y0 + canvas.unit * random.between(-70, 70);
    const lift = size * random.between(0.25, 0.6);
    canvas.draw(
      `<path d="M${n(x - size)} ${n(y - lift)}Q${n(x - size * 0.4)} ${n(y - lift)} ${n(x)} ${n(y)}Q${n(x + size * 0.4)} ${n(y - lift)} ${n(x + size)} ${n(y - lift * 0.8)}" ${stroke} stroke="${inkOf(palette)}" stroke-width="${n(size * 0.13)}"/>`,
    );
  }
}

function inkOf(palette: Stage["palette"]): string {
  return css(mix(palette.ink, palette.sky[1], 0.25));
}
