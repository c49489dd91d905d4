// Record in the page, watch it, record again, then upload it as any other file.

import { isPossible, sentence, stop, streamOf } from "./capture.js";
import { button, clock, h } from "./dom.js";
import { fileOf, forget, hold, left } from "./keeping.js";
import { rowOf } from "./kept.js";
import { queueOf } from "./queue.js";
import { Stage } from "./stage.js";
import { State } from "./states.js";
import { Taking } from "./taking.js";

const SOURCES = { camera: "Camera", screen: "Screen", microphone: "Microphone only" };
const IMPOSSIBLE = "This browser does not record, or the page is not open over https. Upload a file instead.";
const LONG_AGO = { id: "x", name: "Recording 2026-11-12 14-05.mp4", seconds: 130, started_at: Date.UTC(2026, 10, 12, 14, 5) };
const WATCH = "watch it before you upload it";
const mounted = new WeakMap();

export function draw({ data, parentElement, setTriggerValue }) {
  const slot = parentElement.querySelector(".slot");
  if (data.shown) return void new Recorder(slot, null).exhibit(data.shown);
  const queue = queueOf(data.queue);
  queue.settings = data;
  queue.outbox.connect((value) => setTriggerValue("outbox", value));
  if (!mounted.has(slot)) mounted.set(slot, new Recorder(slot, queue).start());
  mounted.get(slot).allow(data.closed);
  queue.outbox.heard(data.inbox);
}

export function leave(parentElement, data) {
  const slot = parentElement.querySelector(".slot");
  mounted.get(slot)?.leave();
  mounted.delete(slot);
  if (data.queue) queueOf(data.queue).outbox.connect(null);
}

class Recorder {
  #slot;
  #queue;
  #stage = new Stage();
  #said = h("p", { class: "said", role: "status" });
  #buttons = h("div", { class: "buttons" });
  #kept = h("ul", { class: "kept", "aria-label": "Recordings that are not uploaded" });
  #stream = null;
  #source = "camera";
  #taking = null;
  #recording = null;
  #release = () => {};
  #timer = null;
  #closed = "";
  #left = false;
  #keyed = false;
  #guard = (event) => event.preventDefault();

