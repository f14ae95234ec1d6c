import { expect, test } from "vitest";
import { emptyPicture, type Execution, type LoopIterationStatus, type Picture } from "../fold/picture";
import { Rows, spanOf, spanOfTurn, type Opened, type Row, type TurnRow } from "./rows";
import { placeOn, scaleOf, ticks } from "./scale";
import { walk } from "./walk";

const START = Date.UTC(2026, 10, 22, 9, 0, 0);

function at(second: number): string {
  return new Date(START + second * 1_000).toISOString();
}

function execution(key: string, path: string, second: number, rest: Partial<Execution> = {}): Execution {
  return {
    id: `exe_${key}_${path}`, key, type: key === "each" ? "loop" : "formula", name: key, path, status: "COMPLETED",
    seq: 1, attempt: 1, exit: "next", creditsUsed: 1, startedAt: at(second), endedAt: at(second + 2), dueAt: null,
    error: null, ...rest,
  };
}

function picture(turns: Record<string, readonly LoopIterationStatus[]>, all: Execution[]): Picture {
  const scopes = new Map<string, Map<string, Execution>>();
  for (const one of all) scopes.set(one.path, new Map(scopes.get(one.path)).set(one.key, one));
  const found = Object.entries(turns).map(([place, statuses]) => [place, { total: statuses.length, statuses }] as const);
  return { ...emptyPicture({ activities: [], edges: [] }), scopes, turns: new Map(found) };
}

const DONE: LoopIterationStatus[] = ["COMPLETED", "COMPLETED", "RUNNING"];
const SHOWN = picture({ each: DONE, "each:2/deep": ["COMPLETED"] }, [
  execution("after", "", 9),
  execution("find", "", 0),
  execution("each", "", 1, { endedAt: null, status: "RUNNING" }),
  execution("a", "each:1", 2),
  execution("b", "each:1", 4),
  execution("deep", "each:2", 5),
  execution("c", "each:3", 7, { endedAt: null, status: "RUNNING" }),
]);

function all(rows: Rows): Row[] {
  return Array.from({ length: rows.length }, (_, index) => rows.at(index)).flatMap((row) => row ?? []);
}

function labels(opened: Opened, shown: Picture = SHOWN): string[] {
  return all(new Rows(shown, opened)).map((row) => {
    const label = row.kind === "execution" ? row.execution.name : row.kind === "turn" ? String(row.index) : "?";
    return `${" ".repeat(row.depth)}${label}`;
  });
}

test("executions stand in the order of their starts, Loops folded", () => {
  expect(labels(new Set())).toEqual(["find", "each", "after"]);
});

test("a Loop that is unfolded shows its turns, a turn what is in it, a Loop in it its own", () => {
  expect(labels(new Set(["each"]))).toEqual(["find", "each", " 1", " 2", " 3", "after"]);
  expect(labels(new Set(["each", "each:1", "each:2", "each:2/deep"]))).toEqual([
    "find", "each", " 1", "  a", "  b", " 2", "  deep", "   1", " 3", "after",
  ]);
});

test("what is in a turn is not shown while its Loop is folded, nor before it is known", () => {
  expect(labels(new Set(["each:1"]))).toEqual(["find", "each", "after"]);
  const unknown = picture({ each: DONE }, [execution("each", "", 0)]);
  expect(labels(new Set(["each", "each:2"]), unknown)).toEqual(["each", " 1", " 2", "  ?", " 3"]);
});

test("every row is found where it is, and knows the row around it and its place in there", () => {
  const rows = new Rows(SHOWN, new Set(["each", "each:1", "each:2", "each:2/deep"]));
  for (const [index, row] of all(rows).entries()) {
    expect(rows.find(row.id)).toBe(index);
    if (row.parent !== null) expect(rows.at(row.parent)?.depth).toBe(row.depth - 1);
  }
  expect(rows.at(5)).toMatchObject({ id: "each:2", parent: 1, position: 2, siblings: 3, status: "COMPLETED" });
  expect([rows.find("each:4"), rows.find("exe_gone"), rows.at(10), rows.at(-1)]).toEqual([null, null, null, null]);
});

