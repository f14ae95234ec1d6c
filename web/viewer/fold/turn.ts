/** One turn of a Loop on the canvas: what became of each activity of its body, and which edges it took. */

import { FINAL_EXECUTIONS, type Definition, type Execution, type RunGraphState } from "./picture";
import { stateOf } from "./state";

export interface TurnState {
  state: RunGraphState;
  execution: Execution | null;
  because: string | null;
}

type Edge = Definition["edges"][number];

/**
 * Says what became of the body of a Loop in one turn.
 *
 * `over` is whether the turn has ended: what was not reached then never will be.
 */
export function turnStates(
  definition: Definition,
  loop: string,
  scope: ReadonlyMap<string, Execution>,
  over: boolean,
): Map<string, TurnState> {
  const body = definition.activities.filter((activity) => activity.parent === loop);
  return new Map(body.map(({ key }) => [key, turnState(definition, key, scope, over)]));
}

function turnState(
  definition: Definition,
  key: string,
  scope: ReadonlyMap<string, Execution>,
  over: boolean,
): TurnState {
  const execution = scope.get(key) ?? null;
  if (execution !== null) return { state: stateOf(execution.status), execution, because: null };
  const because = notReached(definition, key, scope, new Set());
  if (because === null && !over) return { state: "NOT_REACHED", execution, because: null };
  return { state: "SKIPPED", execution, because: because ?? "this iteration ended before it" };
}

/** Says why nothing can lead to an activity any more; null while something still can. */
function notReached(
  definition: Definition,
  key: string,
  scope: ReadonlyMap<string, Execution>,
  seen: Set<string>,
): string | null {
  if (seen.has(key)) return null;
  seen.add(key);
  let reason: string | null = null;
  for (const edge of definition.edges) {
    if (edge.to !== key) continue;
    const source = scope.get(edge.from);
    const one = source === undefined ? notReached(definition, edge.from, scope, seen) : whyNot(source, edge);
    if (one === null) return null;
    reason ??= one;
  }
  return reason;
}

function whyNot(source: Execution, edge: Edge): string | null {
  if (!FINAL_EXECUTIONS.has(source.status) || took(source, edge)) return null;
  if (source.status === "FAILED") return `'${source.name}' failed`;
  if (source.status === "CANCELED") return `'${source.name}' was canceled`;
  if (source.exit === null) return `'${source.name}' stopped here`;
  return edge.exit === "error" ? `'${source.name}' did not fail` : `'${source.name}' took '${source.exit}'`;
}

/** Whether an execution left by an edge. */
export function took(source: Execution, edge: Edge): boolean {
  if (source.status === "FAILED") return edge.exit === "error";
  return source.status === "COMPLETED" && source.exit === edge.exit;
}
