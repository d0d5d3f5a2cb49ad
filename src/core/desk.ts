import { ReplyError } from "../errors.ts";
import { costOf } from "./charge.ts";
import type { Query } from "./command.ts";
import type { CommandEvent } from "./events.ts";
import { formatCommand } from "./grammar.ts";
import { isFinal, type Job, personOf, type ReplyRef, type Requester, workspaceOf } from "./model.ts";
import { formatUsd } from "./money.ts";
import type { OwnerParts } from "./owner-parts.ts";
import type { CoreParts } from "./parts.ts";
import { limitsFor } from "./policy/policy.ts";
import type { ReplyHandle } from "./ports.ts";
import { REFUSALS } from "./sentences.ts";
import { type Fact, type Line, type View, type ViewDocument, wordsView } from "./view.ts";
import { exactRequest, noticeView, pictureActions, placeWords, refusalView, requestFacts } from "./views.ts";

/** Answers what people ask about their own pictures. The answers are private. */
export interface Desk {
  /** @throws BotError `store`. */
  answer(query: Query, event: CommandEvent): Promise<View>;
}

/** Pictures on a page of somebody's history. */
const HISTORY = 10;
/** Own jobs whose places are named. */
const PLACES = 10;
const strong = (text: string) => ({ type: "strong", text }) as const;

export function createDesk(options: {
  readonly parts: CoreParts;
  readonly owner: OwnerParts;
  readonly openReply: (ref: ReplyRef) => ReplyHandle;
}): Desk {
  const { parts, owner, openReply } = options;
  const { store, queue, clock } = parts;
  const { ledger, policies, price } = owner;

  function answer(query: Query, event: CommandEvent): Promise<View> {
    switch (query.type) {
      case "usage":
        return usage(event);
      case "queue":
        return places(event);
      case "history":
        return history(event.requester);
      case "show":
        return show(query.jobId, event.requester);
      case "forget-me":
        return query.sure ? forget(event.requester) : announceForgetting(event.requester);
      case "export":
        return exportAll(event);
    }
  }

  async function usage({ requester, standing }: CommandEvent): Promise<View> {
    const now = clock.now();
    const person = personOf(requester);
    const { policy, settings } = await policies.of(workspaceOf(requester));
    const limits = limitsFor(policy, settings.roles, standing.roles);
    const { lastHour, waiting } = await ledger.activity(person, now);
    const spent = await ledger.spent({ type: "person", person }, now);
    const here = await ledger.spent({ type: "workspace", workspace: workspaceOf(requester) }, now);
    const facts: readonly Fact[] = [
      { label: "In the last hour", value: against(lastHour, limits.perHour) },
      { label: "Not finished yet", value: against(waiting, limits.waiting) },
      { label: "Today", value: money(spent.day, limits.personDayMicroUsd) },
      { label: "This month", value: money(spent.month, limits.personMonthMicroUsd) },
      ...(policy.dayMicroUsd === null
        ? []
        : [{ label: "Everybody here, today", value: money(here.day, policy.dayMicroUsd) }]),
      ...(policy.monthMicroUsd === null
        ? []
        : [{ label: "Everybody here, this month", value: money(here.month, policy.monthMicroUsd) }]),
      { label: "Price of a picture", value: formatUsd(price()) },
    ];
    const lines: readonly Line[] =
      limits.cooldownSeconds === null || limits.cooldownSeconds === 0
        ? []
        : [[`${limits.cooldownSeconds} s must lie between two of your requests.`]];
    const note: Line = ["Days and months are counted in UTC. What fails costs you nothing."];
    return { ...wordsView("notice", [strong("Your pictures")], [...lines, note]), facts };
  }

  async function places({ requester }: CommandEvent): Promise<View> {
    const person = personOf(requester);
    const open = await store.open();
    const here = open.filter((job) => workspaceOf(job.requester) === workspaceOf(requester));
    const own = open.filter((job) => personOf(job.requester) === person);
    const painting = open.filter((job) => job.startedAt !== null).length;
    const lines: Line[] = [];
    for (const job of own.slice(0, PLACES)) {
      const ahead = await queue.ahead(job.id);
      const waits = job.startedAt === null ? "in line" : "being painted";
      const place = ahead === null ? waits : placeWords(ahead);
      lines.push([linkTo(job), ` · ${place} · asked `, { type: "moment", at: job.createdAt }]);
    }
    if (own.length > PLACES) lines.push([`… and ${own.length - PLACES} more of yours`]);
    if (own.length === 0) lines.push(["You have nothing in line."]);
    const facts: readonly Fact[] = [
      { label: "Being painted", value: String(painting) },
      { label: "Waiting", value: String(open.length - painting) },
      { label: "Of them here", value: String(here.length) },
      { label: "Yours", value: String(own.length) },
    ];
    return { ...wordsView("notice", [strong("The line")], lines), facts };
  }

  async function history(requester: Requester): Promise<View> {
    const jobs = (await store.history(personOf(requester), 5 * HISTORY))
      .filter((job) => isFinal(job) && job.removedAt === null)
      .slice(0, HISTORY);
    if (jobs.length === 0)
      return wordsView(
        "notice",
        ["You have no pictures here yet."],
        [[{ type: "code", text: "/imagine a lighthouse at dusk" }]],
      );
    const lines = jobs.map((job): Line => {
      const ended = job.state === "done" ? "" : job.state === "cancelled" ? " · cancelled" : " · no picture";
      return [
        { type: "code", text: job.id },
        " · ",
        linkTo(job),
        `${ended} · `,
        { type: "moment", at: job.finishedAt ?? job.createdAt },
      ];
    });
    const more: Line = ["One of them again: ", { type: "code", text: `/images show ${jobs[0]?.id ?? ""}` }];
    return wordsView("notice", [strong("Your latest pictures")], [...lines, more]);
  }

  /** A picture of one's own, or one that stands where everybody of the workspace may see it. */
  async function show(jobId: string, requester: Requester): Promise<View> {
    const job = await store.get(jobId);
    const own = job !== null && personOf(job.requester) === personOf(requester);
    const shared =
      job !== null &&
      requester.workspace !== null &&
      workspaceOf(job.requester) === workspaceOf(requester) &&
      job.place?.kind === "channel";
    if (job === null || !(own || shared)) return refusalView(REFUSALS.unknownId);
    const cost = own ? costOf(job) : null;
    const { user, name } = job.requester;
    const state = { done: "Done", failed: "No picture", cancelled: "Cancelled" };
    const word = isFinal(job) ? state[job.state as keyof typeof state] : "Not finished yet";
    return {
      ...wordsView("notice", [
        strong(word),
        " · for ",
        { type: "person", user, name },
        " · ",
        { type: "moment", at: job.createdAt },
      ]),
      jobId: job.id,
      lines: [
        job.removedAt === null ? [linkTo(job, "The message with the picture")] : ["Its message was deleted."],
      ],
      prompt: job.request.prompt,
      facts: [
        ...requestFacts(job),
        ...(cost === null ? [] : [{ label: "Cost", value: formatUsd(cost) }]),
        { label: "Id", value: job.id },
      ],
      command: formatCommand(exactRequest(job)),
      actions: job.state === "done" ? pictureActions(job) : [],
    };
  }

  async function announceForgetting({ platform, user }: Requester): Promise<View> {
    const jobs = await store.ofUser(platform, user);
    const kept = jobs.filter((job) => !isFinal(job)).length;
    return wordsView(
      "notice",
      [
        `I keep ${count(jobs.length, "request")} of yours: prompts, options, seeds, times and where they were asked.`,
      ],
      [
        [
          "Deleting them means that their buttons and emoji stop working. Messages stay; delete those you want gone.",
        ],
        ...(kept === 0
          ? []
          : [
              [
                `${count(kept, "request")} of yours ${kept === 1 ? "is" : "are"} not finished and will stay until then.`,
              ],
            ]),
        ["What was spent stays in the accounts, under a code instead of your name. Blocks stay too."],
        ["To delete now: ", { type: "code", text: "/images forget-me sure:yes" }],
        ["To have a copy first: ", { type: "code", text: "/images export" }],
      ],
    );
  }

  async function forget({ platform, user }: Requester): Promise<View> {
    const jobs = await store.ofUser(platform, user);
    const over = jobs.filter(isFinal);
    for (const job of over) await store.forget(job.id);
    const left = jobs.length - over.length;
    return wordsView(
      "notice",
      [`Deleted: ${count(over.length, "request")} of yours.`],
      left === 0 ? [] : [[`${count(left, "request")} not finished yet: say it again when they are.`]],
    );
  }

  async function exportAll({ requester, direct }: CommandEvent): Promise<View> {
    const { platform, user } = requester;
    const jobs = await store.ofUser(platform, user);
    const block = await policies.blockOf(requester, clock.now());
    const document: ViewDocument = {
      fileName: "imagine-bot-export.json",
      contentType: "application/json",
      text: `${JSON.stringify({ platform, user, exportedAt: new Date(clock.now()).toISOString(), block, requests: jobs.map(exported) }, null, 2)}\n`,
    };
    const words = wordsView("notice", [`What is stored about you: ${count(jobs.length, "request")}.`]);
    try {
      await openReply(direct).create({ ...words, documents: [document] });
      return noticeView("I have sent it to you privately.");
    } catch (error) {
      if (!(error instanceof ReplyError)) throw error;
      return refusalView(error.problem === "closed" ? REFUSALS.directClosed : REFUSALS.directFailed);
    }
  }

  return { answer };
}

