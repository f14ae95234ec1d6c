import { useTurnDetail } from "../data/use_detail";
import { JsonView } from "../json/JsonView";
import { LoopBar } from "../loop/LoopBar";
import { counts, type Place } from "../loop/places";
import { count, credits } from "../ui/format";
import { Skeleton, Trouble } from "../ui/Notice";
import { Facts, Section } from "../ui/Section";
import { StatePill } from "../ui/StatePill";
import { Duration } from "../ui/Time";

interface Props {
  loopId: string;
  name: string;
  place: Place;
  onTurn: (index: number) => void;
  at: number | null;
}

/** The turns of a Loop: how they ended, and the one looked at with its item. */
export function LoopDetail({ loopId, name, place, onTurn, at }: Props) {
  const { turns, index } = place;
  if (turns === null) return null;
  const found = counts(turns);
  return (
    <Section title="Iterations">
      <LoopBar name={name} place={place} onTurn={onTurn} />
      <Facts
        facts={[
          ["Items", count(turns.total)],
          ["Completed", count(found.COMPLETED)],
          ["Failed", count(found.FAILED)],
          ["Under way", count(found.RUNNING + found.PENDING)],
        ]}
      />
      {index !== null && <Turn loopId={loopId} index={index} at={at} status={turns.statuses[index - 1] ?? "PENDING"} />}
    </Section>
  );
}

function Turn({ loopId, index, at, status }: { loopId: string; index: number; at: number | null; status: string }) {
  const { data, error, refresh } = useTurnDetail(loopId, index, at, status);
  if (data === null) return error === null ? <Skeleton lines={2} /> : <Trouble message={error} retry={refresh} />;
  return (
    <>
      <Facts
        facts={[
          [`Iteration ${count(index)}`, <StatePill key="state" state={data.status} quiet />],
          ["Took", <Duration key="took" start={data.startedAt} end={data.endedAt} />],
          ["Cost", credits(data.creditsUsed)],
        ]}
      />
      <JsonView value={data.item} label={`the item of iteration ${index}`} at="loop.item" />
    </>
  );
}
