/** The chart of runs over time: one bar an hour or a day, empty ones too. Pure. */

export interface Bucket {
  start: string;
  completed: number;
  failed: number;
  canceled: number;
}

export interface Bar extends Bucket {
  total: number;
}

export interface Span {
  label: string;
  bucket: "HOUR" | "DAY";
  length: number;
}

export const SPANS: readonly Span[] = [
  { label: "24 hours", bucket: "HOUR", length: 24 },
  { label: "7 days", bucket: "DAY", length: 7 },
  { label: "30 days", bucket: "DAY", length: 30 },
];

const MS = { HOUR: 3_600_000, DAY: 86_400_000 };

/** Gives the moment from which a span counts: so many whole buckets, the present one included, in UTC. */
export function since(span: Span, now: number): string {
  const size = MS[span.bucket];
  return new Date(Math.floor(now / size) * size - (span.length - 1) * size).toISOString();
}

/** Gives a bar for every bucket of a span, in order. */
export function bars(span: Span, buckets: readonly Bucket[], now: number): Bar[] {
  const first = Date.parse(since(span, now));
  const known = new Map(buckets.map((bucket) => [Date.parse(bucket.start), bucket]));
  return Array.from({ length: span.length }, (_, index) => {
    const start = first + index * MS[span.bucket];
    const { completed = 0, failed = 0, canceled = 0 } = known.get(start) ?? {};
    return { start: new Date(start).toISOString(), completed, failed, canceled, total: completed + failed + canceled };
  });
}
