import { Pause, Play, Radio, StepBack, StepForward } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "../ui/Button";
import { count } from "../ui/format";
import styles from "./Run.module.css";

interface Props {
  /** The run's newest event. */
  last: number;
  /** The event that it is looked at after; null for the newest. */
  at: number | null;
  when: string | null;
  onSeq: (seq: number | null) => void;
}

const TICK_MS = 350;
const TICKS = 60;

/** Plays the run back: to any event, step by step, or on its own. */
export function Scrubber({ last, at, onSeq }: Props) {
  const [playing, setPlaying] = useState(false);
  const shown = Math.min(at ?? last, last);
  useEffect(() => {
    if (!playing) return undefined;
    const timer = window.setTimeout(() => {
      const next = shown + Math.max(1, Math.ceil(last / TICKS));
      if (next >= last) setPlaying(false);
      onSeq(next >= last ? null : next);
    }, TICK_MS);
    return () => window.clearTimeout(timer);
  }, [playing, shown, last, onSeq]);
  const to = (seq: number): void => {
    setPlaying(false);
    onSeq(seq >= last ? null : Math.max(1, seq));
  };
  const play = (): void => {
    if (!playing && at === null) onSeq(1);
    setPlaying(!playing);
  };
  return (
    <div className={styles.scrubber} role="group" aria-label="Time travel">
      <Button kind="quiet" icon aria-label={playing ? "Pause" : "Play the run back"} onClick={play} disabled={last < 2}>
        {playing ? <Pause size={15} aria-hidden /> : <Play size={15} aria-hidden />}
      </Button>
      <Button kind="quiet" icon aria-label="One event back" onClick={() => to(shown - 1)} disabled={shown <= 1}>
        <StepBack size={14} aria-hidden />
      </Button>
      <Button kind="quiet" icon aria-label="One event on" onClick={() => to(shown + 1)} disabled={at === null}>
        <StepForward size={14} aria-hidden />
      </Button>
      <input
        type="range"
        aria-label="Event"
        aria-valuetext={`event ${shown} of ${last}`}
        min={1}
        max={Math.max(1, last)}
        value={shown}
        onChange={(event) => to(Number(event.target.value))}
      />
      <span className={styles.seq}>
        event {count(shown)} of {count(last)}
      </span>
      <Button kind={at === null ? "quiet" : "primary"} disabled={at === null} onClick={() => to(last)}>
        <Radio size={14} aria-hidden /> Now
      </Button>
    </div>
  );
}
