import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import { createRoot } from "react-dom/client";
import { EXAMPLES } from "./examples";

const address = new URL("/graphql", window.location.href);
const socket = new URL(address);
socket.protocol = address.protocol === "https:" ? "wss:" : "ws:";

// What the headers editor holds goes along as headers, and over a socket in `connection_init`.
const fetcher = createGraphiQLFetcher({ url: address.href, subscriptionUrl: socket.href });

const page = document.getElementById("page");
if (page === null) throw new Error("the page has no place for GraphiQL");
createRoot(page).render(
  <GraphiQL
    fetcher={fetcher}
    defaultTabs={EXAMPLES}
    defaultEditorToolsVisibility="variables"
    shouldPersistHeaders={false}
    inputValueDeprecation
    schemaDescription
  />,
);
