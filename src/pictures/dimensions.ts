import { open } from "node:fs/promises";

/** Width and height in pixels. */
export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

// A JPEG may carry a colour profile and a thumbnail before its size; the others say it at once.
const HEAD_BYTES = 256 * 1024;

/** Reads a picture's size from the head of its file; null where it cannot be found there (avif, say). */
export async function readDimensions(path: string, contentType: string): Promise<Dimensions | null> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return dimensionsOf(buffer.subarray(0, bytesRead), contentType);
  } finally {
    await file.close();
  }
}

/** The same for bytes at hand. Never throws: a head cut short has no size. */
export function dimensionsOf(head: Buffer, contentType: string): Dimensions | null {
  const read = READERS.get(contentType);
  if (read === undefined) return null;
  try {
    const size = read(head);
    return size !== null && size.width > 0 && size.height > 0 ? size : null;
  } catch (error) {
    if (error instanceof RangeError) return null; // past the end of the head
    throw error;
  }
}

const READERS: ReadonlyMap<string, (head: Buffer) => Dimensions | null> = new Map([
  ["image/png", (head: Buffer) => ({ width: head.readUInt32BE(16), height: head.readUInt32BE(20) })],
  ["image/gif", (head: Buffer) => ({ width: head.readUInt16LE(6), height: head.readUInt16LE(8) })],
  ["image/webp", webp],
  ["image/jpeg", jpeg],
]);

// Source: RFC 9649, the three kinds of first chunk.
function webp(head: Buffer): Dimensions | null {
  switch (head.toString("latin1", 12, 16)) {
    case "VP8 ":
      return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
    case "VP8L": {
      const bits = head.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8X":
      return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
    default:
      return null;
  }
}

// Source: ITU T.81, annex B: segments up to the first start-of-frame, which holds the size.
function jpeg(head: Buffer): Dimensions | null {
  let at = 2;
  while (head.readUInt8(at) === 0xff) {
    const marker = head.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: head.readUInt16BE(at + 7), height: head.readUInt16BE(at + 5) };
    at += 2 + head.readUInt16BE(at + 2);
  }
  return null;
}
