/** Starting runs, from a form and from the first visit. */

import takeAnOrder from "../../../playhead/examples/take-an-order.json";
import { client } from "../data/client";
import { CreateWorkflow, StartRun } from "../data/workflow_documents";

export interface Fault {
  message: string;
  path: readonly string[];
}

export type Started = { runId: string } | { faults: readonly Fault[] };

/** Starts a run of a workflow. */
export async function startRun(workflowId: string, payload: unknown, recordId: string | null = null): Promise<Started> {
  const { data, error } = await client.mutation(StartRun, { input: { workflowId, payload, recordId } });
  if (error) return { faults: [{ message: error.message, path: [] }] };
  const found = data?.startRun;
  return found?.run ? { runId: found.run.id } : { faults: found?.errors ?? [] };
}

const DEMO = { name: "Review a sector", payload: { sector: "Health Care" } };
const ORDER = {
  text: JSON.stringify({
    number: "PH-1042",
    date: "2026-11-22",
    lines: [
      { article: "Oak desk", quantity: 2, price: 420 },
      { article: "Desk lamp", quantity: 4, price: 39.5 },
      { article: "Chair", quantity: 6, price: 189 },
    ],
  }),
};

/** Runs the demo: the example of the demo workspace, or where that is not there one that this makes. */
export async function runDemo(workflows: readonly { id: string; name: string }[]): Promise<Started> {
  const demo = workflows.find((workflow) => workflow.name === DEMO.name);
  if (demo) return startRun(demo.id, DEMO.payload);
  const made = workflows.find((workflow) => workflow.name === takeAnOrder.name);
  if (made) return startRun(made.id, ORDER);
  const { name, description, ...definition } = takeAnOrder;
  const { data, error } = await client.mutation(CreateWorkflow, {
    input: { name, description, definition: definition as never, publish: true },
  });
  const workflow = data?.createWorkflow.workflow;
  if (workflow) return startRun(workflow.id, ORDER);
  return { faults: error ? [{ message: error.message, path: [] }] : (data?.createWorkflow.errors ?? []) };
}
