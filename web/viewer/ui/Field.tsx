import { Children, cloneElement, isValidElement, useId, type ReactElement, type ReactNode } from "react";
import styles from "./Field.module.css";

/** A labeled control of a form, with what it takes below it, or what is wrong with it. */
export function Field({
  label,
  hint,
  fault,
  required = false,
  children,
}: {
  label: string;
  hint?: ReactNode;
  fault?: string | null;
  required?: boolean;
  children: ReactElement<{ id?: string; "aria-describedby"?: string; "aria-invalid"?: boolean; required?: boolean }>;
}) {
  const id = useId();
  const below = `${id}-below`;
  const control = Children.only(children);
  return (
    <div className={styles.field}>
      <label htmlFor={id}>
        {label}
        {required && <span className={styles.required}> required</span>}
      </label>
      {isValidElement(control) &&
        cloneElement(control, { id, "aria-describedby": below, "aria-invalid": fault ? true : undefined })}
      <p id={below} className={fault ? styles.fault : styles.hint}>
        {fault ?? hint}
      </p>
    </div>
  );
}
