import { expect, test } from "vitest";
import { bars, since, SPANS } from "./chart";

const NOW = Date.parse("2026-11-22T09:30:00Z");
const [HOURS, , MONTH] = SPANS;

test("a span counts whole buckets, the present one included", () => {
  expect(HOURS && since(HOURS, NOW)).toBe("2026-11-21T10:00:00.000Z");
  expect(MONTH && since(MONTH, NOW)).toBe("2026-10-24T00:00:00.000Z");
});

test("every bucket has its bar, those without a run too", () => {
  if (!HOURS) throw new Error("no span");
  const found = bars(HOURS, [{ start: "2026-11-22T09:00:00.000000Z", completed: 3, failed: 1, canceled: 1 }], NOW);
  expect(found).toHaveLength(24);
  expect(found.at(-1)).toEqual({ start: "2026-11-22T09:00:00.000Z", completed: 3, failed: 1, canceled: 1, total: 5 });
  expect(found.slice(0, -1).every((bar) => bar.total === 0)).toBe(true);
});
