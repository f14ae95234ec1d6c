/** The one client of the API: urql for what is asked, graphql-ws for what is followed. */

import { createClient as createSocket, type Client as Socket } from "graphql-ws";
import { Client, fetchExchange, mapExchange } from "urql";
import { authorization } from "./key";
import { refuse } from "./refused";

const PING_MS = 10_000;
const PONG_MS = 5_000;
const TERMINATED = 4_408;

/** Without a cache: what is shown live comes by events, and what is asked for is asked for to be new. */
export const client = new Client({
  url: "/graphql",
  exchanges: [
    mapExchange({
      onError: (error) => {
        if (error.graphQLErrors.some((one) => one.extensions.code === "UNAUTHENTICATED")) refuse();
      },
    }),
    fetchExchange,
  ],
  requestPolicy: "network-only",
  preferGetMethod: false,
  fetchOptions: () => ({ headers: authorization() }),
});

/** Opened by the first that follows something; `follow` decides about coming back, for it knows from where. */
export const socket: Socket = createSocket({
  url: socketAddress(),
  connectionParams: authorization,
  lazy: true,
  lazyCloseTimeout: 3_000,
  retryAttempts: 0,
  keepAlive: PING_MS,
  on: closingWhenSilent(),
});

function socketAddress(): string {
  const address = new URL("/graphql", window.location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}

/** A machine that slept, or whose network is gone, hears no answer to its ping: then the socket is given up. */
function closingWhenSilent() {
  let open: { close: (code: number, reason: string) => void } | null = null;
  let timer: number | undefined;
  return {
    connected: (opened: unknown) => (open = opened instanceof WebSocket ? opened : null),
    ping: (received: boolean) => {
      if (received) return;
      timer = window.setTimeout(() => open?.close(TERMINATED, "no answer to a ping"), PONG_MS);
    },
    pong: (received: boolean) => {
      if (received) window.clearTimeout(timer);
    },
    closed: () => window.clearTimeout(timer),
  };
}
