import { type Canvas, createCanvas, n, rect } from "./canvas.ts";
import { css, lch } from "./colour.ts";
import { textPath, textWidth } from "./letters.ts";
import type { PaintOrder } from "./painter.ts";
import { createPalette } from "./palette.ts";
import { createRandom } from "./random.ts";
import { readPicture, type SceneName } from "./reading.ts";
import { paintAbstract } from "./scenes/abstract.ts";
import { paintCity } from "./scenes/city.ts";
import { paintDesert } from "./scenes/desert.ts";
import { paintFlowers } from "./scenes/flowers.ts";
import { paintForest } from "./scenes/forest.ts";
import { paintMountains } from "./scenes/mountains.ts";
import { paintSea } from "./scenes/sea.ts";
import { paintSpace } from "./scenes/space.ts";
import { sizeOf } from "./sizes.ts";
import type { Stage } from "./stage.ts";
import { paintWeather } from "./weather.ts";

const PAINTERS: Readonly<Record<SceneName, (stage: Stage) => void>> = {
  sea: paintSea,
  mountains: paintMountains,
  city: paintCity,
  forest: paintForest,
  space: paintSpace,
  desert: paintDesert,
  flowers: paintFlowers,
  abstract: paintAbstract,
};

/** The picture as SVG: the same for the same prompt, negative, ratio and seed. */
export function composePicture(order: Pick<PaintOrder, "prompt" | "negative" | "ratio" | "seed">): Canvas {
  const { width, height } = sizeOf(order.ratio, 1);
  const canvas = createCanvas(width, height);
  const random = createRandom(JSON.stringify([order.prompt, order.negative, order.ratio, order.seed]));
  const reading = readPicture(order.prompt, order.negative, order.seed);
  const palette = createPalette(reading, random.fork("palette"));
  // Edges that meet leave hair-thin gaps: what shows through is the haze, not nothing.
  canvas.draw(rect(0, 0, width, height, css(palette.haze)));
  const stage = { canvas, palette, random, reading };
  PAINTERS[reading.scene](stage);
  paintWeather(stage);
  paintVignette(canvas);
  paintMark(canvas, order.seed);
  return canvas;
}

function paintVignette(canvas: Canvas): void {
  const black = lch(0.1, 0.02, 280);
  const fill = canvas.radial([
    [0, black, 0],
    [0.72, black, 0],
    [1, black, 0.34],
  ]);
  const { width, height } = canvas;
  canvas.draw(rect(-width * 0.22, -height * 0.22, width * 1.44, height * 1.44, fill));
}

/** A small band in the corner: nobody should take the picture for the model's. */
function paintMark(canvas: Canvas, seed: number): void {
  const tall = canvas.unit * 15;
  const text = `SIMULATED · SEED ${seed}`;
  const wide = textWidth(text, tall);
  const pad = tall * 0.85;
  const left = canvas.unit * 24;
  const top = canvas.height - canvas.unit * 24 - tall - pad * 2;
  canvas.draw(
    rect(
      left,
      top,
      wide + pad * 2.6,
      tall + pad * 2,
      css(lch(0.14, 0.02, 270)),
      ` rx="${n((tall + pad * 2) / 2)}" fill-opacity="0.5"`,
    ),
  );
  canvas.draw(
    `<path d="${textPath(text, left + pad * 1.3, top + pad, tall)}" fill="none" stroke="#fff" stroke-opacity="0.92" stroke-width="${n(tall * 0.135)}" stroke-linecap="round" stroke-linejoin="round"/>`,
  );
}
