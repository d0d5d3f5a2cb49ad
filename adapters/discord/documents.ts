import type { View, ViewDocument } from "../../src/core/view.ts";
import { ReplyError } from "../../src/errors.ts";
import type { Upload } from "./http.ts";

const NAME_CHARACTERS = 100;

/** A document as an upload, under a name that Discord leaves as it is: its component finds the file by it. */
export function uploadOf({ fileName, contentType, text }: ViewDocument): Upload {
  const plain = fileName.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^[._]+/, "");
  return { fileName: plain.slice(-NAME_CHARACTERS) || "file.txt", contentType, text };
}

/** Spares Discord a document it would not take. @throws ReplyError `too-large` */
export function checkDocuments({ documents }: View, maxBytes: number): void {
  for (const { text } of documents) {
    const bytes = Buffer.byteLength(text);
    if (bytes > maxBytes)
      throw new ReplyError("too-large", "The file is larger than Discord takes here.", {
        context: { bytes, maxBytes },
      });
  }
}