  constructor(slot, queue) {
    [this.#slot, this.#queue] = [slot, queue];
    slot.replaceChildren(this.#stage.element, this.#said, this.#buttons, this.#kept, ...(queue ? [queue.list] : []));
  }

  start() {
    this.#idle();
    this.#offer();
    return this;
  }

  allow(closed) {
    this.#closed = closed;
    for (const button of this.#slot.querySelectorAll("button[data-upload]")) {
      button.disabled = Boolean(closed);
      button.title = closed;
    }
  }

  // What was recorded stays kept, and is offered when somebody comes back.
  leave() {
    this.#left = true;
    this.#taking?.stop();
    this.#end();
  }

  exhibit({ state, sentence: said }) {
    this.#stage.says("The picture of the camera");
    const drawn = {
      asking: () => this.#asks(),
      ready: () => this.#isReady(),
      recording: () => this.#show("recording", "● 00:12 · recording", this.#takingButtons(false)),
      paused: () => this.#show("paused", "‖ 00:12 · paused", this.#takingButtons(true)),
      review: () => this.#show("review", `00:42 · ${said || WATCH}`, this.#reviewButtons(() => {})),
      kept: () => (this.#idle(said), this.#list([LONG_AGO])),
      impossible: () => this.#show("impossible", IMPOSSIBLE, []),
    };
    (drawn[state] ?? (() => this.#idle(said)))();
  }

  #idle(said = "") {
    this.#end();
    this.#stage.says("Record here. What you record stays in this browser until it is uploaded.");
    if (this.#queue && !isPossible()) return this.#show("impossible", IMPOSSIBLE, []);
    const buttons = Object.entries(SOURCES).map(([source, word]) => button(word, () => this.#prepare(source)));
    this.#show("idle", said, buttons);
  }

  #asks() {
    this.#show("asking", "The browser asks whether it may.", []);
  }

  async #prepare(source) {
    this.#asks();
    try {
      this.#stream = await streamOf(source);
    } catch (error) {
      return this.#idle(sentence(error));
    }
    if (this.#left) return this.#end(); // the page was left while the browser asked
    this.#source = source;
    this.#stage.live(this.#stream);
    this.#isReady();
  }

  #isReady() {
    const start = button("Start recording", () => this.#record(), "main");
    this.#show("ready", "Nothing is recorded yet.", [start, button("Back", () => this.#idle())]);
  }

  async #record() {
    if (this.#taking) return;
    let taking;
    try {
      taking = this.#taking = new Taking(this.#stream, this.#source, this.#queue.settings.user, () => this.#review(taking));
      await taking.start();
    } catch (error) {
      return this.#idle(sentence(error));
    }
    this.#release = taking.release;
    if (this.#left) return taking.stop();
    for (const track of this.#stream.getVideoTracks()) track.onended = () => taking.stop(); // "Stop sharing"
    addEventListener("beforeunload", this.#guard);
    this.#timer = setInterval(() => this.#tick(), 1000);
    this.#show("recording", "● 00:00 · recording", this.#takingButtons(false));
  }

  #takingButtons(isPaused) {
    const hold = button(isPaused ? "Go on" : "Pause", () => {
      this.#taking.pauseOrGoOn();
      hold.textContent = this.#taking.isPaused ? "Go on" : "Pause";
      this.#tick(0);
    });
    return [button("Stop", () => this.#taking.stop(), "main"), hold];
  }

  #tick(step = 1) {
    const { isPaused, recording } = this.#taking;
    if (!isPaused) recording.seconds += step;
    this.#stage.state = isPaused ? "paused" : "recording";
    this.#said.textContent = `${isPaused ? "‖" : "●"} ${clock(recording.seconds)} · ${isPaused ? "paused" : "recording"}`;
  }

  async #review(taking) {
    this.#end({ keepHold: !this.#left });
    this.#show("review", "One moment: the recording is put together.", []);
    const file = await taking.file();
    if (this.#slot.isConnected) this.#watch(taking.recording, file, taking.trouble);
  }

  #watch(recording, file, trouble = "") {
    this.#recording = recording;
    this.#stage.replay(file);
    const upload = () => this.#upload(recording, file);
    this.#show("review", `${clock(recording.seconds)} · ${trouble || WATCH}`, this.#reviewButtons(upload));
  }

  #reviewButtons(upload) {
    const again = async () => {
      await forget(this.#recording.id);
      this.#release();
      this.#idle();
    };
    const main = button("Upload this recording", upload, "main");
    main.dataset.upload = "yes";
    main.disabled = Boolean(this.#closed);
    main.title = this.#closed;
    return [main, button("Record again", again)];
  }

  #upload(recording, file) {
    const release = this.#release;
    this.#release = () => {};
    const then = async ({ state }) => {
      if (state === State.COMPLETE) await forget(recording.id);
      if (state === State.COMPLETE || state === State.CANCELLED) release();
      if (state === State.CANCELLED) this.#offer();
    };
    this.#queue.add(file, this.#queue.settings.target, { then, lengthS: recording.seconds || null });
    this.#idle();
  }

  async #offer() {
    this.#list(await left(this.#queue.settings.user).catch(() => []));
  }

  #list(recordings) {
    const watch = async (one) => {
      this.#release = hold(one.id);
      this.#watch(one, await fileOf(one));
    };
    this.#kept.replaceChildren(...recordings.map((one) => rowOf(one, watch)));
  }

  // By keyboard one goes on where one was: the first button takes the focus that the pressed one had.
  #show(state, said, buttons) {
    const focused = this.#slot.getRootNode().activeElement;
    const had = this.#buttons.contains(focused) || (this.#keyed && document.activeElement === document.body);
    this.#stage.state = state;
    this.#kept.hidden = state !== "idle" && state !== "impossible";
    this.#said.textContent = said;
    this.#buttons.replaceChildren(...buttons);
    this.#keyed = had && !buttons.length;
    if (had) buttons.find((one) => !one.disabled)?.focus();
  }

  #end({ keepHold = false } = {}) {
    clearInterval(this.#timer);
    removeEventListener("beforeunload", this.#guard);
    stop(this.#stream);
    this.#stage.clear();
    [this.#stream, this.#taking] = [null, null];
    if (!keepHold) this.#release();
  }
}
