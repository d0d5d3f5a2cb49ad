import { circle, ellipse, n, path, rect } from "../canvas.ts";
import { type Colour, css, lch, mix, shade } from "../colour.ts";
import type { Stage } from "../stage.ts";

/** A sailing boat on the water below the horizon, near the path of light. */
export function paintSail(stage: Stage, horizon: number, lightX: number): void {
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

/** A whale come up for air. */
export function paintWhale(stage: Stage, horizon: number): void {
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
