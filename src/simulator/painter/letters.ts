import { n } from "./canvas.ts";

/**
 * Letters as strokes on a grid 4 wide and 6 high, because a machine may have no fonts at all.
 * Points are `x,y`; strokes are separated by spaces.
 */
const STROKES: Readonly<Record<string, string>> = {
  S: "4,1;3,0;1,0;0,1;0,2;1,3;3,3;4,4;4,5;3,6;1,6;0,5",
  I: "2,0;2,6",
  M: "0,6;0,0;2,3;4,0;4,6",
  U: "0,0;0,5;1,6;3,6;4,5;4,0",
  L: "0,0;0,6;4,6",
  A: "0,6;2,0;4,6 0.8,3.8;3.2,3.8",
  T: "0,0;4,0 2,0;2,6",
  E: "4,0;0,0;0,6;4,6 0,3;3.2,3",
  D: "0,0;0,6;2.5,6;4,4.5;4,1.5;2.5,0;0,0",
  "·": "1.9,3;2.1,3",
  "-": "0.6,3;3.4,3",
  "0": "1,0;3,0;4,1;4,5;3,6;1,6;0,5;0,1;1,0",
  "1": "0.8,1.2;2.2,0;2.2,6 0.8,6;3.6,6",
  "2": "0,1;1,0;3,0;4,1;4,2;0,6;4,6",
  "3": "0,0.6;1,0;3,0;4,1;4,2;3,3;1.4,3 3,3;4,4;4,5;3,6;1,6;0,5.4",
  "4": "3,6;3,0;0,4.2;4,4.2",
  "5": "4,0;0.4,0;0,2.8;2.6,2.6;4,3.6;4,5;3,6;1,6;0,5.3",
  "6": "3.6,0.2;1.6,1;0,3.4;0,5;1,6;3,6;4,5;4,4;3,3;1,3;0,4",
  "7": "0,0;4,0;1.6,6",
  "8": "1,3;0,2;0,1;1,0;3,0;4,1;4,2;3,3;1,3;0,4;0,5;1,6;3,6;4,5;4,4;3,3",
  "9": "0.4,5.8;2.4,5;4,2.6;4,1;3,0;1,0;0,1;0,2;1,3;3,3;4,2",
};

const NARROW = new Set(["I", "·", " "]);
const GAP = 2;

/** How wide a text of this height is. */
export function textWidth(text: string, height: number): number {
  return ([...text].reduce((sum, letter) => sum + advance(letter), 0) - GAP) * (height / 6);
}

/** A text as one stroked path; `x` is its left edge, `y` its top. Letters it does not know are left out. */
export function textPath(text: string, x: number, y: number, height: number): string {
  const scale = height / 6;
  let left = x;
  let path = "";
  for (const letter of text) {
    const shift = NARROW.has(letter) ? -1 : 0;
    for (const stroke of (STROKES[letter] ?? "").split(" ")) {
      const points = stroke.split(";").filter((point) => point !== "");
      path += points
        .map((point, index) => {
          const [px, py] = point.split(",").map(Number);
          return `${index === 0 ? "M" : "L"}${n(left + ((px ?? 0) + shift) * scale)} ${n(y + (py ?? 0) * scale)}`;
        })
        .join("");
    }
    left += advance(letter) * scale;
  }
  return path;
}

function advance(letter: string): number {
  return (NARROW.has(letter) ? 2 : 4) + GAP;
}
