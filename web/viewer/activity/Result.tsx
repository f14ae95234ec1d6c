import { FilePen, FilePlus, FileCheck } from "lucide-react";
import type { ResultCopyFragment } from "../api/graphql";
import { JsonView } from "../json/JsonView";
import { count, plural } from "../ui/format";
import { Facts, Section } from "../ui/Section";
import { Time } from "../ui/Time";
import { Branch } from "./Branch";
import { Http } from "./Http";
import { short } from "./short";
import styles from "./Activity.module.css";

type Result = NonNullable<ResultCopyFragment["result"]>;

/** What an activity did, each kind as its builder thinks of it. */
export function ResultView({ result, type, inputs }: { result: Result; type: string; inputs: unknown }) {
  switch (result.__typename) {
    case "BranchResult":
      return (
        <Section title="Which way, and why">
          <Branch result={result} filter={type === "filter"} />
        </Section>
      );
    case "FormulaResult":
      return <Formula result={result} />;
    case "RecordResult":
      return <RecordView result={result} />;
    case "RecordsResult":
      return <Records result={result} />;
    case "HttpResult":
      return <Http result={result} inputs={inputs} />;
    case "LoopResult":
      return (
        <Section title="Result">
          <Facts
            facts={[
              ["Items", count(result.total)],
              ["Completed", count(result.completed)],
              ["Failed", count(result.failed)],
              ["Canceled", count(result.canceled)],
            ]}
          />
        </Section>
      );
    case "WaitResult":
      return (
        <Section title="Result">
          <p>
            Goes on at <Time at={result.until} />
          </p>
        </Section>
      );
    case "TextResult":
      return (
        <Section title="Result" aside={<span className={styles.note}>{result.model}</span>}>
          <p className={styles.prose}>{result.text}</p>
          <JsonView value={result.usage} label="the usage of the model" />
        </Section>
      );
    case "ValueResult":
      return (
        <Section title="Result">
          <Value value={result.value} />
        </Section>
      );
    case "ResearchResult":
      return null;
  }
}

/** A value that stands for itself: large where it is simple, to look into where it is not. */
function Value({ value }: { value: unknown }) {
  if (value !== null && typeof value === "object") return <JsonView value={value} label="the value" />;
  return <p className={styles.value}>{short(value, 400)}</p>;
}

function Formula({ result }: { result: Extract<Result, { __typename: "FormulaResult" }> }) {
  const variables = Object.entries((result.variables ?? {}) as Record<string, unknown>);
  return (
    <Section title="Value">
      <Value value={result.value} />
      <pre className={styles.code}>{result.expression}</pre>
      {variables.length > 0 && (
        <table className={styles.variables}>
          <caption className="visually-hidden">The variables that it used</caption>
          <thead>
            <tr>
              <th scope="col">Variable</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {variables.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td title={JSON.stringify(value)}>{short(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

const ACTIONS = {
  CREATED: { word: "Created", icon: FilePlus },
  UPDATED: { word: "Updated", icon: FilePen },
  UNCHANGED: { word: "Left unchanged", icon: FileCheck },
} as const;

function RecordView({ result }: { result: Extract<Result, { __typename: "RecordResult" }> }) {
  const { word, icon: Icon } = ACTIONS[result.action];
  return (
    <Section title="Record">
      <p className={styles.record}>
        <Icon size={16} aria-hidden />
        <span>
          <strong>{word}</strong> in {result.record.object} at <Time at={result.at} /> by {result.actor.name}
        </span>
      </p>
      <code className={styles.id}>{result.record.id}</code>
      <JsonView value={result.record.values} label="the record's attributes" at="record.values" />
    </Section>
  );
}

function Records({ result }: { result: Extract<Result, { __typename: "RecordsResult" }> }) {
  return (
    <Section title="Records">
      <p className={styles.value}>{plural(result.total, "record")} found</p>
      {result.records.length > 0 && <JsonView value={result.records} label="the records" at="records" />}
    </Section>
  );
}
