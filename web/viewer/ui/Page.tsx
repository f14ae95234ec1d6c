import { CircleHelp, Moon, Sun, TerminalSquare, Wifi, WifiOff } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { Link } from "wouter";
import { useConnection } from "../data/connection";
import { Button } from "./Button";
import { Help } from "./Help";
import { useKeys } from "./keys";
import styles from "./Page.module.css";
import { setTheme, useTheme } from "./theme";

export interface Crumb {
  label: string;
  href: string;
}

/** The frame of every page: where one is, what can be done here, and whether it is live. */
export function Page({
  title,
  crumbs,
  status,
  actions,
  children,
}: {
  title: string;
  crumbs: readonly Crumb[];
  status?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const [helps, setHelps] = useState(false);
  useKeys({ "?": () => setHelps(true) });
  useEffect(() => {
    document.title = `${title} · Playhead`;
  }, [title]);
  return (
    <div className={styles.page}>
      <header className={styles.bar}>
        <nav aria-label="Where you are" className={styles.crumbs}>
          <Link href="/" className={styles.home} aria-label="Playhead: all workflows">
            <Mark />
          </Link>
          {crumbs.map(({ label, href }) => (
            <span key={href} className={styles.crumb}>
              <Link href={href}>{label}</Link>
              <i aria-hidden>/</i>
            </span>
          ))}
          <h1 aria-current="page">{title}</h1>
        </nav>
        {status}
        <div className={styles.actions}>
          {actions}
          <span className={styles.tools}>
            <ThemeButton />
            <Button kind="quiet" icon aria-label="Keyboard and help" onClick={() => setHelps(true)}>
              <CircleHelp size={16} aria-hidden />
            </Button>
            <a className={styles.tool} href="/graphiql" title="GraphiQL: the API by hand" aria-label="GraphiQL: the API by hand">
              <TerminalSquare size={16} aria-hidden />
            </a>
          </span>
        </div>
      </header>
      <ConnectionBanner />
      <main className={styles.main}>{children}</main>
      {helps && <Help onClose={() => setHelps(false)} />}
    </div>
  );
}

function ThemeButton() {
  const theme = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  const Icon = theme === "dark" ? Sun : Moon;
  return (
    <Button kind="quiet" icon aria-label={`Switch to ${other}`} onClick={() => setTheme(other)}>
      <Icon size={16} aria-hidden />
    </Button>
  );
}

function ConnectionBanner() {
  const connection = useConnection();
  return (
    <div role="status" aria-live="polite">
      {connection === "lost" && (
        <p className={styles.lost}>
          <WifiOff size={15} aria-hidden /> The connection to the server is lost. What you see is as it was; the page
          comes back by itself.
        </p>
      )}
      {connection === "back" && (
        <p className={styles.back}>
          <Wifi size={15} aria-hidden /> Connected again: everything is up to date.
        </p>
      )}
    </div>
  );
}

function Mark() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path
        d="M9 8.5v15M14 9.6v12.8a1 1 0 0 0 1.55.83l9.2-6.4a1 1 0 0 0 0-1.66l-9.2-6.4A1 1 0 0 0 14 9.6z"
        fill="#fff"
        stroke="#fff"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
