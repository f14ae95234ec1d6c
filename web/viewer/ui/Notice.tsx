import { CircleAlert, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./Button";
import styles from "./Notice.module.css";

/** A place with nothing in it: what would be here, and what to do about it. */
export function Empty({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <Icon size={22} aria-hidden />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Something that could not be loaded or done, with the way to try again. */
export function Trouble({ message, retry }: { message: string; retry?: () => void }) {
  return (
    <div className={styles.trouble} role="alert">
      <CircleAlert size={16} aria-hidden />
      <span>{message}</span>
      {retry && <Button onClick={retry}>Try again</Button>}
    </div>
  );
}

/** Bars where text will be. */
export function Skeleton({ lines = 4, label = "Loading" }: { lines?: number; label?: string }) {
  return (
    <div className={styles.skeleton} role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: lines }, (_, index) => (
        <i key={index} style={{ width: `${[92, 76, 84, 60][index % 4] ?? 80}%` }} />
      ))}
    </div>
  );
}
