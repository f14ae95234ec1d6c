import { createClient } from "graphql-sse";
import { MUTATION, QUERY, SUBSCRIPTION, WRONG, report, url, workflowId } from "./documents.mjs";

const client = createClient({ url });
const all = async (query, variables) => {
  const found = [];
  for await (const result of client.iterate({ query, variables })) found.push(result);
  return found;
};

const [query] = await all(QUERY, { id: workflowId });
const [mutation] = await all(MUTATION, { id: workflowId });
const updates = await all(SUBSCRIPTION, { id: mutation.data.startRun.run.id });
const [wrong] = await all(WRONG);
report({
  query: query.data,
  mutation: mutation.data,
  updates: updates.map((one) => one.data),
  wrong: wrong.errors[0].message,
});
