// Subscriptions over a socket with `socket` as the third argument, else over the same HTTP address.
import { createClient } from "graphql-ws";
import { Client, fetchExchange, subscriptionExchange } from "urql";
import { MUTATION, QUERY, SUBSCRIPTION, WRONG, report, socketUrl, url, workflowId } from "./documents.mjs";

const socket = process.argv[4] === "socket" ? createClient({ url: socketUrl }) : null;
const overSocket = subscriptionExchange({
  forwardSubscription: (request) => ({
    subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...request, query: request.query ?? "" }, sink) }),
  }),
});
const client = new Client({
  url,
  preferGetMethod: false,
  fetchSubscriptions: socket === null,
  exchanges: socket === null ? [fetchExchange] : [fetchExchange, overSocket],
});

const query = await client.query(QUERY, { id: workflowId }).toPromise();
const byGet = await client.query(QUERY, { id: workflowId }, { preferGetMethod: "force" }).toPromise();
if (byGet.data.workflow.id !== query.data.workflow.id) throw new Error("GET answers otherwise than POST");
const mutation = await client.mutation(MUTATION, { id: workflowId }).toPromise();
const wrong = await client.query(WRONG, {}).toPromise();

const updates = [];
client.subscription(SUBSCRIPTION, { id: mutation.data.startRun.run.id }).subscribe((result) => {
  if (result.error) throw result.error;
  updates.push(result.data);
  if (["RunCompleted", "RunFailed"].includes(result.data.runUpdates.type)) {
    report({ query: query.data, mutation: mutation.data, updates, wrong: wrong.error.graphQLErrors[0].message });
  }
});
