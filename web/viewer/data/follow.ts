/** Follows a subscription for as long as it is wanted: what breaks off is taken up again. */

import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { stringifyDocument } from "urql";
import { socket } from "./client";
import { find, lose } from "./connection";

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 10_000;

export interface Following<Data, Variables extends object> {
  document: TypedDocumentNode<Data, Variables>;
  /** Asked anew each time, so that it can be taken up from where it broke off. */
  variables: () => Variables;
  next: (data: Data) => void;
  /** Once it is followed again after a loss. */
  back?: () => void;
  /** The server completed it: says whether that was the end, or it is to be taken up again. */
  ended: () => boolean;
  /** The server refuses it: by the code of its error. It is not taken up again. */
  refused: (code: string, message: string) => void;
}

/** Begins to follow; gives what ends it. */
export function follow<Data, Variables extends object>(what: Following<Data, Variables>): () => void {
  const follower = new Follower(what);
  follower.begin();
  return () => follower.end();
}

class Follower<Data, Variables extends object> {
  private wanted = true;
  private failures = 0;
  private timer: number | undefined;
  private leave: () => void = () => undefined;

  constructor(private readonly what: Following<Data, Variables>) {}

  begin(): void {
    window.addEventListener("online", this.hurry);
    document.addEventListener("visibilitychange", this.hurry);
    this.subscribe();
  }

  end(): void {
    this.wanted = false;
    window.clearTimeout(this.timer);
    window.removeEventListener("online", this.hurry);
    document.removeEventListener("visibilitychange", this.hurry);
    this.leave();
    find(this);
  }

  private subscribe(): void {
    this.timer = undefined;
    const query = stringifyDocument(this.what.document);
    const variables = Object.fromEntries(Object.entries(this.what.variables()));
    this.leave = socket.subscribe<Data>(
      { query, variables },
      {
        next: (result) => {
          if (result.errors !== undefined) this.refuse(result.errors);
          else if (result.data) this.take(result.data);
        },
        error: (reason) => {
          if (Array.isArray(reason)) this.refuse(reason as readonly Refusal[]);
          else this.again();
        },
        complete: () => {
          if (!this.wanted) return;
          if (this.what.ended()) this.end();
          else this.again();
        },
      },
    );
    if (this.failures > 0) void this.heard();
  }

  /** A socket that answers a ping of ours is there again, even where nothing happens that it could send. */
  private async heard(): Promise<void> {
    const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
    if (this.wanted && answer?.ok === true && this.timer === undefined) this.foundAgain();
  }

  private take(data: Data): void {
    if (!this.wanted) return;
    this.foundAgain();
    this.what.next(data);
  }

  private foundAgain(): void {
    if (this.failures === 0) return;
    this.failures = 0;
    find(this);
    this.what.back?.();
  }

  private again(): void {
    if (!this.wanted || this.timer !== undefined) return;
    lose(this);
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures);
    this.failures += 1;
    this.timer = window.setTimeout(() => this.subscribe(), pause * (0.75 + Math.random() / 2));
  }

  /** The network, or the person, is back: no need to wait out the pause. */
  private readonly hurry = (): void => {
    if (this.timer === undefined || document.visibilityState === "hidden") return;
    window.clearTimeout(this.timer);
    this.subscribe();
  };

  private refuse(errors: readonly Refusal[]): void {
    if (!this.wanted) return;
    const first = errors[0];
    const code = first?.extensions?.code;
    this.end();
    this.what.refused(typeof code === "string" ? code : "UNKNOWN", first?.message ?? "The server refuses it");
  }
}

interface Refusal {
  message: string;
  extensions?: Record<string, unknown> | undefined;
}
