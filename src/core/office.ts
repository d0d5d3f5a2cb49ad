import { ReplyError } from "../errors.ts";
import type { AccessRule, BlocklistStep, Order } from "./command.ts";
import type { CommandEvent } from "./events.ts";
import type { Generation } from "./generation.ts";
import { orderEntry } from "./log-entries.ts";
import { type Requester, workspaceOf } from "./model.ts";
import { settingsView, statusView } from "./office-views.ts";
import type { OwnerParts } from "./owner-parts.ts";
import type { CoreParts } from "./parts.ts";
import { POLICY_ENTRIES, showValue } from "./policy/keys.ts";
import type { Access, Policy, WorkspaceSettings } from "./policy/policy.ts";
import { deedOfOrder, may } from "./policy/rights.ts";
import type { PlatformAdapter } from "./ports.ts";
import { postNote } from "./post-note.ts";
import { REFUSALS } from "./sentences.ts";
import { type Line, type View, wordsView } from "./view.ts";
import { noticeView, refusalView } from "./views.ts";

/** Carries out what owners and moderators order with `/images-admin`. The answers are private. */
export interface Office {
  /** @throws BotError `store`. */
  carryOut(order: Order, event: CommandEvent): Promise<View>;
}

const DAY_MS = 86_400_000;
/** Entries of one workspace's blocklist, and of its allowlist. */
const MOST_ENTRIES = 1_000;
/** Entries that one answer shows. */
const SHOWN_ENTRIES = 100;
const LINE_OF_ENTRIES = 8;
const strong = (text: string) => ({ type: "strong", text }) as const;
const code = (text: string) => ({ type: "code", text }) as const;
const person = (user: string) => ({ type: "person", user, name: user }) as const;

