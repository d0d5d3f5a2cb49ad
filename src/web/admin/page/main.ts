import { createFailuresChart, createMoneyChart, createPicturesChart, createTimesChart } from "./charts.ts";
import { byId } from "./dom.ts";
import { clockTime, count, moment } from "./format.ts";
import { createPeople, createRecent, createWorkspaces } from "./lists.ts";
import { createPlatforms, createTiles } from "./now.ts";
import { keepFresh } from "./refresh.ts";
import type { Dashboard, WireHistory } from "./wire.ts";

Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;

const trouble = byId("trouble", HTMLElement);
const showTiles = createTiles();
const showPlatforms = createPlatforms();
const showPictures = createPicturesChart();
const showMoney = createMoneyChart();
const showTimes = createTimesChart();
const showFailures = createFailuresChart();
const showPeople = createPeople();
const showWorkspaces = createWorkspaces();
const showRecent = createRecent();

function show(dashboard: Dashboard): void {
  const { now, history, money, platforms } = dashboard;
  // First, because a chart takes its size from where it stands.
  byId("main", HTMLElement).hidden = false;
  byId("empty", HTMLElement).hidden = history.jobs > 0;
  byId("history", HTMLElement).hidden = history.jobs === 0;
  showTiles(dashboard);
  showPlatforms(platforms, now);
  showWorkspaces(money.workspaces);
  byId("coverage", HTMLElement).textContent = coverage(history, now);
  byId("updated", HTMLElement).textContent = `Updated ${clockTime(now)}`;
  if (history.jobs === 0) return;
  const { days, times, failures } = history;
  showPictures(days);
  showMoney(money);
  showTimes({ days, times });
  showFailures({ days, failures });
  showPeople(history.people);
  showRecent(history.recent, now);
}

function coverage({ at, jobs, cutAt }: WireHistory, now: number): string {
  if (cutAt === null) return `Counted from ${count(jobs, "request")} at ${clockTime(at)}.`;
  return (
    `There is more than this page counts: pictures, times and people are those of the newest ${count(jobs, "request")}, ` +
    `after ${moment(cutAt, now)}. Money is counted in full.`
  );
}

void keepFresh({
  onData: (dashboard) => {
    trouble.hidden = true;
    show(dashboard);
  },
  onTrouble: (sentence) => {
    trouble.textContent = sentence;
    trouble.hidden = false;
  },
});
