import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { parse } from "graphql";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { follow, type Following } from "./follow";

interface Sink {
  next: (result: unknown) => void;
  error: (reason: unknown) => void;
  complete: () => void;
}

const subscriptions: { variables: unknown; sink: Sink; left: boolean }[] = [];
const told: string[] = [];

vi.mock("./client", () => ({
  socket: {
    subscribe: ({ variables }: { variables: unknown }, sink: Sink) => {
      const one = { variables, sink, left: false };
      subscriptions.push(one);
      return () => (one.left = true);
    },
  },
}));
vi.mock("./connection", () => ({ lose: () => told.push("lost"), find: () => told.push("found") }));

const DOCUMENT = parse("subscription S($after: Int!) { events(after: $after) }") as TypedDocumentNode<
  { seq: number },
  { after: number }
>;

let seq = 0;
let ended = false;
let leave: () => void = () => undefined;

function begin(rest: Partial<Following<{ seq: number }, { after: number }>> = {}): void {
  leave = follow({
    document: DOCUMENT,
    variables: () => ({ after: seq }),
    next: (data) => (seq = data.seq),
    ended: () => ended,
    refused: (code) => told.push(code),
    ...rest,
  });
}

function last() {
  const found = subscriptions.at(-1);
  if (found === undefined) throw new Error("nothing is subscribed to");
  return found;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", () => Promise.reject(new Error("no server")));
  subscriptions.length = told.length = seq = 0;
  ended = false;
});

afterEach(() => {
  leave();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("what breaks off is taken up after the last that came, and is said to be back", () => {
  begin({ back: () => told.push("back") });
  last().sink.next({ data: { seq: 7 } });
  last().sink.error(new CloseEvent("close"));
  expect(told).toEqual(["lost"]);
  vi.advanceTimersByTime(1_000);
  expect(subscriptions.map((one) => one.variables)).toEqual([{ after: 0 }, { after: 7 }]);
  last().sink.next({ data: { seq: 8 } });
  expect(told).toEqual(["lost", "found", "back"]);
  expect(seq).toBe(8);
});

test("pauses grow while the server is away, and the network that is back ends one", () => {
  begin();
  for (const pause of [500, 1_000, 2_000, 4_000]) {
    last().sink.error(new Error("closed"));
    vi.advanceTimersByTime(pause);
  }
  expect(subscriptions).toHaveLength(5);
  last().sink.error(new Error("closed"));
  vi.advanceTimersByTime(100);
  expect(subscriptions).toHaveLength(5);
  window.dispatchEvent(new Event("online"));
  expect(subscriptions).toHaveLength(6);
});

test("the end is the end, and a server that only stops is come back to", () => {
  begin();
  last().sink.complete();
  vi.advanceTimersByTime(1_000);
  expect(subscriptions).toHaveLength(2);
  ended = true;
  last().sink.complete();
  vi.advanceTimersByTime(60_000);
  expect(subscriptions).toHaveLength(2);
});

test("what the server refuses is told, and not asked for again", () => {
  begin();
  last().sink.error([{ message: "no such run", extensions: { code: "NOT_FOUND" } }]);
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(["found", "NOT_FOUND"]);
  expect(subscriptions).toHaveLength(1);
});

test("nothing is taken, and nothing comes back, once nobody wants it", () => {
  begin();
  leave();
  expect(last().left).toBe(true);
  last().sink.next({ data: { seq: 9 } });
  last().sink.error(new Error("closed"));
  vi.advanceTimersByTime(60_000);
  expect(seq).toBe(0);
  expect(subscriptions).toHaveLength(1);
});