/** A stored job as its person may take it along: without addresses, which hold keys of the platform. */
function exported({ reply: _reply, schema: _schema, ...job }: Job) {
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    ...job,
    createdAt: iso(job.createdAt),
    startedAt: iso(job.startedAt),
    paintedAt: iso(job.paintedAt),
    finishedAt: iso(job.finishedAt),
    removedAt: iso(job.removedAt),
  };
}

const LINK_CHARACTERS = 60;

/** The prompt, cut to one short line, as a link to its message. */
function linkTo(job: Job, text = job.request.prompt) {
  const line = [...text.replace(/\s+/gu, " ")];
  const cut =
    line.length > LINK_CHARACTERS ? `${line.slice(0, LINK_CHARACTERS - 1).join("")}…` : line.join("");
  const messageKey = job.removedAt === null ? job.reply.messageKey : null;
  return { type: "job", jobId: job.id, messageKey, text: cut } as const;
}

const against = (used: number, most: number | null): string =>
  most === null ? String(used) : `${used} of ${most}`;

const money = (
  spent: { readonly microUsd: number; readonly pictures: number },
  most: number | null,
): string => {
  const ceiling = most === null ? "" : ` of ${formatUsd(most)}`;
  return `${formatUsd(spent.microUsd)}${ceiling} · ${count(spent.pictures, "picture")}`;
};

const count = (n: number, noun: string): string =>
  `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;
