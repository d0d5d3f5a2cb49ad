import { fileTypeFromBuffer } from "file-type";

/** The pictures we take, by MIME type, with the ending of their files. */
export const PICTURE_ENDINGS: ReadonlyMap<string, string> = new Map([
  ["image/png", "png"],
  ["image/jpeg", "jpg"],
  ["image/webp", "webp"],
  ["image/gif", "gif"],
  ["image/avif", "avif"],
]);

/** As many first bytes as file-type wants to see. */
export const SNIFFED_BYTES = 4100;

/** The MIME type the bytes themselves tell; null when they are no picture we take. */
export async function sniff(head: Uint8Array): Promise<string | null> {
  const found = await fileTypeFromBuffer(head);
  return found !== undefined && PICTURE_ENDINGS.has(found.mime) ? found.mime : null;
}
