import { ChartNoAxesGantt } from "lucide-react";
import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";
import { ActivityPanel } from "../activity/ActivityPanel";
import { Canvas } from "../canvas/Canvas";
import type { RunView } from "../data/live_run";
import { usePast } from "../data/use_past";
import { useRun } from "../data/use_run";
import { useTurns } from "../data/use_turns";
import type { Copy } from "../fold/snapshot";
import { places as placesOf } from "../loop/places";
import { NotFound } from "../NotFound";
import { Timeline } from "../timeline/Timeline";
import { Button } from "../ui/Button";
import { Moment, useNow } from "../ui/clock";
import { moment } from "../ui/format";
import { Skeleton, Trouble } from "../ui/Notice";
import { Page } from "../ui/Page";
import { StatePill } from "../ui/StatePill";
import { Split } from "../ui/Split";
import { CancelButton } from "./CancelButton";
import { Overview } from "./Overview";
import styles from "./Run.module.css";
import { readPlace, writePlace, type RunPlace } from "./place";
import { Scrubber } from "./Scrubber";
import { shownActivities, shownEdges } from "./shown";
import { useRunKeys } from "./use_run_keys";

/** One run, live: its way through the canvas, and beside it the run or one activity of it. */
export default function RunPage({ id, activity }: { id: string; activity: string | null }) {
  const { state, live } = useRun(id);
  const search = useSearch();
  const place = useMemo(() => readPlace(activity, search), [activity, search]);
  const past = usePast(id, place.seq);
  if (state.is === "missing") return <NotFound what="run" />;
  if (state.is !== "shown") {
    return (
      <Page title="Run" crumbs={[]}>
        {state.is === "loading" ? <Skeleton lines={6} label="Loading the run" /> : <Trouble message={state.message} retry={live.reload} />}
      </Page>
    );
  }
  const shown = place.seq === null ? state : (past.view ?? state);
  return (
    <Moment value={place.seq === null || shown.picture.at === null ? null : Date.parse(shown.picture.at)}>
      <RunShown
        id={id}
        now={state}
        view={shown}
        place={place}
        add={place.seq === null ? live.add : past.add}
        trouble={past.error}
      />
    </Moment>
  );
}

interface ShownProps {
  id: string;
  now: RunView;
  view: RunView;
  place: RunPlace;
  add: (path: string, copies: readonly Copy[]) => void;
  trouble: string | null;
}

function RunShown({ id, now, view, place, add, trouble }: ShownProps) {
  const go = useGo(id, place);
  const { run, picture } = view;
  const { version } = run;
  const today = useNow(false);
  const definition = useMemo(() => definitionOf(version), [version]);
  const places = useMemo(() => placesOf(version.activities, picture, place.chosen), [version, picture, place.chosen]);
  useTurns({ view, at: place.seq, add }, [...places.values()].map((one) => one.path));
  const shown = useMemo(
    () => shownActivities(definition, picture, places, view.whole),
    [definition, picture, places, view.whole],
  );
  const edges = useMemo(() => shownEdges(definition, picture, places), [definition, picture, places]);
  useRunKeys({ version, shown, places, place, ...go });
  const selected = place.activity === null ? undefined : version.activities.find((one) => one.key === place.activity);
  const chosen = selected && shown.get(selected.key);
  const { header } = picture;
  return (
    <Page
      title={`Run of ${moment(run.queuedAt, today)}`}
      crumbs={[{ label: run.workflow.name, href: `/workflows/${run.workflow.id}` }]}
      status={<StatePill state={header.status} />}
      actions={
        <>
          <Button aria-pressed={place.timeline} onClick={go.onTimeline}>
            <ChartNoAxesGantt size={14} aria-hidden /> Timeline
          </Button>
          {place.seq === null && <CancelButton runId={id} status={header.status} />}
        </>
      }
    >
      <Split
        open={place.activity ?? ""}
        main={
          <>
            <Canvas
              version={version}
              shown={shown}
              edges={edges}
              places={places}
              selected={place.activity}
              onSelect={go.onSelect}
              onTurn={go.onTurn}
            />
            {place.timeline && (
              <div className={styles.beside}>
                <Timeline view={view} at={place.seq} selected={chosen?.execution?.id ?? null} add={add} onOpen={go.onOpen} />
              </div>
            )}
            {trouble !== null && <Trouble message={trouble} />}
            <Scrubber last={now.picture.seq} at={place.seq} when={picture.at} onSeq={go.onSeq} />
          </>
        }
        side={
          selected && chosen ? (
            <ActivityPanel
              key={selected.key}
              activity={selected}
              shown={chosen}
              around={aroundOf(selected.parent, version.activities, places, go.onTurn)}
              own={ownOf(selected.key, places, go.onTurn)}
              at={place.seq}
              research={picture.research}
              onClose={() => go.onSelect(null)}
            />
          ) : (
            <Overview view={view} shown={shown} at={place.seq} onOpen={go.onOpen} />
          )
        }
      />
    </Page>
  );
}

type Activities = RunView["run"]["version"]["activities"];
type Places = ReturnType<typeof placesOf>;
type OnTurn = (loop: string, index: number) => void;

function definitionOf(version: RunView["run"]["version"]) {
  return {
    activities: version.activities.map((one) => ({ ...one, parent: one.parent ?? null })),
    edges: version.edges,
  };
}

function aroundOf(parent: string | null | undefined, activities: Activities, places: Places, onTurn: OnTurn) {
  const loop = activities.find((one) => one.key === parent);
  const place = loop && places.get(loop.key);
  return loop && place ? { name: loop.name, place, onTurn: (index: number) => onTurn(loop.key, index) } : null;
}

function ownOf(key: string, places: Places, onTurn: OnTurn) {
  const place = places.get(key);
  return place ? { place, onTurn: (index: number) => onTurn(key, index) } : null;
}

/** The ways to go from here; each is an address. */
function useGo(id: string, place: RunPlace) {
  const [, navigate] = useLocation();
  const to = useCallback(
    (change: Partial<RunPlace>, replace = false) => navigate(writePlace(id, { ...place, ...change }), { replace }),
    [id, place, navigate],
  );
  return {
    onSelect: useCallback((activity: string | null) => to({ activity }), [to]),
    onTurn: useCallback(
      (loop: string, index: number) => to({ chosen: new Map(place.chosen).set(loop, index) }, true),
      [to, place.chosen],
    ),
    onOpen: useCallback((activity: string, chosen: RunPlace["chosen"]) => to({ activity, chosen }), [to]),
    onSeq: useCallback((seq: number | null) => to({ seq }, true), [to]),
    onTimeline: useCallback(() => to({ timeline: !place.timeline }), [to, place.timeline]),
  };
}
