import { ago, between, duration, moment } from "./format";
import { useNow } from "./clock";

/** A moment, in the person's own time zone; the exact one in UTC on hover. */
export function Time({ at, relative = false }: { at: string; relative?: boolean }) {
  const now = useNow();
  return (
    <time dateTime={at} title={at}>
      {relative ? ago(at, now) : moment(at, now)}
    </time>
  );
}

/** How long something took, or has been taking so far. */
export function Duration({ start, end }: { start: string | null | undefined; end: string | null | undefined }) {
  const now = useNow(!end);
  if (!start) return <span>–</span>;
  return <span>{duration(between(start, end, now))}</span>;
}
