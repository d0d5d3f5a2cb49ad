import { circle, n, path, polygon, rect } from "../canvas.ts";
import { css, lch, mix, shade } from "../colour.ts";
import type { Stage } from "../stage.ts";

/** A striped tower on (x, foot), its beam turned away from `side`. */
export function paintLighthouse(stage: Stage, x: number, foot: number, tall: number, side: 1 | -1): void {
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

/** Towers and walls with pointed roofs. */
export function paintCastle(stage: Stage, x: number, foot: number, size: number): void {
  const { canvas, palette } = stage;
  const random = stage.random.fork("castle");
  const wall = mix(palette.dark ? lch(0.42, 0.03, 280) : lch(0.82, 0.02, 80), palette.haze, 0.15);
  const roof = palette.dark ? lch(0.3, 0.08, 285) : lch(0.46, 0.12, 265);
  const window = css(palette.dark ? palette.accent : shade(palette.ink, 0.05));
  const tower = (tx: number, wide: number, tall: number) => {
    const fill = canvas.horizontal([
      [0, shade(wall, 0.03)],
      [1, shade(wall, -0.13)],
    ]);
    canvas.draw(rect(tx - wide / 2, foot - tall, wide, tall, fill));
    canvas.draw(rect(tx - wide * 0.58, foot - tall, wide * 1.16, wide * 0.18, css(shade(wall, -0.06))));
    canvas.draw(
      path(
        polygon([
          [tx - wide * 0.64, foot - tall],
          [tx, foot - tall - wide * 1.7],
          [tx + wide * 0.64, foot - tall],
        ]),
        css(roof),
      ),
    );
    canvas.draw(
      path(
        polygon([
          [tx, foot - tall - wide * 1.95],
          [tx + wide * 0.5, foot - tall - wide * 1.8],
          [tx, foot - tall - wide * 1.66],
        ]),
        css(palette.accent),
      ),
    );
    for (let row = 0; row < 3; row += 1) {
      canvas.draw(
        rect(tx - wide * 0.1, foot - tall + wide * (0.5 + row * 0.7), wide * 0.2, wide * 0.34, window),
      );
    }
  };
  tower(x - size * 0.12, size * 0.17, size * 0.95);
  tower(x + size * 0.2, size * 0.14, size * 0.8);
  canvas.draw(rect(x - size * 0.5, foot - size * 0.42, size, size * 0.44, css(shade(wall, -0.05))));
  let merlons = "";
  for (let step = 0; step < 14; step += 1) {
    merlons += `M${n(x - size * 0.5 + (step * size) / 14)} ${n(foot - size * 0.41)}v${n(-size * 0.045)}h${n(size / 28)}v${n(size * 0.045)}Z`;
  }
  canvas.draw(path(merlons, css(shade(wall, -0.05))));
  tower(x - size * 0.46, size * 0.16, size * random.between(0.58, 0.7));
  tower(x + size * 0.46, size * 0.16, size * random.between(0.5, 0.66));
  canvas.draw(
    path(
      `M${n(x - size * 0.08)} ${n(foot + size * 0.02)}v${n(-size * 0.16)}a${n(size * 0.08)} ${n(size * 0.08)} 0 0 1 ${n(size * 0.16)} 0v${n(size * 0.16)}Z`,
      css(shade(palette.ink, 0.02)),
    ),
  );
}
