import { Play, Search, Workflow as WorkflowIcon } from "lucide-react";
import { useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import type { WorkflowsQuery as Found } from "../api/graphql";
import { useLatest } from "../data/use_latest";
import { useRunsUpdates } from "../data/use_runs_updates";
import { WorkflowsQuery } from "../data/workflow_documents";
import { Button } from "../ui/Button";
import { count } from "../ui/format";
import { useKeys } from "../ui/keys";
import { Empty, Skeleton, Trouble } from "../ui/Notice";
import { Page } from "../ui/Page";
import { StateIcon, StatePill } from "../ui/StatePill";
import { LOOKS } from "../ui/states";
import { Time } from "../ui/Time";
import { runDemo } from "./start";
import { TRIGGERS } from "./triggers";
import styles from "./WorkflowsPage.module.css";

type Line = Found["workflows"]["edges"][number]["node"];

const DAY_MS = 24 * 60 * 60 * 1_000;

/** All workflows, each with its last run and its last day; what to do first where none ever ran. */
export function WorkflowsPage() {
  const [search, setSearch] = useState("");
  const [since] = useState(() => new Date(Math.floor(Date.now() / 60_000) * 60_000 - DAY_MS).toISOString());
  const field = useRef<HTMLInputElement>(null);
  const { data, error, refresh } = useLatest(WorkflowsQuery, { since, search: search || null, after: null });
  useRunsUpdates({}, refresh, refresh);
  useKeys({ "/": () => field.current?.focus() });
  const lines = data?.workflows.edges.map((edge) => edge.node) ?? [];
  const first = data !== null && search === "" && lines.every((line) => !line.latestRun);
  return (
    <Page title="Workflows" crumbs={[]}>
      <div className={styles.content}>
        {first && <FirstVisit workflows={lines} />}
        <div className={styles.tools}>
          <label className={styles.search}>
            <Search size={14} aria-hidden />
            <span className="visually-hidden">Search the workflows</span>
            <input
              ref={field}
              type="search"
              placeholder="Search"
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
          </label>
        </div>
        {error !== null && <Trouble message={error} retry={refresh} />}
        {data === null && error === null && <Skeleton lines={8} label="Loading the workflows" />}
        {lines.length > 0 && <Table lines={lines} />}
        {data?.workflows.pageInfo.hasNextPage && <More key={search} since={since} search={search} after={data.workflows.pageInfo.endCursor ?? null} />}
        {data !== null && lines.length === 0 && search !== "" && (
          <Empty icon={Search} title={`No workflow holds “${search}”`}>
            <Button onClick={() => setSearch("")}>Show all</Button>
          </Empty>
        )}
      </div>
    </Page>
  );
}

/** The page of workflows after a cursor, once one asks for it. */
function More({ since, search, after }: { since: string; search: string; after: string | null }) {
  const [asked, setAsked] = useState(false);
  if (!asked) return <Button onClick={() => setAsked(true)}>Show more workflows</Button>;
  return <NextPage since={since} search={search} after={after} />;
}

function NextPage({ since, search, after }: { since: string; search: string; after: string | null }) {
  const { data, error, refresh } = useLatest(WorkflowsQuery, { since, search: search || null, after });
  useRunsUpdates({}, refresh, refresh);
  if (data === null) return error === null ? <Skeleton lines={4} label="Loading more workflows" /> : <Trouble message={error} retry={refresh} />;
  const { edges, pageInfo } = data.workflows;
  return (
    <>
      <Table lines={edges.map((edge) => edge.node)} />
      {pageInfo.hasNextPage && <More since={since} search={search} after={pageInfo.endCursor ?? null} />}
    </>
  );
}

function FirstVisit({ workflows }: { workflows: readonly Line[] }) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const [, go] = useLocation();
  const run = async (): Promise<void> => {
    setBusy(true);
    const started = await runDemo(workflows);
    setBusy(false);
    if ("runId" in started) go(`/runs/${started.runId}`);
    else setFault(started.faults.map((one) => one.message).join(" "));
  };
  return (
    <section className={styles.first}>
      <WorkflowIcon size={20} aria-hidden />
      <div>
        <h2>Nothing has run yet</h2>
        <p>
          Run the demo and watch it live: which way each condition goes and why, every turn of a loop, what each
          activity was given and gave, and what it cost.
        </p>
        {fault !== null && <Trouble message={fault} />}
      </div>
      <Button kind="primary" disabled={busy} onClick={() => void run()}>
        <Play size={14} aria-hidden /> Run the demo
      </Button>
    </section>
  );
}

function Table({ lines }: { lines: readonly Line[] }) {
  return (
    <div className={styles.frame}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Workflow</th>
            <th scope="col">State</th>
            <th scope="col">Last run</th>
            <th scope="col" className={styles.number}>
              Runs, 24 h
            </th>
            <th scope="col" className={styles.number}>
              Failed, 24 h
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Row key={line.id} line={line} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ line }: { line: Line }) {
  const trigger = line.published ? TRIGGERS[line.published.trigger.type] : null;
  const { runs, failed, running, queued } = line.stats;
  const active = running + queued;
  return (
    <tr>
      <td className={styles.name}>
        <Link href={`/workflows/${line.id}`}>{line.name}</Link>
        <span title={line.description ?? undefined}>
          {trigger && (
            <>
              <trigger.icon size={12} aria-hidden /> {trigger.label}
              {line.description ? " · " : ""}
            </>
          )}
          {line.description}
        </span>
      </td>
      <td>
        <StatePill state={line.status} quiet />
      </td>
      <td className={styles.last}>
        {line.latestRun ? (
          <Link href={`/runs/${line.latestRun.id}`}>
            <StateIcon state={line.latestRun.status} />
            <span>{LOOKS[line.latestRun.status].label}</span>
            <span className={styles.when}>
              <Time at={line.latestRun.queuedAt} relative />
            </span>
          </Link>
        ) : (
          <span className={styles.none}>Never ran</span>
        )}
      </td>
      <td className={styles.number} data-label="runs in 24 h">
        {runs > 0 ? count(runs) : "–"}
        {active > 0 && <span className={styles.active}>{count(active)} under way</span>}
      </td>
      <td className={styles.number} data-label="failed">
        {failed > 0 ? (
          <span className={styles.failed}>
            <StateIcon state="FAILED" size={12} /> {count(failed)}
          </span>
        ) : (
          "–"
        )}
      </td>
    </tr>
  );
}
