/** The viewer's fold against the server's: the same logs, the same files (tests/pictures/). */

import { describe, expect, test } from "vitest";
import type { ExecutionData, RunLogEvent } from "./events";
import { fold, Gap } from "./fold";
import { emptyPicture, type Definition, type Execution, type Header, type Picture } from "./picture";
import { pictureOf, withCopies, type Snapshot } from "./snapshot";
import { activityStates } from "./state";

interface File {
  definition: Definition;
  events: (RunLogEvent & { header: Header })[];
  shown: {
    seq: number;
    activities: [string, string, number, number, number, string | null, string | null][];
    edges: number[];
    turns: Record<string, string[]>;
    execution: Partial<Execution> | null;
  }[];
}

const files = Object.entries(import.meta.glob<File>("../../../tests/pictures/*.json", { eager: true, import: "default" }));

function shown(definition: Definition, picture: Picture) {
  return {
    activities: [...activityStates(definition, picture)].map(([key, one]) => [
      key,
      one.state,
      one.executions,
      one.failures,
      one.credits,
      one.latest,
      one.because,
    ]),
    edges: picture.edges,
    turns: Object.fromEntries([...picture.turns].sort().map(([place, { statuses }]) => [place, statuses])),
  };
}

function expected({ activities, edges, turns }: File["shown"][number]) {
  return { activities, edges, turns };
}

/** The picture after an event as a query would begin it, with all that is alive. */
function snapshotAt(file: File, whole: Picture): Snapshot {
  const executions = [...whole.scopes.values()].flatMap((scope) => [...scope.values()]);
  const byId = new Map(executions.map((one) => [one.id, one]));
  const states = activityStates(file.definition, whole);
  return {
    seq: whole.seq,
    at: whole.at,
    header: whole.header,
    failedActivity: whole.failedActivity,
    activities: [...states].map(([key, one]) => ({
      key,
      ...one,
      latest: one.latest === null ? null : (byId.get(one.latest) ?? null),
    })),
    edges: whole.edges,
    copies: [...whole.alive.keys()].flatMap((id) => {
      const execution = byId.get(id);
      if (execution === undefined) return [];
      const place = execution.path === "" ? execution.key : `${execution.path}/${execution.key}`;
      const turns = whole.turns.get(place);
      return [{ execution, statuses: turns?.statuses ?? [], total: turns?.total ?? null }];
    }),
  };
}

test("there are files", () => expect(files.length).toBe(8));

describe.each(files)("%s", (_name, file) => {
  const empty = emptyPicture(file.definition);

  test("each event gives the picture that the server's fold gives", () => {
    let picture = empty;
    for (const [index, event] of file.events.entries()) {
      picture = fold(picture, [event]);
      const then = file.shown[index];
      if (then === undefined) throw new Error(`nothing is shown after event ${event.seq}`);
      expect(shown(file.definition, picture), `after event ${event.seq}`).toEqual(expected(then));
      if (then.execution === null) continue;
      const { path, key } = event.data as ExecutionData;
      expect(picture.scopes.get(path)?.get(key)).toMatchObject(then.execution);
    }
    expect(picture.header).toMatchObject({ status: file.events.at(-1)?.header.status });
  });

  test("all events at once give the same as one after another, and leave what they began with", () => {
    const before = structuredClone(empty);
    const one = file.events.reduce((picture, event) => fold(picture, [event]), empty);
    expect(fold(empty, file.events)).toEqual(one);
    expect(empty).toEqual(before);
  });

  test("what came before changes nothing when it comes again", () => {
    const half = Math.floor(file.events.length / 2);
    const picture = fold(empty, file.events.slice(0, half));
    expect(fold(picture, file.events.slice(0, half))).toBe(picture);
    expect(fold(picture, file.events)).toEqual(fold(empty, file.events));
  });

  test("an event that is not the next is a gap", () => {
    expect(() => fold(empty, file.events.slice(1))).toThrow(Gap);
  });

  test("a snapshot at any event, and the events after it, show what the whole log shows", () => {
    for (let start = 1; start < file.events.length; start += 1) {
      const whole = fold(empty, file.events.slice(0, start));
      let picture = pictureOf(file.definition, snapshotAt(file, whole));
      for (const [index, event] of file.events.entries()) {
        if (index < start - 1) continue;
        picture = fold(picture, [event]);
        const then = file.shown[index];
        if (then === undefined) throw new Error(`nothing is shown after event ${event.seq}`);
        const now = shown(file.definition, picture);
        expect(now.edges).toEqual(then.edges);
        expect(now.activities, `from ${start}, after ${event.seq}`).toEqual(then.activities);
      }
    }
  });

  test("copies of later events do not go back when the events before them come", () => {
    const whole = fold(empty, file.events);
    const copies = [...whole.scopes.values()].flatMap((scope) =>
      [...scope.values()].map((execution) => {
        const place = execution.path === "" ? execution.key : `${execution.path}/${execution.key}`;
        return { execution, statuses: whole.turns.get(place)?.statuses ?? [], total: null };
      }),
    );
    let picture = withCopies(empty, copies);
    for (const event of file.events) {
      picture = fold(picture, [event]);
      expect(picture.scopes).toEqual(whole.scopes);
      for (const [place, { statuses }] of whole.turns) expect(picture.turns.get(place)?.statuses).toEqual(statuses);
    }
    expect(shown(file.definition, picture)).toEqual(shown(file.definition, whole));
  });
});
