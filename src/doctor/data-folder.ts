import { type Finding, scribeOf } from "./finding.ts";
import { inWords, lookAt } from "./folder.ts";

export interface DataFolderOptions {
  /** DATA_DIRECTORY. */
  readonly folder: string;
  /** The database's folder, which may be on another disk; null: no file. */
  readonly databaseFolder: string | null;
  /** Less free space than this is a warning, bytes. @default 1 GB */
  readonly littleBytes?: number;
}

/** A picture on its way has up to 64 MiB, and several are on their way at once. */
const TOO_LITTLE_BYTES = 200_000_000;

const say = scribeOf("Data folder");

/** Whether pictures can be kept, and whether there is room. */
export async function* examineDataFolder(options: DataFolderOptions): AsyncGenerator<Finding> {
  const { folder, databaseFolder, littleBytes = 1_000_000_000 } = options;
  const data = await lookAt(folder);
  if (data.type === "refused") {
    yield say.failure(
      `DATA_DIRECTORY (${folder}) cannot be written: ${data.code} at ${data.at}.`,
      "Let this user write there, or set DATA_DIRECTORY to another folder.",
    );
  } else {
    yield roomIn(folder, data.freeBytes, littleBytes) ??
      say.ok(
        `${folder} can be written${data.exists ? "" : " (the start makes it)"}; ${inWords(data.freeBytes)} are free.`,
      );
  }
  const other = databaseFolder === null ? null : await lookAt(databaseFolder);
  // That it cannot be written is the database's own finding.
  if (other?.type !== "writable" || (data.type === "writable" && data.device === other.device)) return;
  const tight = roomIn(databaseFolder ?? "", other.freeBytes, littleBytes);
  if (tight !== null) yield tight;
}

function roomIn(folder: string, freeBytes: number, littleBytes: number): Finding | null {
  const what = `Only ${inWords(freeBytes)} are free on the disk of ${folder}.`;
  const fix = "Make room there, or set DATA_DIRECTORY and DATABASE_URL to another disk.";
  if (freeBytes < Math.min(TOO_LITTLE_BYTES, littleBytes)) return say.failure(what, fix);
  return freeBytes < littleBytes ? say.warning(what, fix) : null;
}
