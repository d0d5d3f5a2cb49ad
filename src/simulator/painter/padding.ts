import { crc32 } from "node:zlib";

const IEND_BYTES = 12;
const CHUNK_OVERHEAD = 12;
/** A private, ancillary chunk that is safe to copy, by the case of its letters (PNG specification, section 5.4). */
const CHUNK_TYPE = Buffer.from("paDd", "latin1");

/** The same picture in exactly `bytes` bytes, or unchanged when it is about that large already. */
export function padPng(png: Buffer, bytes: number): Buffer {
  const length = bytes - png.length - CHUNK_OVERHEAD;
  if (length < 0) return png;
  const chunk = Buffer.alloc(length + CHUNK_OVERHEAD);
  chunk.writeUInt32BE(length, 0);
  CHUNK_TYPE.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + length)), 8 + length);
  const end = png.length - IEND_BYTES;
  return Buffer.concat([png.subarray(0, end), chunk, png.subarray(end)]);
}
