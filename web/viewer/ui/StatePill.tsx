import { LOOKS, type State } from "./states";
import styles from "./StatePill.module.css";

/** A state as icon and word, never by color alone. */
export function StatePill({ state, quiet = false }: { state: State; quiet?: boolean }) {
  const { label, tone } = LOOKS[state];
  return (
    <span className={`${styles.pill} ${styles[tone]} ${quiet ? styles.quiet : ""}`}>
      <StateIcon state={state} size={13} />
      {label}
    </span>
  );
}

/** The icon of a state; with a label of its own where no word stands beside it. */
export function StateIcon({ state, size = 14, labeled = false }: { state: State; size?: number; labeled?: boolean }) {
  const { icon: Icon, label, tone, moves } = LOOKS[state];
  return (
    <Icon
      size={size}
      strokeWidth={2.25}
      className={`${styles.icon} ${styles[`${tone}Icon`]} ${moves ? styles.moving : ""}`}
      {...(labeled ? { role: "img", "aria-label": label } : { "aria-hidden": true })}
    />
  );
}