export function createOffice(options: {
  readonly parts: CoreParts;
  readonly owner: OwnerParts;
  readonly generation: Generation;
}): Office {
  const { parts, owner, generation } = options;
  const { policies, modLog, promptCheck } = owner;
  const { clock } = parts;

  async function carryOut(order: Order, event: CommandEvent): Promise<View> {
    const { requester, standing } = event;
    const workspace = workspaceOf(requester);
    const { policy } = await policies.of(workspace);
    const deed = deedOfOrder(order);
    if (!may(deed, policy, { standing, own: false, blocked: false })) {
      parts.telemetry({ type: "refused", platform: requester.platform, why: "rights" });
      return refusalView(deed === "govern" ? REFUSALS.ownersOnly : REFUSALS.staffOnly);
    }
    if (requester.workspace === null) return refusalView(REFUSALS.noWorkspace);
    const stranger = strangerIn(order, parts.adapters.get(requester.platform));
    if (stranger !== null) return stranger;
    switch (order.type) {
      case "status":
        return status(requester);
      case "limits":
      case "budget":
        return set(order.type, order.role, order.changes, requester);
      case "settings":
        return set(order.type, null, order.changes, requester);
      case "access":
        return setAccess(order, requester);
      case "block":
        return block(order, event);
      case "unblock":
        return unblock(order.user, requester);
      case "blocklist":
        return blocklist(order.step, requester);
      case "pause":
        return pause(order.reason, requester);
      case "resume":
        return resume(requester);
      case "log-channel":
        return logChannel(order.channel, requester);
    }
  }

  async function status(requester: Requester): Promise<View> {
    const workspace = workspaceOf(requester);
    const now = clock.now();
    const open = (await parts.store.open()).filter((job) => workspaceOf(job.requester) === workspace);
    return statusView({
      rules: await policies.of(workspace),
      spentHere: await owner.ledger.spent({ type: "workspace", workspace }, now),
      spentByBot: await owner.ledger.spent({ type: "bot" }, now),
      botCeilings: owner.botCeilings,
      price: owner.price(),
      painting: open.filter((job) => job.startedAt !== null).length,
      waiting: open.filter((job) => job.startedAt === null).length,
      providerPaused: parts.breaker.isOpen(),
      blocked: await policies.blocked(workspace, now),
    });
  }

  /** Stores a change and tells the log. */
  async function change(
    requester: Requester,
    what: Line,
    apply: (settings: WorkspaceSettings) => WorkspaceSettings,
  ): Promise<void> {
    await policies.change(workspaceOf(requester), apply);
    modLog.write(requester, orderEntry(requester, what));
  }

  async function set(
    name: "limits" | "budget" | "settings",
    role: string | null,
    changes: Partial<Policy>,
    requester: Requester,
  ): Promise<View> {
    const entries = POLICY_ENTRIES.filter(({ key }) => changes[key] !== undefined);
    if (entries.length > 0) {
      const words = entries.map((entry) => `${entry.option} ${showValue(entry, changes[entry.key] ?? null)}`);
      const forRole: Line = role === null ? [] : [" for ", { type: "role", id: role }];
      await change(requester, [`set ${words.join(", ")}`, ...forRole], (settings) =>
        role === null
          ? { ...settings, policy: { ...settings.policy, ...changes } }
          : { ...settings, roles: { ...settings.roles, [role]: { ...settings.roles[role], ...changes } } },
      );
    }
    return settingsView(
      name,
      await policies.of(workspaceOf(requester)),
      entries.length > 0 ? "changed" : "shown",
    );
  }

  async function setAccess(
    {
      about,
      id,
      rule,
    }: { readonly about: "channel" | "role"; readonly id: string; readonly rule: AccessRule },
    requester: Requester,
  ): Promise<View> {
    const field = about === "channel" ? "channels" : "members";
    const words = {
      allow: "allowed pictures in or for ",
      deny: "denied pictures in or for ",
      clear: "cleared the rule for ",
    };
    await change(requester, [words[rule], { type: about, id }], (settings) => ({
      ...settings,
      [field]: withRule(settings[field], id, rule),
    }));
    return settingsView("settings", await policies.of(workspaceOf(requester)), "changed");
  }

  async function block(
    { user, reason, days }: Extract<Order, { type: "block" }>,
    { requester }: CommandEvent,
  ): Promise<View> {
    if (user === requester.user) return refusalView("You cannot block yourself.");
    const now = clock.now();
    const until = days === null ? null : now + days * DAY_MS;
    await policies.block({ ...requester, user }, { reason, by: requester.user, at: now, until });
    const end: Line =
      until === null ? [" until somebody unblocks them"] : [`, for ${days} ${days === 1 ? "day" : "days"}`];
    const why: Line = reason === null ? [] : [`: ${reason}`];
    modLog.write(requester, orderEntry(requester, ["blocked ", person(user), ...end, ...why]));
    return wordsView("notice", [person(user), " can no longer ask for pictures", ...end, "."]);
  }

  async function unblock(user: string, requester: Requester): Promise<View> {
    if (!(await policies.unblock({ ...requester, user })))
      return wordsView("refusal", [person(user), " was not blocked here."]);
    modLog.write(requester, orderEntry(requester, ["unblocked ", person(user)]));
    return wordsView("notice", [person(user), " can ask for pictures again."]);
  }

  async function blocklist(step: BlocklistStep, requester: Requester): Promise<View> {
    const workspace = workspaceOf(requester);
    const { settings } = await policies.of(workspace);
    if (step.type === "list") return entriesView(settings);
    if (step.type === "test") {
      const hit = promptCheck.for(workspace, settings).match(step.prompt);
      return hit === null
        ? noticeView("That prompt would be painted: nothing on the blocklist hits it.")
        : wordsView(
            "notice",
            ["That prompt would be stopped."],
            [["Entry ", code(hit.entry), " hits ", code(hit.seen), "."]],
          );
    }
    const read = owner.readEntry(step.entry);
    if (!read.ok) return refusalView(read.problem);
    const { canonical } = read;
    const field = step.type === "add" || step.type === "remove" ? "blocklist" : "allowlist";
    const isThere = settings[field].includes(canonical);
    const adds = step.type === "add" || step.type === "allow";
    const list = field === "blocklist" ? "the blocklist" : "the list of harmless words";
    if (adds === isThere)
      return wordsView("refusal", [
        code(canonical),
        isThere ? ` is on ${list} already.` : ` is not on ${list}.`,
      ]);
    if (adds && settings[field].length >= MOST_ENTRIES)
      return refusalView(`There are ${MOST_ENTRIES} entries already: remove some first.`);
    const words: Line = [
      adds ? "added " : "removed ",
      code(canonical),
      adds ? ` to ${list}` : ` from ${list}`,
    ];
    await change(requester, words, (now) => ({
      ...now,
      [field]: adds
        ? [...now[field].filter((one) => one !== canonical), canonical]
        : now[field].filter((one) => one !== canonical),
    }));
    return wordsView("notice", [
      adds ? "Added " : "Removed ",
      code(canonical),
      adds ? ` to ${list}.` : ` from ${list}.`,
    ]);
  }

  async function pause(reason: string | null, requester: Requester): Promise<View> {
    const why = reason === null ? "" : `: ${reason}`;
    await change(requester, [`paused painting here${why}`], (settings) => ({
      ...settings,
      pause: { by: requester.user, at: clock.now(), reason },
    }));
    generation.refresh();
    return wordsView(
      "notice",
      ["Painting is paused here."],
      [
        [
          "What is at the image service already will still come. What waits is kept; nobody can ask for more until you resume.",
        ],
        ["To go on: ", code("/images-admin resume")],
      ],
    );
  }

  async function resume(requester: Requester): Promise<View> {
    const { settings } = await policies.of(workspaceOf(requester));
    if (settings.pause === null) return refusalView("Painting is not paused here.");
    await change(requester, ["resumed painting here"], (now) => ({ ...now, pause: null }));
    generation.refresh();
    return noticeView("Painting goes on here.");
  }

  async function logChannel(channel: string | null, requester: Requester): Promise<View> {
    const adapter = parts.adapters.get(requester.platform);
    if (channel !== null && adapter !== undefined) {
      const view = wordsView("notice", [
        "Moderators' log: from now on you read here what is painted, refused, deleted and changed.",
      ]);
      try {
        // Tried first: a log that cannot be written would be noticed only when it is needed.
        const { signal } = new AbortController();
        await postNote({ adapter, workspace: requester.workspace, channel, view, tries: 1 }, clock, signal);
      } catch (error) {
        if (!(error instanceof ReplyError)) throw error;
        return wordsView("refusal", [
          "I cannot write in ",
          { type: "channel", id: channel },
          ". Invite me there, or let me post, and try again.",
        ]);
      }
    }
    const words: Line =
      channel === null
        ? ["switched the log off"]
        : ["made ", { type: "channel", id: channel }, " the log channel"];
    await change(requester, words, (settings) => ({ ...settings, logChannel: channel }));
    return channel === null
      ? noticeView("There is no log channel any more.")
      : wordsView("notice", ["The log is written to ", { type: "channel", id: channel }, "."]);
  }

  return { carryOut };
}

