import { ArrowDownLeft, ArrowUpRight } from "lucide-react";
import type { ResultCopyFragment } from "../api/graphql";
import { JsonView } from "../json/JsonView";
import { Section } from "../ui/Section";
import styles from "./Activity.module.css";

type HttpResult = Extract<NonNullable<ResultCopyFragment["result"]>, { __typename: "HttpResult" }>;

interface Asked {
  method?: unknown;
  url?: unknown;
  headers?: unknown;
  query?: unknown;
  body?: unknown;
}

/** An exchange over HTTP: what was asked, and what came back. */
export function Http({ result, inputs }: { result: HttpResult; inputs: unknown }) {
  const asked = (inputs ?? {}) as Asked;
  const failed = result.status >= 400;
  return (
    <>
      <Section title="Request">
        <p className={styles.http}>
          <ArrowUpRight size={15} aria-hidden />
          <strong>{typeof asked.method === "string" ? asked.method : "GET"}</strong>
          <code>{typeof asked.url === "string" ? asked.url : ""}</code>
        </p>
        {filled(asked.query) && <JsonView value={asked.query} label="the query" />}
        {filled(asked.headers) && <JsonView value={asked.headers} label="the request's headers" />}
        {filled(asked.body) && <JsonView value={asked.body} label="the request's body" />}
      </Section>
      <Section title="Response">
        <p className={styles.http}>
          <ArrowDownLeft size={15} aria-hidden />
          <strong className={failed ? styles.no : styles.yes}>
            {result.status} {failed ? "refused" : "answered"}
          </strong>
          {result.bodyTruncated && <span className={styles.note}>the body is longer than what is kept</span>}
        </p>
        <JsonView value={result.body} label="the response's body" at="body" />
        <details className={styles.more}>
          <summary>Headers</summary>
          <JsonView value={result.headers} label="the response's headers" at="headers" />
        </details>
      </Section>
    </>
  );
}

function filled(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}
