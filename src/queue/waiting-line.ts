import type { JobId } from "../core/model.ts";

/** A job's claim to its turn. `arrival` numbers grow with every job that comes. */
export interface Place {
  readonly id: JobId;
  readonly person: string;
  readonly lane: "resumed" | "new";
  readonly arrival: number;
}

/**
 * Who is next. Resumed jobs go first, in their order. The rest take turns by person: whoever had a turn goes to the
 * back of the rotation, whoever is new to it joins at the back, so each waits at most one turn of everybody else.
 */
export interface WaitingLine {
  /** Among a person's own jobs the earlier arrival goes first, so one that was taken and comes back leads again. */
  add(place: Place): void;
  has(id: JobId): boolean;
  /** Takes the next one out; null when nobody waits. */
  take(): Place | null;
  /** True when it was waiting. */
  remove(id: JobId): boolean;
  /** How many `take` gives before this one; null when it is not waiting. */
  ahead(id: JobId): number | null;
}

export function createWaitingLine(): WaitingLine {
  const places = new Map<JobId, Place>();
  const resumed: Place[] = [];
  /** In the order of the rotation; nobody in it has an empty line. */
  const people = new Map<string, Place[]>();

  const takeFromNextPerson = (): Place | null => {
    for (const [person, own] of people) {
      const place = own.shift() ?? null;
      people.delete(person);
      if (own.length > 0) people.set(person, own);
      return place;
    }
    return null;
  };

  return {
    has: (id) => places.has(id),
    add: (place) => {
      places.set(place.id, place);
      if (place.lane === "resumed") return insertByArrival(resumed, place);
      const own = people.get(place.person) ?? [];
      insertByArrival(own, place);
      people.set(place.person, own);
    },
    take: () => {
      const place = resumed.shift() ?? takeFromNextPerson();
      if (place !== null) places.delete(place.id);
      return place;
    },
    remove: (id) => {
      const place = places.get(id);
      if (place === undefined) return false;
      places.delete(id);
      const own = place.lane === "resumed" ? resumed : (people.get(place.person) ?? []);
      own.splice(own.indexOf(place), 1);
      if (place.lane === "new" && own.length === 0) people.delete(place.person);
      return true;
    },
    ahead: (id) => {
      const place = places.get(id);
      if (place === undefined) return null;
      if (place.lane === "resumed") return resumed.indexOf(place);
      const round = people.get(place.person)?.indexOf(place) ?? 0;
      let count = resumed.length + round;
      // Until its turn in the rotation's pass number `round`, each person before it has had one turn more than
      // each person after it, as far as their jobs go.
      let turns = round + 1;
      for (const [person, own] of people) {
        if (person === place.person) turns = round;
        else count += Math.min(own.length, turns);
      }
      return count;
    },
  };
}

/** From the end, where nearly every place goes; one that comes back goes to the head. */
function insertByArrival(line: Place[], place: Place): void {
  const before = line.findLastIndex((other) => other.arrival < place.arrival);
  line.splice(before + 1, 0, place);
}
