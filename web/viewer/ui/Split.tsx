import { useEffect, useRef, type ReactNode } from "react";
import styles from "./Split.module.css";

/** The canvas on the left and a sidebar on the right; on a phone one above the other. `open` is what the sidebar shows. */
export function Split({ main, side, open = "" }: { main: ReactNode; side: ReactNode; open?: string }) {
  const sidebar = useRef<HTMLElement>(null);
  useEffect(() => {
    sidebar.current?.scrollTo({ top: 0 });
  }, [open]);
  return (
    <div className={styles.split}>
      <div className={styles.main}>{main}</div>
      <aside ref={sidebar} className={styles.side} aria-label="Details" tabIndex={-1}>
        {side}
      </aside>
    </div>
  );
}
