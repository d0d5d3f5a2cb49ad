import type { Clock } from "../../core/clock.ts";
import type { Ledger, LedgerScope } from "../../core/ledger.ts";
import type { Period } from "../../core/money.ts";
import type { OverviewReader, OverviewReading } from "../../core/overview-reader.ts";
import { FAILURE_NAMES } from "../../core/sentences.ts";
import type { Dashboard, WireBudget, WireHistory, WireLine, WireMoney } from "./page/wire.ts";
import type { Presence } from "./presence.ts";

/** The most that may be spent in a period, micro-USD; null: no limit. */
export type Ceilings = Readonly<Record<Period, number | null>>;

export interface DashboardSources {
  readonly overview: OverviewReader;
  readonly presence: Presence;
  readonly ledger: Pick<Ledger, "spent" | "days">;
  /** Of the whole bot. */
  readonly ceilings: Ceilings;
  /** Of one workspace, named as in `workspaceOf`. */
  readonly ceilingsOf: (workspace: string) => Promise<Ceilings>;
  readonly line: () => WireLine;
  /** Where people can open the message of a key; null: nowhere. */
  readonly linkTo: (platform: string, messageKey: string) => string | null;
  readonly clock: Clock;
}

/** Puts together what the page shows. @throws BotError `store` */
export async function readDashboard(sources: DashboardSources): Promise<Dashboard> {
  const reading = await sources.overview.read();
  return {
    now: sources.clock.now(),
    line: sources.line(),
    platforms: sources.presence.list(),
    money: await readMoney(reading, sources),
    history: historyOf(reading, sources),
  };
}

async function readMoney({ at, overview }: OverviewReading, sources: DashboardSources): Promise<WireMoney> {
  const { ledger, ceilings, ceilingsOf, clock } = sources;
  const budget = async (scope: LedgerScope, most: Ceilings): Promise<WireBudget> => {
    const { day, month } = await ledger.spent(scope, clock.now());
    return {
      day: { microUsd: day.microUsd, ceiling: most.day },
      month: { microUsd: month.microUsd, ceiling: most.month },
    };
  };
  const days = overview.days.map(({ day }) => day);
  const entries = await ledger.days({ type: "bot" }, Date.parse(days[0] ?? "") || at);
  const spentOn = new Map(entries.map(({ day, microUsd }) => [day, microUsd]));
  return {
    bot: await budget({ type: "bot" }, ceilings),
    workspaces: await Promise.all(
      overview.workspaces.map(async ({ workspace, pictures }) => ({
        ...partsOf(workspace),
        pictures,
        budget: await budget({ type: "workspace", workspace }, await ceilingsOf(workspace)),
      })),
    ),
    days: days.map((day) => ({ day, microUsd: spentOn.get(day) ?? 0 })),
  };
}

/** The two halves of a name as `workspaceOf` makes it. */
function partsOf(workspace: string): { readonly platform: string; readonly id: string | null } {
  const slash = workspace.indexOf("/");
  const id = workspace.slice(slash + 1);
  return { platform: workspace.slice(0, slash), id: id === "-" ? null : id };
}

function historyOf({ at, cutAt, overview }: OverviewReading, { linkTo }: DashboardSources): WireHistory {
  const { jobs, days, failures, times, people, recent } = overview;
  return {
    at,
    cutAt,
    jobs,
    days,
    times,
    people,
    failures: failures.map(({ kind, pictures }) => ({ name: FAILURE_NAMES[kind], pictures })),
    recent: recent.map(({ messageKey, failure, ...request }) => ({
      ...request,
      failure: failure === null ? null : FAILURE_NAMES[failure],
      link: messageKey === null ? null : linkTo(request.platform, messageKey),
    })),
  };
}
