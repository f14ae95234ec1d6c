/** Where one is in a run, as its address says: the activity, the turn of each Loop, the event, and what is beside it. */

import { readChosen, writeChosen, type Chosen } from "../loop/places";

export interface RunPlace {
  activity: string | null;
  chosen: Chosen;
  /** As it was after this event; null for as it is. */
  seq: number | null;
  timeline: boolean;
}

export function readPlace(activity: string | null, search: string): RunPlace {
  const asked = new URLSearchParams(search);
  const seq = Number(asked.get("seq") ?? "");
  return {
    activity,
    chosen: readChosen(asked.get("in")),
    seq: Number.isSafeInteger(seq) && seq >= 1 ? seq : null,
    timeline: asked.get("view") === "timeline",
  };
}

export function writePlace(runId: string, place: RunPlace): string {
  const asked = new URLSearchParams();
  if (place.chosen.size > 0) asked.set("in", writeChosen(place.chosen));
  if (place.seq !== null) asked.set("seq", String(place.seq));
  if (place.timeline) asked.set("view", "timeline");
  const path = place.activity === null ? `/runs/${runId}` : `/runs/${runId}/activities/${encodeURIComponent(place.activity)}`;
  const text = asked.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
  return text === "" ? path : `${path}?${text}`;
}
