/** A colour as the eye sees it (OKLCH): lightness 0 to 1, chroma 0 to about 0.3, hue in degrees. */
export interface Colour {
  readonly l: number;
  readonly c: number;
  readonly h: number;
}

export function lch(l: number, c: number, h: number): Colour {
  return { l, c, h };
}

/** A mix, 0 is all `a`, by way of OKLab: no muddy middle. */
export function mix(a: Colour, b: Colour, share: number): Colour {
  const [ax, ay] = toPlane(a);
  const [bx, by] = toPlane(b);
  const x = ax + (bx - ax) * share;
  const y = ay + (by - ay) * share;
  return {
    l: a.l + (b.l - a.l) * share,
    c: Math.hypot(x, y),
    h: (Math.atan2(y, x) * 180) / Math.PI,
  };
}

/** Lighter (above 0) or darker (below 0). */
export function shade(colour: Colour, by: number): Colour {
  return { ...colour, l: Math.min(1, Math.max(0, colour.l + by)) };
}

export function turn(colour: Colour, degrees: number): Colour {
  return { ...colour, h: colour.h + degrees };
}

/** As CSS writes it: `#rrggbb`. Colours a screen cannot show are cut off. */
export function css(colour: Colour): string {
  const [a, b] = toPlane(colour);
  const l = (colour.l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (colour.l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (colour.l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `#${channels.map(toByte).join("")}`;
}

function toPlane(colour: Colour): readonly [number, number] {
  const angle = (colour.h * Math.PI) / 180;
  return [colour.c * Math.cos(angle), colour.c * Math.sin(angle)];
}

function toByte(linear: number): string {
  const cut = Math.min(1, Math.max(0, linear));
  const value = cut <= 0.0031308 ? 12.92 * cut : 1.055 * cut ** (1 / 2.4) - 0.055;
  return Math.round(value * 255)
    .toString(16)
    .padStart(2, "0");
}
