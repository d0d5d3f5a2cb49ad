import { n, type Point, path } from "../canvas.ts";
import { css, mix } from "../colour.ts";
import type { Stage } from "../stage.ts";

/** A palm rooted at (x, foot), leaning to one side (-1 to 1). */
export function paintPalm(stage: Stage, x: number, foot: number, tall: number, lean: number): void {
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
