import { expect, test } from "vitest";
import type { Definition, Execution } from "./picture";
import { turnStates } from "./turn";

const DEFINITION: Definition = {
  activities: [
    { key: "each", name: "Each", parent: null },
    { key: "plain", name: "Plain?", parent: "each" },
    { key: "mark", name: "Mark", parent: "each" },
    { key: "age", name: "Age", parent: "each" },
    { key: "late", name: "Late", parent: "each" },
  ],
  edges: [
    { from: "each", exit: "each", to: "plain" },
    { from: "plain", exit: "true", to: "age" },
    { from: "plain", exit: "false", to: "mark" },
    { from: "mark", exit: "next", to: "age" },
    { from: "mark", exit: "error", to: "late" },
  ],
};

function execution(key: string, rest: Partial<Execution>): [string, Execution] {
  return [
    key,
    {
      id: `exe_${key}`, key, type: "formula", name: key === "plain" ? "Plain?" : key, path: "each:1",
      status: "COMPLETED", seq: 1, attempt: 1, exit: "next", creditsUsed: 1, startedAt: null, endedAt: null,
      dueAt: null, error: null, ...rest,
    },
  ];
}

function reasons(scope: [string, Execution][], over: boolean) {
  const found = turnStates(DEFINITION, "each", new Map(scope), over);
  return Object.fromEntries([...found].map(([key, one]) => [key, one.because ?? one.state]));
}

test("what a branch did not lead to is skipped, and says which way it went", () => {
  expect(reasons([execution("plain", { exit: "true" }), execution("age", {})], true)).toEqual({
    plain: "COMPLETED", mark: "'Plain?' took 'true'", age: "COMPLETED", late: "'Plain?' took 'true'",
  });
});

test("what may still be reached is not skipped while the turn goes on", () => {
  expect(reasons([execution("plain", { status: "RUNNING", exit: null })], false)).toEqual({
    plain: "RUNNING", mark: "NOT_REACHED", age: "NOT_REACHED", late: "NOT_REACHED",
  });
});

test("after a failure nothing leads on but the exit error", () => {
  const scope = [execution("plain", { exit: "false" }), execution("mark", { status: "FAILED", exit: null })];
  expect(reasons(scope, true)).toMatchObject({ age: "'Plain?' took 'false'", late: "this iteration ended before it" });
});

test("a filter that stopped says so", () => {
  expect(reasons([execution("plain", { exit: null })], true)).toMatchObject({ mark: "'Plain?' stopped here" });
});
