import { follow, Refused, send } from "./api.ts";
import { createComposer } from "./composer.ts";
import { fillIn } from "./dialogs.ts";
import { byId } from "./dom.ts";
import { createFeed, inviteToPaint } from "./feed.ts";
import type { Page } from "./page.ts";
import { rememberedUser, showPeople } from "./people.ts";
import { fetchLost } from "./picture.ts";
import { setUpTheme } from "./theme.ts";
import { createTicker } from "./ticker.ts";
import type { WireBadge, WireForm, WireState, WireUser } from "./wire.ts";

const EXAMPLES = [
  "/imagine a lighthouse keeper's cat watching a storm roll in ar:16:9",
  "/imagine paper-cut mountains at sunrise, layered and quiet ar:3:2",
  "/imagine a tiny greenhouse inside a glass teapot, soft morning light",
];

setUpTheme();
const ticker = createTicker();
const connection = byId("connection", HTMLElement);
const problem = byId("problem", HTMLElement);
let user = rememberedUser();
let users: readonly WireUser[] = [];
let leave = () => {};

const page: Page = {
  ticker,
  user: () => user,
  userById: (id) => users.find((known) => known.id === id) ?? null,
  compose: (text) => composer.compose(text),
  jumpTo: (messageId) => {
    problem.hidden = feed.jumpTo(messageId);
    problem.textContent = "That message is no longer here.";
  },
  uncovered: new Set(),
  act: async (deed, body) => {
    problem.hidden = true;
    try {
      const answer = await send(deed, user, body);
      if (answer.type !== "form") return true;
      // Asking is acknowledged; filling the form in takes its own time.
      void askWith(answer.form, "messageId" in body ? body.messageId : null);
      return true;
    } catch (error) {
      problem.textContent = error instanceof Refused ? error.message : "That did not work.";
      problem.hidden = false;
      if (!(error instanceof Refused)) throw error;
      return false;
    }
  },
};
const feed = createFeed(page);
const composer = createComposer(page);

async function askWith(form: WireForm, messageId: unknown): Promise<void> {
  const asker = user;
  const options = await fillIn(form);
  if (options === null || asker !== user) return;
  await page.act("form", { command: form.command, parentId: form.parentId, messageId, options });
}

function enter(): void {
  leave();
  feed.clear();
  leave = follow(user, {
    onConnection: (state) => {
      connection.hidden = state === "open";
    },
    onChange: (change) => {
      if (change.type === "state") showState(change.state);
      else if (change.type === "message") feed.show(change.message);
      else feed.remove(change.messageId);
    },
  });
}

function showState(state: WireState): void {
  ticker.adjust(state.now);
  users = state.users;
  showPeople(users, user, (chosen) => {
    user = chosen;
    enter();
  });
  showBadge(state.badge);
  composer.offer(state.commands);
  feed.showAll(state.messages);
  fetchLost();
}

function showBadge({ label, tone }: WireBadge): void {
  const badge = byId("badge", HTMLElement);
  badge.textContent = label;
  badge.dataset["tone"] = tone;
  badge.title =
    tone === "simulated"
      ? "Pictures are made on this machine; nothing is paid for"
      : "Pictures are made by fal and are paid for";
  badge.hidden = false;
}

inviteToPaint(EXAMPLES, (command) => composer.compose(command));
enter();
