import { expect, test } from "vitest";
import { fold } from "./fold";
import { emptyPicture } from "./picture";

test("the events of a research count, and change nothing of the canvas", () => {
  const empty = emptyPicture({ activities: [{ key: "ask", name: "Ask", parent: null }], edges: [] });
  const { header } = empty;
  const events = ["RunQueued", "ResearchQuestionStarted", "ResearchStepStarted"].map((type, index) => ({
    seq: index + 1, at: "2026-11-22T09:00:00.000000Z", type, data: { id: `r_${index}` }, header,
  }));
  const picture = fold(empty, events);
  expect(picture).toEqual({ ...empty, seq: 3, at: "2026-11-22T09:00:00.000000Z", research: 3 });
});
