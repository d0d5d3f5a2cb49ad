import { type Colour, css } from "./colour.ts";

export type Point = readonly [x: number, y: number];

/** A stop of a gradient: where (0 to 1), which colour, how opaque (1 unless given). */
export type Stop = readonly [at: number, colour: Colour, opacity?: number];

/** SVG under construction. Sizes are pixels of the full-size picture. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** A thousandth of the side of a square as large as the picture: what sizes are measured in. */
  readonly unit: number;
  /** Adds markup on top of what is there. */
  draw(markup: string): void;
  /** A vertical gradient over the shape it fills; returns the paint. */
  vertical(stops: readonly Stop[]): string;
  horizontal(stops: readonly Stop[]): string;
  /** From the middle of the shape it fills to its edge. */
  radial(stops: readonly Stop[]): string;
  /** Everything drawn by `body` is cut to the path. */
  clip(path: string, body: () => void): void;
  /** Names everything drawn by `body`, so that it can be drawn again with `<use href="#…">`. */
  named(body: () => void): string;
  svg(pixelWidth: number, pixelHeight: number): string;
}

export function createCanvas(width: number, height: number): Canvas {
  const defs: string[] = [];
  const marks: string[] = [];
  let names = 0;
  const name = () => {
    names += 1;
    return `n${names}`;
  };
  const gradient = (open: string, close: string, stops: readonly Stop[]) => {
    const id = name();
    const inner = stops
      .map(
        ([at, colour, opacity]) =>
          `<stop offset="${n(at)}" stop-color="${css(colour)}"${opacity === undefined ? "" : ` stop-opacity="${n(opacity)}"`}/>`,
      )
      .join("");
    defs.push(`<${open.replace("ID", id)}>${inner}</${close}>`);
    return `url(#${id})`;
  };
  return {
    width,
    height,
    unit: Math.sqrt(width * height) / 1000,
    draw: (markup) => {
      marks.push(markup);
    },
    vertical: (stops) =>
      gradient('linearGradient id="ID" x1="0" y1="0" x2="0" y2="1"', "linearGradient", stops),
    horizontal: (stops) =>
      gradient('linearGradient id="ID" x1="0" y1="0" x2="1" y2="0"', "linearGradient", stops),
    radial: (stops) => gradient('radialGradient id="ID"', "radialGradient", stops),
    clip: (path, body) => {
      const id = name();
      defs.push(`<clipPath id="${id}"><path d="${path}"/></clipPath>`);
      marks.push(`<g clip-path="url(#${id})">`);
      body();
      marks.push("</g>");
    },
    named: (body) => {
      const id = name();
      marks.push(`<g id="${id}">`);
      body();
      marks.push("</g>");
      return id;
    },
    svg: (pixelWidth, pixelHeight) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${pixelWidth}" height="${pixelHeight}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none"><defs>${defs.join("")}</defs>${marks.join("")}</svg>`,
  };
}

/** A number as short as a picture needs it. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Straight lines through points. */
export function polyline(points: readonly Point[]): string {
  return points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${n(x)} ${n(y)}`).join("");
}

export function polygon(points: readonly Point[]): string {
  return `${polyline(points)}Z`;
}

/** A smooth curve through points (Catmull-Rom). */
export function curve(points: readonly Point[]): string {
  const first = points[0];
  if (first === undefined) return "";
  let path = `M${n(first[0])} ${n(first[1])}`;
  for (let index = 0; index + 1 < points.length; index += 1) {
    const p1 = points[index] ?? first;
    const p2 = points[index + 1] ?? p1;
    const p0 = points[index - 1] ?? p1;
    const p3 = points[index + 2] ?? p2;
    path += `C${n(p1[0] + (p2[0] - p0[0]) / 6)} ${n(p1[1] + (p2[1] - p0[1]) / 6)} ${n(p2[0] - (p3[0] - p1[0]) / 6)} ${n(p2[1] - (p3[1] - p1[1]) / 6)} ${n(p2[0])} ${n(p2[1])}`;
  }
  return path;
}

export function circle(x: number, y: number, r: number, fill: string, extra = ""): string {
  return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}"${extra}/>`;
}

export function ellipse(x: number, y: number, rx: number, ry: number, fill: string, extra = ""): string {
  return `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(rx)}" ry="${n(ry)}" fill="${fill}"${extra}/>`;
}

export function rect(x: number, y: number, w: number, h: number, fill: string, extra = ""): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" fill="${fill}"${extra}/>`;
}

export function path(d: string, fill: string, extra = ""): string {
  return `<path d="${d}" fill="${fill}"${extra}/>`;
}

/** How opaque a fill is. Not `opacity`, which makes the renderer draw every mark on a layer of its own. */
export function fade(value: number): string {
  return ` fill-opacity="${n(value)}"`;
}
