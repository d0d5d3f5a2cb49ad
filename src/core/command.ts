import type { CommandInput } from "./events.ts";
import type { ImageRequest } from "./model.ts";
import type { Policy } from "./policy/policy.ts";
import type { View } from "./view.ts";

/** One option of a command, as platforms with typed options register it and as the text grammar reads it. */
export interface CommandOption {
  readonly name: string;
  /** At most 100 characters. */
  readonly description: string;
  /** `user`, `role` and `channel` are ids where the platform has pickers, and mentions or names in typed text. */
  readonly type: "string" | "integer" | "user" | "role" | "channel";
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

/** One of the things a command with several can do: a subcommand, or the first word of its text. */
export interface CommandAction {
  /** Lower case letters and dashes, 1 to 32 characters. */
  readonly name: string;
  /** At most 100 characters. */
  readonly description: string;
  readonly options: readonly CommandOption[];
  /** Name of the option that takes the words without a name in typed text; null: none. */
  readonly rest: string | null;
}

/** A command as every platform sees it. */
export interface CommandDefinition {
  /** Lower case, 1 to 32 characters, without the slash. */
  readonly name: string;
  readonly description: string;
  /** `staff`: hidden from members where the platform can; the core refuses them in any case. */
  readonly audience: "everyone" | "staff";
  /** Options of the command itself; empty when it has actions. */
  readonly options: readonly CommandOption[];
  readonly actions: readonly CommandAction[];
  /** What the words mean. Pure: no I/O, never throws. */
  interpret(input: CommandInput): CommandMeaning;
}

export type CommandMeaning =
  | { readonly type: "imagine"; readonly request: ImageRequest }
  | { readonly type: "query"; readonly query: Query }
  | { readonly type: "order"; readonly order: Order }
  | { readonly type: "say"; readonly view: View }
  | { readonly type: "refuse"; readonly view: View };

/** What a person wants to know or have done about their own pictures; always answered privately. */
export type Query =
  | { readonly type: "usage" }
  | { readonly type: "queue" }
  | { readonly type: "history" }
  | { readonly type: "show"; readonly jobId: string }
  /** Without `sure` it only says what would be deleted. */
  | { readonly type: "forget-me"; readonly sure: boolean }
  | { readonly type: "export" };

/** What an owner or moderator wants to know or to change in their workspace; always answered privately. */
export type Order =
  | { readonly type: "status" }
  /** `role`: for members with that role; null: for everybody. Nothing to change: shows what holds. */
  | { readonly type: "limits"; readonly role: string | null; readonly changes: Partial<Policy> }
  | { readonly type: "budget"; readonly role: string | null; readonly changes: Partial<Policy> }
  | { readonly type: "settings"; readonly changes: Partial<Policy> }
  | {
      readonly type: "access";
      readonly about: "channel" | "role";
      readonly id: string;
      readonly rule: AccessRule;
    }
  | {
      readonly type: "block";
      readonly user: string;
      readonly reason: string | null;
      readonly days: number | null;
    }
  | { readonly type: "unblock"; readonly user: string }
  | { readonly type: "blocklist"; readonly step: BlocklistStep }
  | { readonly type: "pause"; readonly reason: string | null }
  | { readonly type: "resume" }
  /** Null: no log any more. */
  | { readonly type: "log-channel"; readonly channel: string | null };

export type AccessRule = "allow" | "deny" | "clear";
/** `allow` and `disallow` are about the list of false hits that are let by. */
export type BlocklistStep =
  | { readonly type: "add" | "remove" | "allow" | "disallow"; readonly entry: string }
  | { readonly type: "test"; readonly prompt: string }
  | { readonly type: "list" };
