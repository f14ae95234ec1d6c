/** The keys of the timeline, as those of a tree: what a key does to the row that is active. Pure. */

import type { Row, Rows } from "./rows";

export type Step = { is: "go"; index: number } | { is: "toggle" } | { is: "open" };

/** Gives what a key does; null where it does nothing here. `page` is how many rows a page of them is. */
export function walk(rows: Rows, index: number, key: string, page: number): Step | null {
  const row = rows.at(index);
  if (row === null) return rows.length === 0 ? null : go(rows, 0);
  switch (key) {
    case "ArrowDown":
      return go(rows, index + 1);
    case "ArrowUp":
      return go(rows, index - 1);
    case "PageDown":
      return go(rows, index + page);
    case "PageUp":
      return go(rows, index - page);
    case "Home":
      return go(rows, 0);
    case "End":
      return go(rows, rows.length - 1);
    case "ArrowRight":
      if (!foldable(row)) return null;
      return row.open ? go(rows, index + 1) : { is: "toggle" };
    case "ArrowLeft":
      if (foldable(row) && row.open) return { is: "toggle" };
      return row.parent === null ? null : go(rows, row.parent);
    case "Enter":
    case " ":
      return { is: "open" };
    default:
      return null;
  }
}

/** Whether there is something in a row to unfold. */
export function foldable(row: Row): row is Extract<Row, { open: boolean | null }> & { open: boolean } {
  return row.kind !== "unknown" && row.open !== null;
}

function go(rows: Rows, index: number): Step {
  return { is: "go", index: Math.max(0, Math.min(rows.length - 1, index)) };
}
