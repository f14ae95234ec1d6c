import { ApolloClient, HttpLink, InMemoryCache, ApolloLink, gql } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import { MUTATION, QUERY, SUBSCRIPTION, WRONG, report, socketUrl, url, workflowId } from "./documents.mjs";

const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(createClient({ url: socketUrl })),
    new HttpLink({ uri: url }),
  ),
});

const query = await client.query({ query: gql(QUERY), variables: { id: workflowId } });
const mutation = await client.mutate({ mutation: gql(MUTATION), variables: { id: workflowId } });
const wrong = await client.query({ query: gql(WRONG) }).catch((error) => error.errors[0].message);

const updates = [];
client.subscribe({ query: gql(SUBSCRIPTION), variables: { id: mutation.data.startRun.run.id } }).subscribe({
  next: (result) => updates.push(result.data),
  error: (error) => {
    throw error;
  },
  complete: () => report({ query: query.data, mutation: mutation.data, updates, wrong }),
});
