// Recordings that were never uploaded, each to be watched or deleted.

import { button, clock, h } from "./dom.js";
import { forget } from "./keeping.js";

// `onwatch(recording)` is called with the one that is chosen, which leaves the list.
export function rowOf(recording, onwatch) {
  const when = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" }).format(recording.started_at);
  const said = `A recording of ${when} (${clock(recording.seconds)}) was not uploaded.`;
  const watch = button("Watch and upload", () => (row.remove(), onwatch(recording)));
  const drop = button("Delete", async () => (await forget(recording.id), row.remove()));
  const row = h("li", {}, h("span", {}, said), watch, drop);
  return row;
}
