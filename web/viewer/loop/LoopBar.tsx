import { ChevronLeft, ChevronRight, CircleAlert } from "lucide-react";
import { useState } from "react";
import { Button } from "../ui/Button";
import { count } from "../ui/format";
import { StateIcon } from "../ui/StatePill";
import { counts, nextFailed, type Place } from "./places";
import { Strip } from "./Strip";
import styles from "./Loop.module.css";

/** Walks the turns of a Loop: one back, one on, a position that can be typed, the next that failed, and all in a strip. */
export function LoopBar({ name, place, onTurn }: { name: string; place: Place; onTurn: (index: number) => void }) {
  const { turns, index } = place;
  if (turns === null || index === null) return <p className={styles.none}>No iteration has begun.</p>;
  const begun = turns.statuses.length;
  const failed = nextFailed(turns, index);
  const status = turns.statuses[index - 1];
  const { FAILED: failures } = counts(turns);
  return (
    <div className={`${styles.bar} nodrag nopan nowheel`} role="group" aria-label={`Iterations of ${name}`}>
      <div className={styles.walk}>
        <Button kind="plain" icon aria-label="Iteration before" disabled={index <= 1} onClick={() => onTurn(index - 1)}>
          <ChevronLeft size={15} aria-hidden />
        </Button>
        <Position key={index} index={index} begun={begun} onTurn={onTurn} />
        <span className={styles.of}>of {count(turns.total)}</span>
        <Button kind="plain" icon aria-label="Next iteration" disabled={index >= begun} onClick={() => onTurn(index + 1)}>
          <ChevronRight size={15} aria-hidden />
        </Button>
        {status !== undefined && <StateIcon state={status} size={15} labeled />}
        {failed !== null && (
          <Button
            kind="quiet"
            className={styles.failed}
            aria-label={`Next failed iteration, ${count(failures)} failed`}
            disabled={failed === index}
            onClick={() => onTurn(failed)}
          >
            <CircleAlert size={13} aria-hidden /> {count(failures)} failed
          </Button>
        )}
      </div>
      <Strip turns={turns} index={index} onTurn={(to) => onTurn(Math.min(to, begun))} />
    </div>
  );
}

function Position({ index, begun, onTurn }: { index: number; begun: number; onTurn: (index: number) => void }) {
  const [text, setText] = useState(String(index));
  const go = (): void => {
    const typed = Math.round(Number(text));
    if (Number.isFinite(typed) && typed >= 1) onTurn(Math.min(typed, begun));
    else setText(String(index));
  };
  return (
    <input
      className={styles.position}
      aria-label={`Iteration, 1 to ${begun}`}
      inputMode="numeric"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={go}
      onKeyDown={(event) => {
        if (event.key === "Enter") go();
        if (event.key === "Escape") setText(String(index));
      }}
    />
  );
}
