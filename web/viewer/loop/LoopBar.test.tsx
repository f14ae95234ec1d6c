import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { LoopIterationStatus } from "../fold/picture";
import { LoopBar } from "./LoopBar";

vi.mock("./Strip", () => ({ Strip: () => null }));
afterEach(cleanup);

function shown(index: number, failed: readonly number[] = []) {
  const statuses = Array.from({ length: 41 }, (_, at): LoopIterationStatus => (failed.includes(at + 1) ? "FAILED" : "COMPLETED"));
  const onTurn = vi.fn<(index: number) => void>();
  const place = { turnsPath: "each", turns: { total: 50, statuses }, index, path: `each:${index}` };
  render(<LoopBar name="Each" place={place} onTurn={onTurn} />);
  return onTurn;
}

function button(name: RegExp): HTMLButtonElement {
  return screen.getByRole("button", { name });
}

test("one walks back and on, and no further than what has begun", () => {
  const onTurn = shown(3);
  fireEvent.click(button(/^Iteration before/));
  fireEvent.click(button(/^Next iteration/));
  expect(onTurn.mock.calls).toEqual([[2], [4]]);
  cleanup();
  shown(41);
  expect(button(/^Next iteration/).disabled).toBe(true);
  cleanup();
  shown(1);
  expect(button(/^Iteration before/).disabled).toBe(true);
});

test("a position is typed; one beyond the last goes to the last, and what is no number changes nothing", () => {
  const onTurn = shown(3);
  const field = screen.getByRole<HTMLInputElement>("textbox", { name: "Iteration, 1 to 41" });
  for (const text of ["12", "999", "x", "0"]) {
    fireEvent.change(field, { target: { value: text } });
    fireEvent.keyDown(field, { key: "Enter" });
  }
  expect(onTurn.mock.calls).toEqual([[12], [41]]);
  expect(field.value).toBe("3");
});

test("one goes to the next that failed", () => {
  const onTurn = shown(3, [2, 17]);
  fireEvent.click(button(/^Next failed iteration, 2 failed/));
  expect(onTurn.mock.calls).toEqual([[17]]);
});

test("a state is told in a word, and before a turn has begun there is nothing to walk", () => {
  shown(2, [2]);
  expect(screen.getByRole("img", { name: "Failed" })).toBeDefined();
  cleanup();
  render(<LoopBar name="Each" place={{ turnsPath: "each", turns: null, index: null, path: null }} onTurn={() => undefined} />);
  expect(screen.getByText("No iteration has begun.")).toBeDefined();
});
