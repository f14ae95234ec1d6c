import { expect, test } from "vitest";
import { readPlace, writePlace } from "./place";

test("a place is written to an address and read from it again", () => {
  const place = { activity: "age", chosen: new Map([["each", 12], ["inner", 3]]), seq: 40, timeline: true };
  const address = writePlace("run_1", place);
  expect(address).toBe("/runs/run_1/activities/age?in=each:12,inner:3&seq=40&view=timeline");
  expect(readPlace("age", address.split("?")[1] ?? "")).toEqual(place);
});

test("a run alone is its address alone", () => {
  expect(writePlace("run_1", { activity: null, chosen: new Map(), seq: null, timeline: false })).toBe("/runs/run_1");
});

test.each(["seq=0", "seq=-1", "seq=x", "seq=1.5", "seq=", "in=", "view=x"])("%s is no place of its own", (search) => {
  expect(readPlace(null, search)).toEqual({ activity: null, chosen: new Map(), seq: null, timeline: false });
});
