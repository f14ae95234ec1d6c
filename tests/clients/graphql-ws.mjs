import { createClient } from "graphql-ws";
import { MUTATION, QUERY, SUBSCRIPTION, WRONG, report, socketUrl, workflowId } from "./documents.mjs";

const client = createClient({ url: socketUrl });
const all = async (query, variables) => {
  const found = [];
  for await (const result of client.iterate({ query, variables })) found.push(result.data);
  return found;
};

const [query] = await all(QUERY, { id: workflowId });
const [mutation] = await all(MUTATION, { id: workflowId });
const updates = await all(SUBSCRIPTION, { id: mutation.startRun.run.id });
const wrong = await all(WRONG).catch((errors) => errors[0].message);
report({ query, mutation, updates, wrong });
