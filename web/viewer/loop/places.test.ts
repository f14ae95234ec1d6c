import { expect, test } from "vitest";
import { emptyPicture, type LoopIterationStatus, type Picture } from "../fold/picture";
import { counts, nextFailed, places, readChosen, scopeOf, writeChosen } from "./places";

const ACTIVITIES = [
  { key: "outer", type: "loop", parent: null },
  { key: "inner", type: "loop", parent: "outer" },
  { key: "work", type: "formula", parent: "inner" },
];

function picture(turns: Record<string, LoopIterationStatus[]>): Picture {
  const found = Object.entries(turns).map(([place, statuses]) => [place, { total: 5, statuses }] as const);
  return { ...emptyPicture({ activities: [], edges: [] }), turns: new Map(found) };
}

test("without a choice the newest turn is looked at, and inner Loops are those of that turn", () => {
  const shown = picture({ outer: ["COMPLETED", "RUNNING"], "outer:1/inner": ["COMPLETED"], "outer:2/inner": ["RUNNING"] });
  const found = places(ACTIVITIES, shown, new Map());
  expect(found.get("outer")).toMatchObject({ index: 2, path: "outer:2" });
  expect(found.get("inner")).toMatchObject({ turnsPath: "outer:2/inner", index: 1, path: "outer:2/inner:1" });
  expect(scopeOf("inner", found)).toBe("outer:2/inner:1");
  expect(scopeOf(null, found)).toBe("");
});

test("a turn that failed goes before the newest, and a choice before both", () => {
  const shown = picture({ outer: ["COMPLETED", "FAILED", "COMPLETED"] });
  expect(places(ACTIVITIES, shown, new Map()).get("outer")?.index).toBe(2);
  expect(places(ACTIVITIES, shown, new Map([["outer", 3]])).get("outer")?.index).toBe(3);
  expect(places(ACTIVITIES, shown, new Map([["outer", 4]])).get("outer")?.path).toBe("outer:4");
});

test("a choice beyond the items is none, and nothing is looked at before a turn has begun", () => {
  expect(places(ACTIVITIES, picture({ outer: ["RUNNING"] }), new Map([["outer", 6]])).get("outer")?.index).toBe(1);
  const none = places(ACTIVITIES, picture({}), new Map());
  expect(none.get("outer")).toEqual({ turnsPath: "outer", turns: null, index: null, path: null });
  expect(none.get("inner")).toEqual({ turnsPath: null, turns: null, index: null, path: null });
  expect(scopeOf("outer", none)).toBeNull();
});

test("the next failed turn is found around the end", () => {
  const turns = { total: 4, statuses: ["FAILED", "COMPLETED", "FAILED", "COMPLETED"] as const };
  expect([nextFailed(turns, 0), nextFailed(turns, 1), nextFailed(turns, 3)]).toEqual([1, 3, 1]);
  expect(nextFailed({ total: 1, statuses: ["COMPLETED"] }, 1)).toBeNull();
});

test("turns are counted by how they stand", () => {
  expect(counts({ total: 9, statuses: ["FAILED", "COMPLETED", "CANCELED", "RUNNING"] })).toEqual({
    PENDING: 0, RUNNING: 1, COMPLETED: 1, FAILED: 1, CANCELED: 1, ended: 3,
  });
});

test("a choice is read from an address and from a path, and written", () => {
  expect(writeChosen(readChosen("each:12,inner:3"))).toBe("each:12,inner:3");
  expect([...readChosen("outer:2/inner:5")]).toEqual([["outer", 2], ["inner", 5]]);
  expect(readChosen("each:0,x,:3,y:").size).toBe(0);
  expect(readChosen(null).size).toBe(0);
});
