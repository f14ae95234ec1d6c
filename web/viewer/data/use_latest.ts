/** A query whose answer is asked for again when something says that it is out of date. */

import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { useCallback, useEffect, useRef, useState } from "react";
import type { AnyVariables } from "urql";
import { client } from "./client";

export interface Latest<Data> {
  data: Data | null;
  error: string | null;
  /** Asks again, at once the first time, then at most once in `pauseMs`. */
  refresh: () => void;
}

/** Keeps the last answer while a new one is asked for; answers of other variables are dropped. */
export function useLatest<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  pauseMs = 1_000,
): Latest<Data> {
  const key = JSON.stringify(variables);
  const [answer, setAnswer] = useState<{ key: string; data: Data | null; error: string | null } | null>(null);
  const ask = useRef<() => void>(() => undefined);
  useEffect(() => {
    const asking = new Asking(pauseMs, async () => {
      const found = await client.query(document, JSON.parse(key) as Variables);
      const error = found.error?.message.replace(/^\[\w+\] /, "") ?? null;
      if (asking.wanted) setAnswer((old) => ({ key, data: found.data ?? (old?.key === key ? old.data : null), error }));
    });
    ask.current = asking.ask;
    asking.ask();
    return asking.end;
  }, [document, key, pauseMs]);
  const refresh = useCallback(() => ask.current(), []);
  const current = answer?.key === key ? answer : null;
  return { data: current?.data ?? null, error: current?.error ?? null, refresh };
}

/** Asks one after another, with a pause between: however often it is told to. */
class Asking {
  wanted = true;
  private busy = false;
  private again = false;
  private timer: number | undefined;

  constructor(
    private readonly pauseMs: number,
    private readonly load: () => Promise<void>,
  ) {}

  readonly ask = (): void => {
    if (this.busy) this.again = true;
    else void this.run();
  };

  readonly end = (): void => {
    this.wanted = false;
    window.clearTimeout(this.timer);
  };

  private async run(): Promise<void> {
    this.busy = true;
    await this.load();
    if (!this.wanted) return;
    this.timer = window.setTimeout(() => {
      this.busy = false;
      if (!this.again) return;
      this.again = false;
      void this.run();
    }, this.pauseMs);
  }
}
