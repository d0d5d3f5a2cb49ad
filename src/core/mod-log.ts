import type { Clock } from "./clock.ts";
import { type Requester, workspaceOf } from "./model.ts";
import type { Policies } from "./policy/policies.ts";
import type { PlatformAdapter } from "./ports.ts";
import { postNote } from "./post-note.ts";
import { createStop } from "./signals.ts";
import type { Telemetry } from "./telemetry.ts";
import { type View, wordsView } from "./view.ts";

/** The channel in which moderators read what was painted, refused, deleted and changed. Best effort: a crash may lose what waits. */
export interface ModLog {
  /** Takes an entry for the workspace's log, if it has one. Never throws, never waits. */
  write(workspace: Pick<Requester, "platform" | "workspace">, entry: View): void;
  /** Gives up what is not posted yet. */
  stop(): Promise<void>;
}

/** Entries that wait for one channel; more are only counted. */
const MOST_WAITING = 200;
/** Pause between two entries of one channel, ms: a log must not use up what replies need. */
const GAP_MS = 1_100;

interface Channel {
  readonly entries: View[];
  dropped: number;
}

export function createModLog(options: {
  readonly adapters: ReadonlyMap<string, PlatformAdapter>;
  readonly policies: Policies;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}): ModLog {
  const { adapters, policies, clock, telemetry } = options;
  const stopping = createStop();
  const channels = new Map<string, Channel>();
  const posting = new Set<Promise<void>>();
  const fault = (error: unknown): void => {
    if (!stopping.signal.aborted) telemetry({ type: "fault", where: "mod-log", jobId: null, error });
  };

  /** Posts what waits for one workspace, one after the other, to whatever channel its settings name by then. */
  async function post(workspace: Pick<Requester, "platform" | "workspace">, channel: Channel): Promise<void> {
    const adapter = adapters.get(workspace.platform);
    while (channel.entries.length > 0 && !stopping.signal.aborted) {
      const { logChannel } = (await policies.of(workspaceOf(workspace))).settings;
      const view = next(channel);
      if (logChannel === null || adapter === undefined || view === undefined) continue;
      const note = { adapter, workspace: workspace.workspace, channel: logChannel, view };
      await postNote(note, clock, stopping.signal).catch(fault);
      await clock.sleep(GAP_MS, stopping.signal);
    }
    // In the same breath as the last look, so that no entry falls in between.
    channels.delete(workspaceOf(workspace));
  }

  function next(channel: Channel): View | undefined {
    if (channel.dropped === 0) return channel.entries.shift();
    const left = channel.dropped;
    channel.dropped = 0;
    return wordsView("notice", [`${left} entries were left out: more happened than can be posted here.`]);
  }

  return {
    write(workspace, entry) {
      if (stopping.signal.aborted) return;
      const key = workspaceOf(workspace);
      const known = channels.get(key);
      const channel = known ?? { entries: [], dropped: 0 };
      if (channel.entries.length < MOST_WAITING) channel.entries.push(entry);
      else channel.dropped += 1;
      if (known !== undefined) return;
      channels.set(key, channel);
      const work: Promise<void> = post(workspace, channel)
        .catch(fault)
        .finally(() => {
          channels.delete(key);
          posting.delete(work);
        });
      posting.add(work);
    },
    async stop() {
      stopping.abort("shutdown");
      await Promise.all(posting);
    },
  };
}
