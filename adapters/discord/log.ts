/** Where the adapter's own lines go: never a prompt, a token or a name. */
export type DiscordLog = (level: "info" | "warn" | "error", context: object, message: string) => void;
