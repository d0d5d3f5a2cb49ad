import { paintSky } from "../sky.ts";
import type { Stage } from "../stage.ts";

export function paintDesert(stage: Stage): void {
  paintSky(stage, stage.canvas.height);
}
