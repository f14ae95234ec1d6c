import type { ButtonHTMLAttributes } from "react";
import styles from "./Button.module.css";

type Kind = "primary" | "plain" | "danger" | "quiet";

/** A button; `icon` makes it a square that needs an `aria-label`. */
export function Button({
  kind = "plain",
  icon = false,
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { kind?: Kind; icon?: boolean }) {
  return (
    <button
      type="button"
      className={`${styles.button} ${styles[kind]} ${icon ? styles.icon : ""} ${className}`}
      title={icon ? rest["aria-label"] : undefined}
      {...rest}
    />
  );
}
