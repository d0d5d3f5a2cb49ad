import type { CommandInput } from "./events.ts";
import type { ImageRequest } from "./model.ts";
import type { View } from "./view.ts";

/** One option of a command, as platforms with typed options register it and as the text grammar reads it. */
export interface CommandOption {
  readonly name: string;
  /** At most 100 characters. */
  readonly description: string;
  readonly type: "string" | "integer";
  readonly required: boolean;
  /** Fixed choices with readable labels; empty: free. */
  readonly choices: readonly { readonly label: string; readonly value: string }[];
  readonly min: number | null;
  readonly max: number | null;
  /** Longest value in characters, for strings. */
  readonly maxLength: number | null;
  /** A value to show in help and completion. */
  readonly example: string;
}

/** A command as every platform sees it. */
export interface CommandDefinition {
  /** Lower case, 1 to 32 characters, without the slash. */
  readonly name: string;
  readonly description: string;
  readonly options: readonly CommandOption[];
  /** What the words mean. Pure: no I/O, never throws. */
  interpret(input: CommandInput): CommandMeaning;
}

export type CommandMeaning =
  | { readonly type: "imagine"; readonly request: ImageRequest }
  | { readonly type: "say"; readonly view: View }
  | { readonly type: "refuse"; readonly view: View };
