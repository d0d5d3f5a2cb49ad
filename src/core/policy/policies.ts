import { createKeyedLock } from "../keyed-lock.ts";
import { type Requester, workspaceOf } from "../model.ts";
import type { Records } from "../ports.ts";
import { type Block, NO_SETTINGS, type Policy, type WorkspaceSettings } from "./policy.ts";
import { type BlocksRecord, type SettingsRecord, settingsOf } from "./records.ts";

/** What holds in a workspace: its settings, and the policy they make of the defaults. */
export interface Rules {
  readonly settings: WorkspaceSettings;
  readonly policy: Policy;
}

/** The settings of workspaces and the blocks of people. Read anew each time, so a change holds at once. All throw BotError `store`. */
export interface Policies {
  /** `workspace` as in `workspaceOf`. */
  of(workspace: string): Promise<Rules>;
  change(workspace: string, change: (settings: WorkspaceSettings) => WorkspaceSettings): Promise<Rules>;
  /** The block that holds for somebody now, in their workspace; in private conversations any of their blocks does. */
  blockOf(requester: Requester, now: number): Promise<Block | null>;
  block(requester: Pick<Requester, "platform" | "workspace" | "user">, block: Block): Promise<void>;
  /** False when there was none. */
  unblock(requester: Pick<Requester, "platform" | "workspace" | "user">): Promise<boolean>;
  /** Everybody blocked in a workspace now. */
  blocked(
    workspace: string,
    now: number,
  ): Promise<readonly { readonly user: string; readonly block: Block }[]>;
}

export function createPolicies(options: {
  readonly defaults: Policy;
  readonly settings: Records<SettingsRecord>;
  readonly blocks: Records<BlocksRecord>;
}): Policies {
  const { defaults, settings, blocks } = options;
  const lock = createKeyedLock();

  const read = async (workspace: string): Promise<WorkspaceSettings> => {
    const record = await settings.get(encodeURIComponent(workspace));
    return record === null ? NO_SETTINGS : settingsOf(record);
  };
  const rulesOf = (changed: WorkspaceSettings): Rules => ({
    settings: changed,
    policy: { ...defaults, ...changed.policy },
  });
  const keyOf = ({ platform, user }: Pick<Requester, "platform" | "user">) =>
    `${encodeURIComponent(platform)}/${encodeURIComponent(user)}`;
  const holds = (block: Block, now: number): boolean => block.until === null || block.until > now;

  return {
    of: async (workspace) => rulesOf(await read(workspace)),
    change: (workspace, change) =>
      lock.run(workspace, async () => {
        const next = change(await read(workspace));
        await settings.set(encodeURIComponent(workspace), recordOf(next));
        return rulesOf(next);
      }),
    async blockOf(requester, now) {
      const found = (await blocks.get(keyOf(requester))) ?? {};
      const here = requester.workspace === null ? Object.values(found) : [found[workspaceOf(requester)]];
      return here.find((block) => block !== undefined && holds(block, now)) ?? null;
    },
    block: (requester, block) =>
      lock.run(keyOf(requester), async () => {
        const others = (await blocks.get(keyOf(requester))) ?? {};
        await blocks.set(keyOf(requester), { ...others, [workspaceOf(requester)]: block });
      }),
    unblock: (requester) =>
      lock.run(keyOf(requester), async () => {
        const { [workspaceOf(requester)]: gone, ...others } = (await blocks.get(keyOf(requester))) ?? {};
        if (gone === undefined) return false;
        if (Object.keys(others).length === 0) await blocks.remove(keyOf(requester));
        else await blocks.set(keyOf(requester), others);
        return true;
      }),
    async blocked(workspace, now) {
      const all = await blocks.all();
      return all.flatMap(([key, places]) => {
        const block = places[workspace];
        const user = decodeURIComponent(key.slice(key.indexOf("/") + 1));
        return block === undefined || !holds(block, now) ? [] : [{ user, block }];
      });
    },
  };
}

/** As a record: lists of its own to write to. */
function recordOf(settings: WorkspaceSettings): SettingsRecord {
  const { channels, members, blocklist, allowlist } = settings;
  return {
    ...settings,
    roles: { ...settings.roles },
    channels: { allowed: [...channels.allowed], denied: [...channels.denied] },
    members: { allowed: [...members.allowed], denied: [...members.denied] },
    blocklist: [...blocklist],
    allowlist: [...allowlist],
  };
}
