import type { AspectRatio } from "../../core/model.ts";

/** Pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Half of what the same model gives at Runware (runware.ai/docs/models/imagineart-1-5-pro); fal's own schema
 * example shows 2048 x 2048 for 1:1.
 */
const SIZES: Readonly<Record<AspectRatio, PictureSize>> = {
  "3:1": { width: 3296, height: 1100 },
  "16:9": { width: 2560, height: 1440 },
  "3:2": { width: 2304, height: 1536 },
  "4:3": { width: 2224, height: 1664 },
  "1:1": { width: 2048, height: 2048 },
  "3:4": { width: 1664, height: 2224 },
  "2:3": { width: 1536, height: 2304 },
  "9:16": { width: 1440, height: 2560 },
  "1:3": { width: 1100, height: 3296 },
};

/** The picture's size at a scale from 0 to 1. */
export function sizeOf(ratio: AspectRatio, scale: number): PictureSize {
  const { width, height } = SIZES[ratio];
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
