import type { CommandDefinition } from "../src/core/command.ts";
import { images } from "./images.ts";
import { imagesAdmin } from "./images-admin.ts";
import { imagine } from "./imagine.ts";

/** Every command, in the order platforms show them. */
export const commands: readonly CommandDefinition[] = [imagine, images, imagesAdmin];
