// The files on their way, a few at a time. Kept by the page's script, so that a look at another page ends nothing.

import { Outbox } from "./outbox.js";
import { row } from "./rows.js";
import { Sending } from "./sending.js";
import { State, UNDER_WAY } from "./states.js";

const TOGETHER = 2;
const queues = new Map();

// The one queue of this name, whatever page is shown.
export function queueOf(name) {
  if (!queues.has(name)) queues.set(name, new Queue());
  return queues.get(name);
}

class Queue {
  outbox = new Outbox();
  settings = {};
  list = document.createElement("ul");
  #files = new Map();
  #guard = (event) => event.preventDefault();

  constructor() {
    this.list.className = "files";
    this.list.setAttribute("aria-label", "Files");
  }

  // Returns the sending; `then(sending)` is called at each change; `lengthS` is how long it plays, where that is known.
  add(file, target, { then = () => {}, lengthS = null } = {}) {
    const sending = new Sending(file, this.outbox, this.settings, target, lengthS);
    const { element, update } = row({
      pause: () => sending.pause(),
      resume: () => sending.resume(),
      cancel: () => sending.cancel(),
      retry: () => sending.retry(),
      drop: () => this.#drop(sending, element),
    });
    this.#files.set(sending, element);
    this.list.append(element);
    sending.addEventListener("change", () => {
      update(sending);
      then(sending);
      this.#turn();
    });
    update(sending);
    this.#turn();
    return sending;
  }

  get size() {
    return this.#files.size;
  }

  // Leaves what is under way, takes everything else off the list.
  reset() {
    for (const [sending, element] of this.#files) if (!UNDER_WAY.has(sending.state) && sending.state !== State.WAITING) this.#drop(sending, element);
  }

  #drop(sending, element) {
    if (sending.state === State.ERROR) sending.cancel(); // what was opened for it need not stay open
    this.#files.delete(sending);
    element.remove();
    this.onchange?.();
  }

  #turn() {
    const all = [...this.#files.keys()];
    const busy = all.filter((one) => UNDER_WAY.has(one.state));
    const next = all.find((one) => one.state === State.WAITING);
    const guarded = busy.length || next;
    // The browser asks whether to leave: closing the tab ends an upload.
    (guarded ? addEventListener : removeEventListener)("beforeunload", this.#guard);
    // One asks at a time, so that they are taken in the order in which they were picked.
    if (next && busy.length < TOGETHER && !busy.some((one) => one.state === State.ASKING)) next.run();
    this.onchange?.();
  }
}
