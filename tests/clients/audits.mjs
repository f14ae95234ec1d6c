// The audits of GraphQL over HTTP, each as one line of JSON.
import { serverAudits } from "graphql-http";
import { url } from "./documents.mjs";

for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const { id, name, status, reason } = await audit.fn();
  console.log(JSON.stringify({ id, name, status, reason }));
}
