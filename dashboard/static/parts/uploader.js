// Where files are dropped or picked, and the list of those on their way.

import { h } from "./dom.js";
import { queueOf } from "./queue.js";
import { row } from "./rows.js";

const mounted = new WeakMap();

// Called at each drawing of the page with `{ data, parentElement, setTriggerValue }`; draws once, then only listens.
export function draw({ data, parentElement, setTriggerValue }) {
  const slot = parentElement.querySelector(".slot");
  if (data.shown) return exhibit(slot, data);
  const queue = queueOf(data.queue);
  const post = (value) => setTriggerValue("outbox", value);
  queue.settings = data;
  queue.outbox.connect(post);
  if (mounted.get(slot) !== queue) mount(slot, queue);
  say(slot, data.closed || data.hint, data.closed);
  queue.outbox.heard(data.inbox);
}

function say(slot, hint, closed) {
  slot.querySelector(".drop").dataset.closed = closed ? "yes" : "no";
  slot.querySelector(".drop .hint").textContent = hint;
  slot.querySelector(".drop button").disabled = Boolean(closed);
}

function mount(slot, queue) {
  mounted.set(slot, queue);
  const take = (files) => {
    if (queue.settings.closed) return;
    for (const file of files) queue.add(file, queue.settings.target);
  };
  const clear = h("button", { type: "button", class: "clear", onclick: () => queue.reset() }, "Clear the list");
  queue.onchange = () => (clear.hidden = !queue.list.querySelector("[data-state=complete],[data-state=error],[data-state=cancelled]"));
  slot.replaceChildren(dropzone(take), queue.list, clear);
  queue.onchange();
}

function dropzone(take) {
  const input = h("input", { type: "file", multiple: true, hidden: true, "aria-hidden": "true", tabindex: "-1" });
  input.addEventListener("change", () => {
    take(input.files);
    input.value = ""; // so that the same file can be picked again
  });
  const zone = h(
    "div",
    { class: "drop", role: "group", "aria-label": "Add files" },
    h("p", {}, "Drop files here, or"),
    h("button", { type: "button", onclick: () => input.click() }, "Choose files"),
    h("p", { class: "hint" }),
    input,
  );
  const over = (event, yes) => {
    event.preventDefault();
    zone.classList.toggle("over", yes);
  };
  zone.addEventListener("dragover", (event) => over(event, true));
  zone.addEventListener("dragleave", (event) => over(event, false));
  zone.addEventListener("drop", (event) => {
    over(event, false);
    take(event.dataTransfer.files);
  });
  return zone;
}

// For the gallery: rows as they look, with nothing behind them.
function exhibit(slot, data) {
  const rows = data.shown.map((facts) => {
    const { element, update } = row({});
    update({ sentence: "", notice: "", since: { at: Date.now() - 30_000, share: 0 }, ...facts });
    return element;
  });
  slot.replaceChildren(dropzone(() => {}), h("ul", { class: "files" }, ...rows));
  say(slot, data.hint, data.closed);
}

// The page is left: what is on its way goes on, and what it has to say waits for the next drawing.
export function leave(_parentElement, data) {
  if (data.queue) queueOf(data.queue).outbox.connect(null);
}