/** The refusal of an order about somebody or something that is no id there: a name typed by hand, say. */
function strangerIn(order: Order, adapter: PlatformAdapter | undefined): View | null {
  const about = subjectOf(order);
  if (about === null || adapter === undefined || adapter.isId(about.kind, about.id)) return null;
  const words = { user: "who", channel: "which channel", role: "which role or group" };
  const sign = about.kind === "channel" ? "#" : "@";
  return wordsView("refusal", [
    `I do not know ${words[about.kind]} `,
    code(about.id),
    ` is: type ${sign} and pick from the list.`,
  ]);
}

type Subject = { readonly kind: "user" | "channel" | "role"; readonly id: string };

function subjectOf(order: Order): Subject | null {
  switch (order.type) {
    case "block":
    case "unblock":
      return { kind: "user", id: order.user };
    case "access":
      return { kind: order.about, id: order.id };
    case "limits":
    case "budget":
      return order.role === null ? null : { kind: "role", id: order.role };
    case "log-channel":
      return order.channel === null ? null : { kind: "channel", id: order.channel };
    case "status":
    case "settings":
    case "blocklist":
    case "pause":
    case "resume":
      return null;
  }
}

function withRule(access: Access, id: string, rule: AccessRule): Access {
  const without = (list: readonly string[]) => list.filter((one) => one !== id);
  return {
    allowed: rule === "allow" ? [...without(access.allowed), id] : without(access.allowed),
    denied: rule === "deny" ? [...without(access.denied), id] : without(access.denied),
  };
}

function entriesView({ blocklist, allowlist }: WorkspaceSettings): View {
  const rows = (entries: readonly string[]): readonly Line[] => {
    const shown = entries.slice(0, SHOWN_ENTRIES);
    const lines = Array.from({ length: Math.ceil(shown.length / LINE_OF_ENTRIES) }, (_, row) =>
      shown
        .slice(row * LINE_OF_ENTRIES, (row + 1) * LINE_OF_ENTRIES)
        .flatMap((entry, index): Line => (index === 0 ? [code(entry)] : [" · ", code(entry)])),
    );
    return entries.length > shown.length
      ? [...lines, [`… and ${entries.length - shown.length} more`]]
      : lines;
  };
  if (blocklist.length + allowlist.length === 0)
    return wordsView(
      "notice",
      ["The blocklist of this place is empty."],
      [["To add something: ", code("/images-admin blocklist add banana")]],
    );
  const harmless = allowlist.length === 0 ? [] : [[strong("Harmless all the same")], ...rows(allowlist)];
  return wordsView(
    "notice",
    [strong(`Stopped here: ${blocklist.length} entries`)],
    [...rows(blocklist), ...harmless],
  );
}
