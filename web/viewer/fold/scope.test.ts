import { expect, test } from "vitest";
import { around, turnOf, turnPath, turnsOn, turnsPath } from "./scope";

test("a turn's path is made and taken apart", () => {
  expect(turnPath("", "each", 3)).toBe("each:3");
  expect(turnPath("outer:2", "inner", 5)).toBe("outer:2/inner:5");
  expect(turnsPath("outer:2", "inner")).toBe("outer:2/inner");
  expect(turnOf("outer:2/inner:5")).toEqual({ parent: "outer:2", loop: "inner", index: 5 });
  expect(turnOf("each:3")).toEqual({ parent: "", loop: "each", index: 3 });
});

test("the top, and what is no path, is no turn", () => {
  for (const path of ["", "each", "each:", ":3", "each:x"]) expect(turnOf(path)).toBeNull();
});

test("the scope around a turn, and the turns on the way in", () => {
  expect(around("outer:2/inner:5")).toBe("outer:2");
  expect(around("outer:2")).toBe("");
  expect(turnsOn("outer:2/inner:5")).toEqual([
    { path: "outer:2", loop: "outer", index: 2 },
    { path: "outer:2/inner:5", loop: "inner", index: 5 },
  ]);
  expect(turnsOn("")).toEqual([]);
});
