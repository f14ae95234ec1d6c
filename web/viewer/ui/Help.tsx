import { Dialog } from "./Dialog";
import styles from "./Help.module.css";

const KEYS: readonly (readonly [string, string])[] = [
  ["↓ ↑", "the next activity, the one before"],
  ["→ ←", "into a Loop, out of it"],
  ["[ ]", "the iteration before, the next one"],
  ["f", "the next failed iteration, or failed activity"],
  ["t", "the timeline beside the canvas; arrows walk it"],
  ["/", "filter the runs, or search the JSON"],
  ["Esc", "close the activity"],
  ["?", "this help"],
];

/** The keyboard map. */
export function Help({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <dl className={styles.keys}>
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              {key.split(" ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.more}>
        Everything here comes from the public API. <a href="/graphiql">GraphiQL</a> is the same by hand.
      </p>
    </Dialog>
  );
}
