import { expect, test } from "vitest";
import type { RunLineFragment } from "../api/graphql";
import { NO_RUNS, withChange, withPage } from "./run_list";

function run(number: number, seq = 1): RunLineFragment {
  return {
    id: `run_${number}`, seq, status: "RUNNING", queuedAt: `2026-11-22T09:0${number}:00.000000Z`, startedAt: null,
    endedAt: null, creditsUsed: 0, trigger: { type: "MANUAL", actor: { name: "somebody" } }, error: null,
  };
}

function ids(list: { runs: readonly RunLineFragment[] }): string[] {
  return list.runs.map((one) => `${one.id}@${one.seq}`);
}

const LIST = withPage(NO_RUNS, [run(5), run(4)], "cursor");

test("pages follow one another, newest first, and a run that is on two is there once", () => {
  expect(ids(withPage(LIST, [run(4, 2), run(3)], null))).toEqual(["run_5@1", "run_4@2", "run_3@1"]);
});

test("a run that enters stands where it belongs", () => {
  expect(ids(withChange(LIST, "ENTER", run(6)))).toEqual(["run_6@1", "run_5@1", "run_4@1"]);
});

test("what enters below the last page waits for its page", () => {
  expect(withChange(LIST, "ENTER", run(2))).toBe(LIST);
  expect(ids(withChange({ ...LIST, after: null }, "ENTER", run(2)))).toEqual(["run_5@1", "run_4@1", "run_2@1"]);
});

test("of two copies the higher seq is right, whichever comes first", () => {
  const newer = withChange(LIST, "UPDATE", run(5, 9));
  expect(ids(newer)).toEqual(["run_5@9", "run_4@1"]);
  expect(withChange(newer, "UPDATE", run(5, 8))).toBe(newer);
  expect(withChange(newer, "LEAVE", run(5, 8))).toBe(newer);
  expect(ids(withPage(newer, [run(5, 3)], null))).toEqual(["run_5@9", "run_4@1"]);
});

test("a run that leaves is gone", () => {
  expect(ids(withChange(LIST, "LEAVE", run(5, 2)))).toEqual(["run_4@1"]);
});
