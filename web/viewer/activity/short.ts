const LONGEST = 80;

/** Gives a value on one line, cut where it is long. */
export function short(value: unknown, longest = LONGEST): string {
  if (value === undefined || value === null) return "null";
  const text = typeof value === "string" ? `“${value}”` : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
