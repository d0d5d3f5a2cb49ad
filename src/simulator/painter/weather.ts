import { circle, n } from "./canvas.ts";
import { css, lch, mix } from "./colour.ts";
import { asked, type Stage, shows } from "./stage.ts";

/** What falls in front of everything: rain or snow, where the prompt or the season has it. */
export function paintWeather(stage: Stage): void {
  const indoors = stage.reading.scene === "space" || stage.reading.scene === "abstract";
  if (indoors) return;
  if (asked(stage, "rain rainy thunderstorm") && shows(stage, "rain", 1)) paintRain(stage);
  const cold = stage.palette.mood === "winter" ? 0.75 : 0;
  if (asked(stage, "snow snowy snowfall") || shows(stage, "snowflakes", cold)) paintSnow(stage);
}

function paintRain({ canvas, palette, random }: Stage): void {
  const own = random.fork("rain");
  const slant = own.between(0.08, 0.2);
  for (const [count, long, strength] of [
    [260, 26, 0.22],
    [120, 60, 0.3],
  ] as const) {
    let drops = "";
    for (let drop = 0; drop < count; drop += 1) {
      const reach = canvas.unit * long * own.between(0.6, 1.4);
      drops += `M${n(canvas.width * own.between(0, 1.1))} ${n(canvas.height * own.between(-0.05, 1))}l${n(-reach * slant)} ${n(reach)}`;
    }
    canvas.draw(
      `<path d="${drops}" fill="none" stroke="${css(mix(palette.haze, lch(1, 0, 0), 0.5))}" stroke-opacity="${strength}" stroke-width="${n(canvas.unit * long * 0.045)}" stroke-linecap="round"/>`,
    );
  }
}

function paintSnow({ canvas, random }: Stage): void {
  const own = random.fork("snow");
  const soft = canvas.radial([
    [0, lch(1, 0, 0), 0.95],
    [0.5, lch(1, 0, 0), 0.6],
    [1, lch(1, 0, 0), 0],
  ]);
  for (let flake = 0; flake < 240; flake += 1) {
    const r = canvas.unit * (1.5 + 9 * own.next() ** 4);
    canvas.draw(circle(canvas.width * own.next(), canvas.height * own.next(), r, soft));
  }
}