test("ten thousand turns are one stretch, which makes only the rows that are looked at", () => {
  const statuses = Array.from({ length: 10_000 }, (): LoopIterationStatus => "COMPLETED");
  const many = picture({ each: statuses }, [execution("each", "", 0), execution("after", "", 9)]);
  const rows = new Rows(many, new Set(["each", "each:5000"]));
  expect(rows.length).toBe(10_003);
  expect(rows.at(5_000)).toMatchObject({ kind: "turn", index: 5_000, open: true });
  expect(rows.at(5_001)).toMatchObject({ kind: "unknown", parent: 5_000 });
  expect(rows.at(10_001)).toMatchObject({ kind: "turn", index: 10_000 });
  expect(rows.find("each:9999")).toBe(10_000);
});

test("an execution is from its start to its end; what goes on has no end, what is pending is not yet", () => {
  expect(spanOf(execution("a", "", 1))).toEqual({ start: START + 1_000, end: START + 3_000 });
  expect(spanOf(execution("a", "", 1, { status: "RETRYING" }))).toEqual({ start: START + 1_000, end: null });
  expect(spanOf(execution("a", "", 1, { startedAt: null, status: "PENDING" }))).toBeNull();
});

test("a turn lasts from the first start in it to the last end, and has none while it goes on", () => {
  const turn = (index: number): TurnRow => new Rows(SHOWN, new Set(["each"])).at(1 + index) as TurnRow;
  expect(spanOfTurn(SHOWN, turn(1))).toEqual({ start: START + 2_000, end: START + 6_000 });
  expect(spanOfTurn(SHOWN, turn(3))).toEqual({ start: START + 7_000, end: null });
  expect(spanOfTurn(picture({}, []), turn(1))).toBeNull();
});

test("the axis goes to the run's end, else to the present, and of the past to what is known", () => {
  const started = { ...SHOWN, header: { ...SHOWN.header, startedAt: at(0) } };
  expect(scaleOf(started, at(-1), START + 60_000)).toEqual({ start: START, length: 60_000 });
  expect(scaleOf(started, at(-1), null)).toEqual({ start: START, length: 11_000 });
  const ended = { ...started, header: { ...started.header, endedAt: at(20) } };
  expect(scaleOf(ended, at(-1), START + 60_000).length).toBe(20_000);
  expect(scaleOf(picture({}, []), at(5), null)).toEqual({ start: START + 5_000, length: 1 });
});

test("a span stands on the axis by its share, never beyond it", () => {
  const scale = { start: START, length: 10_000 };
  expect(placeOn(scale, { start: START + 2_000, end: START + 7_000 })).toEqual({ left: 20, width: 50 });
  expect(placeOn(scale, { start: START + 9_000, end: null })).toEqual({ left: 90, width: 10 });
  expect(placeOn(scale, { start: START - 50, end: START + 99_000 })).toEqual({ left: 0, width: 100 });
});

test("the axis has round moments, never too many", () => {
  expect(ticks(4_200, 6)).toEqual([0, 1_000, 2_000, 3_000, 4_000]);
  for (const length of [1, 90, 61_000, 86_400_000, 9e9, 9e12]) expect(ticks(length, 6).length).toBeLessThanOrEqual(7);
});

test("the keys walk the rows, unfold and fold them, and open what they stand for", () => {
  const rows = new Rows(SHOWN, new Set(["each", "each:1"]));
  const go = (index: number) => ({ is: "go", index });
  expect([walk(rows, 0, "ArrowDown", 5), walk(rows, 0, "ArrowUp", 5)]).toEqual([go(1), go(0)]);
  expect([walk(rows, 1, "PageDown", 3), walk(rows, 1, "PageUp", 3)]).toEqual([go(4), go(0)]);
  expect([walk(rows, 3, "Home", 5), walk(rows, 3, "End", 5)]).toEqual([go(0), go(rows.length - 1)]);
  expect(walk(rows, 1, "ArrowRight", 5)).toEqual(go(2));
  expect(walk(rows, 5, "ArrowRight", 5)).toEqual({ is: "toggle" });
  expect(walk(rows, 0, "ArrowRight", 5)).toBeNull();
  expect(walk(rows, 2, "ArrowLeft", 5)).toEqual({ is: "toggle" });
  expect(walk(rows, 4, "ArrowLeft", 5)).toEqual(go(2));
  expect(walk(rows, 0, "ArrowLeft", 5)).toBeNull();
  expect([walk(rows, 0, "Enter", 5), walk(rows, 0, "x", 5)]).toEqual([{ is: "open" }, null]);
  expect(walk(new Rows(picture({}, []), new Set()), 0, "ArrowDown", 5)).toBeNull();
});
