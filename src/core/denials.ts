import type { Denial } from "./admission.ts";
import type { LedgerLimit } from "./ledger.ts";
import { formatUsd } from "./money.ts";
import { duration } from "./sentences.ts";
import type { Line } from "./view.ts";

/** What a person reads who gets no picture: why, and when it is possible again. */
export function denialLine(denial: Denial): Line {
  switch (denial.type) {
    case "blocked": {
      const { until, reason } = denial.block;
      const why = reason === null ? "" : ` Reason: ${reason}.`;
      return until === null
        ? [`You may not ask for pictures here.${why} A moderator can lift that.`]
        : ["You may not ask for pictures here. That ends ", { type: "moment", at: until }, `.${why}`];
    }
    case "direct":
      return ["I do not paint in private messages. Ask me in a channel."];
    case "channel":
      return ["Pictures are not made in this channel. Try another one."];
    case "role":
      return ["Pictures are for members with certain roles here. A moderator can tell you which."];
    case "age":
      return ["Pictures are made only in age-restricted channels of this server."];
    case "paused": {
      const why = denial.pause.reason === null ? "" : ` Reason: ${denial.pause.reason}.`;
      return [`Pictures are paused here by a moderator.${why} Try again later.`];
    }
    case "blocklist":
      return ["This prompt has something in it that is not painted here. Change the wording and try again."];
    case "limit":
      return limitLine(denial.by, denial.until);
  }
}

function limitLine(by: LedgerLimit, until: number | null): Line {
  const again: Line =
    until === null ? ["."] : [". The next is possible ", { type: "moment", at: until }, "."];
  switch (by.type) {
    case "per-hour":
      return by.most === 0
        ? ["You may not ask for pictures here: the limit for you is 0 an hour."]
        : [`You have had your ${pictures(by.most)} for this hour`, ...again];
    case "cooldown":
      return [`There must be ${duration(by.most)} between two of your requests`, ...again];
    case "waiting":
      return [
        `You have ${pictures(by.most)} that ${by.most === 1 ? "is" : "are"} not finished yet. Wait for one of them, or cancel one.`,
      ];
    case "waiting-here":
      return [`This place has ${pictures(by.most)} unfinished already. Try again in a minute.`];
    case "ceiling": {
      const whose = { bot: "This bot has", workspace: "This place has", person: "You have" }[by.scope];
      const today = by.period === "day" ? "today" : "this month";
      return [`${whose} spent what may be spent ${today} (${formatUsd(by.microUsd)})`, ...again];
    }
  }
}

const pictures = (count: number): string => (count === 1 ? "1 picture" : `${count} pictures`);
