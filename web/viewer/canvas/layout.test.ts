import { expect, test } from "vitest";
import { layout, LOOP_HEADER, NODE, readingOrder, TRIGGER, type Box } from "./layout";

const DRAWN = {
  activities: [
    { key: "find", type: "find_records" },
    { key: "each", type: "loop" },
    { key: "plain", type: "if_else", parent: "each" },
    { key: "mark", type: "formula", parent: "each" },
    { key: "age", type: "formula", parent: "each" },
    { key: "inner", type: "loop", parent: "each" },
    { key: "deep", type: "formula", parent: "inner" },
    { key: "empty", type: "loop" },
  ],
  edges: [
    { from: TRIGGER, exit: "next", to: "find" },
    { from: "find", exit: "next", to: "each" },
    { from: "each", exit: "each", to: "plain" },
    { from: "plain", exit: "false", to: "mark" },
    { from: "plain", exit: "true", to: "age" },
    { from: "age", exit: "next", to: "inner" },
    { from: "inner", exit: "each", to: "deep" },
    { from: "each", exit: "next", to: "empty" },
  ],
};

function box(boxes: ReadonlyMap<string, Box>, key: string): Box {
  const found = boxes.get(key);
  if (found === undefined) throw new Error(`${key} has no place`);
  return found;
}

test("everything has a place, and nothing of one scope lies over another", () => {
  const { boxes } = layout(DRAWN);
  expect(boxes.size).toBe(DRAWN.activities.length + 1);
  const all = [...boxes.values()];
  for (const one of all) {
    for (const other of all) {
      if (one === other || one.parent !== other.parent) continue;
      const apart =
        one.x + one.width <= other.x || other.x + other.width <= one.x ||
        one.y + one.height <= other.y || other.y + other.height <= one.y;
      expect(apart, `${one.key} and ${other.key}`).toBe(true);
    }
  }
});

test("a body lies within its Loop, below its header", () => {
  const { boxes } = layout(DRAWN);
  for (const one of boxes.values()) {
    if (one.parent === null) continue;
    const loop = box(boxes, one.parent);
    expect(one.x).toBeGreaterThanOrEqual(0);
    expect(one.y).toBeGreaterThanOrEqual(LOOP_HEADER);
    expect(one.x + one.width).toBeLessThanOrEqual(loop.width);
    expect(one.y + one.height).toBeLessThanOrEqual(loop.height);
  }
});

test("what follows stands below", () => {
  const { boxes } = layout(DRAWN);
  expect(box(boxes, "each").y).toBeGreaterThan(box(boxes, "find").y + NODE.height);
  expect(box(boxes, "age").y).toBeGreaterThan(box(boxes, "plain").y);
});

test("one reads from the top down, a body right after its Loop", () => {
  const order = readingOrder(layout(DRAWN).boxes);
  expect(order.filter((key) => key !== "mark")).toEqual(["find", "each", "plain", "age", "inner", "deep", "empty"]);
});

test("a body that was placed by hand stays as it was placed", () => {
  const placed = {
    activities: [
      { key: "each", type: "loop" },
      { key: "a", type: "formula", parent: "each", position: { x: 0, y: 0 } },
      { key: "b", type: "formula", parent: "each", position: { x: 400, y: 30 } },
    ],
    edges: [],
  };
  const { boxes } = layout(placed);
  expect(box(boxes, "b").x - box(boxes, "a").x).toBe(400);
  expect(box(boxes, "b").y - box(boxes, "a").y).toBe(30);
});

test("a way leads from the foot of one to the head of the other, over no activity between", () => {
  const { boxes, ways } = layout(DRAWN);
  for (const [index, { from, to }] of DRAWN.edges.entries()) {
    const way = ways.get(index);
    const target = box(boxes, to);
    expect(way?.points.at(-1)).toEqual({ x: target.x + target.width / 2, y: target.y });
    if (target.parent === from) expect(way?.points[0]?.y).toBeGreaterThanOrEqual(LOOP_HEADER);
    for (const other of boxes.values()) {
      if (other.parent !== target.parent || other.key === from || other.key === to) continue;
      for (const { x, y } of way?.points ?? []) {
        const over = other.x < x && x < other.x + other.width && other.y < y && y < other.y + other.height;
        expect(over, `${from} to ${to} over ${other.key}`).toBe(false);
      }
    }
  }
  expect(ways.size).toBe(DRAWN.edges.length);
});
