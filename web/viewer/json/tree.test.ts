import { expect, test } from "vitest";
import { copied, lines, PREVIEW_ENTRIES, type Wanted } from "./tree";

const VALUE = { record: { id: "rec_1", values: { name: "Apple Inc.", tags: ["big", "old"] } }, count: 1, none: null };

function wanted(rest: Partial<Wanted> = {}): Wanted {
  return { toggled: new Set(), whole: new Set(), search: "", ...rest };
}

function paths(value: unknown, rest: Partial<Wanted> = {}): string[] {
  return lines(value, wanted(rest)).map((line) => line.path);
}

test("the first level is open, what is deeper is opened", () => {
  expect(paths(VALUE)).toEqual(["", "record", "count", "none"]);
  expect(paths(VALUE, { toggled: new Set(["record"]) })).toEqual(["", "record", "record.id", "record.values", "count", "none"]);
  expect(paths(VALUE, { toggled: new Set([""]) })).toEqual([""]);
});

test("a path is what an expression names it by", () => {
  const open = new Set(["record", "record.values", "record.values.tags"]);
  expect(paths(VALUE, { toggled: open })).toContain("record.values.tags[1]");
});

test("a search opens the way to what it finds, and leaves out the rest", () => {
  const found = lines(VALUE, wanted({ search: "apple" }));
  expect(found.map((line) => line.path)).toEqual(["", "record", "record.values", "record.values.name"]);
  expect(found.filter((line) => line.found).map((line) => line.path)).toEqual(["record.values.name"]);
});

test("a search finds names, and where nothing is found only the whole is left", () => {
  expect(paths(VALUE, { search: "COUNT" })).toEqual(["", "count"]);
  expect(lines(VALUE, wanted({ search: "absent" })).filter((line) => line.found)).toEqual([]);
});

test("a long list is shown in part until all is asked for", () => {
  const long = Array.from({ length: 1_000 }, (_, index) => index);
  const part = lines(long, wanted());
  expect(part).toHaveLength(PREVIEW_ENTRIES + 2);
  expect(part.at(-1)).toMatchObject({ kind: "more", rest: 1_000 - PREVIEW_ENTRIES });
  expect(lines(long, wanted({ whole: new Set([""]) }))).toHaveLength(1_001);
});

test("a text is copied as it is, the rest as JSON", () => {
  expect(copied("a b")).toBe("a b");
  expect(copied({ a: 1 })).toBe('{\n  "a": 1\n}');
  expect(copied(null)).toBe("null");
});
