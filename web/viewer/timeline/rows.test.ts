import { expect, test } from "vitest";
import { emptyPicture, type Execution, type Picture } from "../fold/picture";
import { rows, ticks, TURNS_AT_ONCE, type Opened } from "./rows";

function execution(key: string, path: string, second: number, rest: Partial<Execution> = {}): Execution {
  const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 22, 9, 0, seconds)).toISOString();
  return {
    id: `exe_${key}_${path}`, key, type: key === "each" ? "loop" : "formula", name: key, path, status: "COMPLETED",
    seq: 1, attempt: 1, exit: "next", creditsUsed: 1, startedAt: at(second), endedAt: at(second + 2), dueAt: null,
    error: null, ...rest,
  };
}

function picture(turns: number, all: Execution[]): Picture {
  const scopes = new Map<string, Map<string, Execution>>();
  for (const one of all) scopes.set(one.path, new Map(scopes.get(one.path)).set(one.key, one));
  const statuses = Array.from({ length: turns }, () => "COMPLETED" as const);
  return { ...emptyPicture({ activities: [], edges: [] }), scopes, turns: new Map([["each", { total: turns, statuses }]]) };
}

const CLOSED: Opened = { paths: new Set(), wanted: new Map() };
const SHOWN = picture(2, [
  execution("after", "", 9),
  execution("find", "", 0),
  execution("each", "", 1, { endedAt: null, status: "RUNNING" }),
  execution("a", "each:1", 2),
  execution("b", "each:1", 4),
]);

function labels(opened: Opened): string[] {
  return rows(SHOWN, opened).map((row) => `${" ".repeat(row.depth)}${row.label}`);
}

test("executions stand in the order of their starts, Loops folded", () => {
  expect(labels(CLOSED)).toEqual(["find", "each", "after"]);
  expect(rows(SHOWN, CLOSED).map((row) => row.open)).toEqual([null, false, null]);
});

test("a Loop that is opened shows its turns, a turn what is in it", () => {
  expect(labels({ ...CLOSED, paths: new Set(["each"]) })).toEqual(["find", "each", " Iteration 1", " Iteration 2", "after"]);
  expect(labels({ ...CLOSED, paths: new Set(["each", "each:1"]) })).toEqual([
    "find", "each", " Iteration 1", "  a", "  b", " Iteration 2", "after",
  ]);
});

test("a turn lasts from the first start in it to the last end; what goes on has no end", () => {
  const found = rows(SHOWN, { ...CLOSED, paths: new Set(["each"]) });
  const seconds = (value: number | null | undefined): number | null => (value === null || value === undefined ? null : new Date(value).getUTCSeconds());
  expect(found.map((row) => [row.label, seconds(row.start), seconds(row.end)])).toEqual([
    ["find", 0, 2], ["each", 1, null], ["Iteration 1", 2, 6], ["Iteration 2", null, null], ["after", 9, 11],
  ]);
});

test("of 10,000 turns there are rows for some, and one that asks for more", () => {
  const many = picture(10_000, [execution("each", "", 0)]);
  const found = rows(many, { ...CLOSED, paths: new Set(["each"]) });
  expect(found).toHaveLength(TURNS_AT_ONCE + 2);
  expect(found.at(-1)).toMatchObject({ kind: "more", label: "9800 more iterations" });
  expect(rows(many, { paths: new Set(["each"]), wanted: new Map([["each", 10_000]]) })).toHaveLength(10_001);
});

test("the axis has round moments, never too many", () => {
  expect(ticks(4_200, 6)).toEqual([0, 1_000, 2_000, 3_000, 4_000]);
  for (const length of [1, 90, 61_000, 86_400_000, 9e9]) expect(ticks(length, 6).length).toBeLessThanOrEqual(7);
});
