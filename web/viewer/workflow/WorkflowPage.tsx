import { useCallback, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { Canvas, type CanvasProps } from "../canvas/Canvas";
import type { RunView } from "../data/live_run";
import { useLatest } from "../data/use_latest";
import { useRun } from "../data/use_run";
import { useRunsUpdates } from "../data/use_runs_updates";
import { useTurns, type TakesTurns } from "../data/use_turns";
import { WorkflowQuery } from "../data/workflow_documents";
import type { VersionCopyFragment } from "../api/graphql";
import { places as placesOf, type Chosen } from "../loop/places";
import { NotFound } from "../NotFound";
import { shownActivities, shownEdges } from "../run/shown";
import { writePlace } from "../run/place";
import { Skeleton, Trouble } from "../ui/Notice";
import { Page } from "../ui/Page";
import { Split } from "../ui/Split";
import { StatePill } from "../ui/StatePill";
import { RunsList } from "./RunsList";
import { StartRun } from "./StartRun";
import { Stats } from "./Stats";
import styles from "./Workflow.module.css";

const NOTHING = new Map<string, never>();

/** A workflow: its canvas with the latest run laid over it, its statistics, and all its runs. */
export default function WorkflowPage({ id }: { id: string }) {
  const { data, error, refresh } = useLatest(WorkflowQuery, { id });
  const [changes, setChanges] = useState(0);
  useRunsUpdates({ workflowId: id }, ({ change }) => {
    if (change === "ENTER") refresh();
  }, refresh);
  if (data === null) {
    return (
      <Page title="Workflow" crumbs={[]}>
        {error === null ? <Skeleton lines={6} label="Loading the workflow" /> : <Trouble message={error} retry={refresh} />}
      </Page>
    );
  }
  const { workflow } = data;
  if (!workflow) return <NotFound what="workflow" />;
  const version = workflow.published ?? workflow.draft;
  const latest = workflow.latestRun?.id ?? null;
  return (
    <Page
      title={workflow.name}
      crumbs={[{ label: "Workflows", href: "/" }]}
      status={<StatePill state={workflow.status} />}
      actions={workflow.published && <StartRun workflow={workflow} trigger={workflow.published.trigger} />}
    >
      <Split
        main={
          latest !== null ? <LatestRun key={latest} id={latest} /> : version ? <Plain version={version} /> : <div />
        }
        side={
          <div className={styles.side}>
            {workflow.description && <p className={styles.description}>{workflow.description}</p>}
            <Stats workflowId={id} changes={changes} />
            <RunsList workflowId={id} open={latest} onChange={setChanges} />
          </div>
        }
      />
    </Page>
  );
}

function Plain({ version }: { version: VersionCopyFragment }) {
  return (
    <Canvas version={version} shown={null} edges={null} places={NOTHING} selected={null} onSelect={ignore} onTurn={ignore} />
  );
}

function ignore(): void {
  // Without a run there is nothing to open.
}

/** The canvas of the newest run, live; an activity opens it there. */
function LatestRun({ id }: { id: string }) {
  const { state, live } = useRun(id);
  const [, navigate] = useLocation();
  const [chosen, setChosen] = useState<Chosen>(NOTHING);
  const onTurn = useCallback((loop: string, index: number) => setChosen((now) => new Map(now).set(loop, index)), []);
  const onSelect = useCallback(
    (activity: string) => navigate(writePlace(id, { activity, chosen, seq: null, timeline: false })),
    [id, chosen, navigate],
  );
  const view = state.is === "shown" ? state : null;
  const drawn = useMemo(() => {
    if (view === null) return null;
    const { run, picture, whole } = view;
    const version = { activities: run.version.activities.map((one) => ({ ...one, parent: one.parent ?? null })), edges: run.version.edges };
    const places = placesOf(version.activities, picture, chosen);
    return { places, shown: shownActivities(version, picture, places, whole), edges: shownEdges(version, picture, places) };
  }, [view, chosen]);
  if (state.is === "missing") return <Trouble message="The latest run is gone" />;
  if (state.is === "failed") return <Trouble message={state.message} retry={live.reload} />;
  if (view === null || drawn === null) return <Skeleton lines={6} label="Loading the latest run" />;
  return <LatestCanvas view={view} add={live.add} {...drawn} onSelect={onSelect} onTurn={onTurn} />;
}

type Drawn = Pick<CanvasProps, "shown" | "edges" | "places" | "onSelect" | "onTurn">;

function LatestCanvas({ view, add, ...drawn }: { view: RunView; add: TakesTurns["add"] } & Drawn) {
  useTurns({ view, at: null, add }, [...drawn.places.values()].map((place) => place.path));
  return <Canvas version={view.run.version} {...drawn} selected={null} />;
}
