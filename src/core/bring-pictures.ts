import type { Job, Take } from "./model.ts";
import type { PictureFile, PictureRules, Pictures } from "./ports.ts";
import type { ViewImage } from "./view.ts";
import { viewImage } from "./views.ts";

/** A job's pictures on this machine's disk, while they are needed. */
export interface BroughtPictures {
  /** The pictures as a place with these rules takes them. @throws TakeFailure. */
  fit(rules: PictureRules): Promise<readonly ViewImage[]>;
  /** Deletes every file made on the way. */
  discard(): Promise<void>;
}

/**
 * Downloads what was painted. `suffix` tells apart two downloads of one picture that may overlap.
 * @throws TakeFailure as `fetch` does; nothing is left behind then.
 */
export async function bringPictures(
  pictures: Pictures,
  job: Job,
  suffix: string,
  signal: AbortSignal,
): Promise<BroughtPictures> {
  const painted: { readonly take: Take; readonly url: string; readonly file: PictureFile }[] = [];
  const files: PictureFile[] = [];
  const discard = async () => {
    for (const file of files.splice(0)) await pictures.discard(file);
  };
  try {
    for (const take of job.takes) {
      if (take.image === null) continue;
      const file = await pictures.fetch(take.image, `${take.id.replace(".", "-")}${suffix}`, signal);
      files.push(file);
      painted.push({ take, url: take.image.url, file });
    }
  } catch (error) {
    await discard();
    throw error;
  }
  return {
    async fit(rules) {
      const images: ViewImage[] = [];
      for (const { take, url, file } of painted) {
        const fitted = await pictures.fit(file, rules);
        const same = fitted.path === file.path;
        if (!same) files.push(fitted);
        images.push(viewImage(job, take, fitted, same ? null : url));
      }
      return images;
    },
    discard,
  };
}
