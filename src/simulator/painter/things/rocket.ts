import { circle, ellipse, n, path } from "../canvas.ts";
import { css, lch, mix, shade } from "../colour.ts";
import type { Stage } from "../stage.ts";

/** A rocket under way, its middle at (x, y), turned clockwise by `degrees`. */
export function paintRocket(stage: Stage, x: number, y: number, size: number, degrees: number): void {
  const { canvas, palette } = stage;
  const hull = lch(0.94, 0.01, 250);
  const red = mix(lch(0.6, 0.2, 28), palette.accent, 0.3);
  const scale = size / 100;
  canvas.draw(
    `<g transform="translate(${n(x)} ${n(y)}) rotate(${n(degrees)}) scale(${n(scale)}) translate(-50 -50)">`,
  );
  canvas.draw(
    ellipse(
      50,
      122,
      13,
      46,
      canvas.radial([
        [0, lch(0.97, 0.1, 95), 0.95],
        [0.4, lch(0.8, 0.18, 65), 0.7],
        [1, lch(0.6, 0.2, 35), 0],
      ]),
    ),
  );
  canvas.draw(path("M34 62L20 90L36 84Z M66 62L80 90L64 84Z", css(shade(red, -0.08))));
  canvas.draw(
    path(
      "M50 0C64 14 70 36 68 60L64 86L36 86L32 60C30 36 36 14 50 0Z",
      canvas.horizontal([
        [0, shade(hull, -0.08)],
        [0.35, hull],
        [1, shade(hull, -0.32)],
      ]),
    ),
  );
  canvas.draw(path("M50 0C57 7 62 15 65 25L35 25C38 15 43 7 50 0Z", css(red)));
  canvas.draw(path("M46 60L54 60L53 92L47 92Z", css(red)));
  canvas.draw(path("M38 86L62 86L58 94L42 94Z", css(lch(0.35, 0.02, 260))));
  canvas.draw(circle(50, 42, 9.5, css(lch(0.5, 0.03, 260))));
  canvas.draw(circle(50, 42, 7, css(lch(0.72, 0.11, 225))));
  canvas.draw(circle(47.5, 39.5, 2, "#fff", ' fill-opacity="0.8"'));
  canvas.draw("</g>");
}
