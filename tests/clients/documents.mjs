// What each client does: ask, start a run, follow it to its end, ask for what is wrong. `report` prints what it met.
export const [, , url, workflowId] = process.argv;
export const socketUrl = url.replace(/^http/, "ws");

export const QUERY = `query Named($id: ID!) { workflow(id: $id) { id name } }`;
export const MUTATION = `mutation Start($id: ID!) { startRun(input: { workflowId: $id, payload: { n: 3 } }) { run { id status } errors { code } } }`;
export const SUBSCRIPTION = `subscription Follow($id: ID!) { runUpdates(runId: $id, after: 0) { seq type run { status } } }`;
export const WRONG = `query Wrong { nothing }`;

export function report({ query, mutation, updates, wrong }) {
  console.log(
    JSON.stringify({
      workflow: query.workflow.id,
      run: mutation.startRun.run.id,
      seqs: updates.map((one) => one.runUpdates.seq),
      last: updates.at(-1).runUpdates.type,
      wrong,
    }),
  );
  process.exit(0);
}
