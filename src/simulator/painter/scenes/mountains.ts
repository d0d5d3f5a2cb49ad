import { paintSky } from "../sky.ts";
import type { Stage } from "../stage.ts";

export function paintMountains(stage: Stage): void {
  paintSky(stage, stage.canvas.height);
}
