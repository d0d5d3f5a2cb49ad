/** `text` for Slack's own markup: the three characters that can begin a link, a mention or an entity. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Links, mentions and special words as Slack writes them; a person's own angle brackets come as entities. */
const MARKED = /<((?:https?:\/\/|mailto:|tel:|[@#!])[^<>|\s]*)(?:\|([^<>]*))?>/g;

/**
 * What a person typed, from what Slack sends: links and mentions become their label (or their address), then the three
 * entities are decoded, exactly once, so that a typed "&amp;" stays one.
 */
export function typedText(sent: string): string {
  return sent.replace(MARKED, unwrap).replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** People, channels and user groups: what a command may be about. */
const MENTION = /(<(?:@|#|!subteam\^)[A-Z0-9]+(?:\|[^<>]*)?>)/;

/** As `typedText`, but people, channels and user groups stay as Slack writes them, so that whoever reads it has their ids. */
export function typedWithMentions(sent: string): string {
  return sent
    .split(MENTION)
    .map((part) => (MENTION.test(part) ? part : typedText(part)))
    .join("");
}

function unwrap(_whole: string, target: string, label: string | undefined): string {
  const sigil = target.charAt(0);
  if (sigil === "!") return `@${label?.replace(/^@/, "") || target.slice(1).split("^")[0]}`;
  if (sigil === "@" || sigil === "#") return `${sigil}${label?.replace(/^[@#]/, "") || target.slice(1)}`;
  return label || target.replace(/^(?:mailto|tel):/, "");
}
