import { expect, test } from "vitest";
import type { LoopIterationStatus } from "../fold/picture";
import { columns } from "./strip";

function turns(length: number, total = length, failed: readonly number[] = []) {
  const statuses = Array.from({ length }, (_, at): LoopIterationStatus => (failed.includes(at + 1) ? "FAILED" : "COMPLETED"));
  return { total, statuses };
}

test("where there is room each turn is a column", () => {
  expect(columns(turns(2, 3, [2]), 300)).toEqual([
    { from: 1, to: 1, status: "COMPLETED" },
    { from: 2, to: 2, status: "FAILED" },
    { from: 3, to: 3, status: null },
  ]);
});

test("of 10,000 turns a single failed one is seen, and none is left out", () => {
  const found = columns(turns(10_000, 10_000, [7_777]), 300);
  expect(found).toHaveLength(300);
  const failed = found.filter((column) => column.status === "FAILED");
  expect(failed).toHaveLength(1);
  expect(failed[0]?.from).toBeLessThanOrEqual(7_777);
  expect(failed[0]?.to).toBeGreaterThanOrEqual(7_777);
  for (const [at, column] of found.entries()) expect(column.from).toBe((found[at - 1]?.to ?? 0) + 1);
  expect(found.at(-1)?.to).toBe(10_000);
});

test("nothing is drawn of nothing, or where there is no room", () => {
  expect(columns(turns(0), 300)).toEqual([]);
  expect(columns(turns(5), 0)).toEqual([]);
});
