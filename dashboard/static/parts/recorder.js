// Record in the page, watch it, record again, then upload it as any other file.

import { formOf, isPossible, sentence, stop, streamOf } from "./capture.js";
import { clock, h, newId } from "./dom.js";
import { fileOf, forget, hold, keep, keepPiece, left } from "./keeping.js";
import { queueOf } from "./queue.js";
import { State } from "./sending.js";

// MP4 is given out from key frame to key frame, each at the piece after the next one: a closed tab loses a second or two.
const KEY_FRAME_MS = 1000;
const PIECE_MS = 500;
const SOURCES = { camera: "Camera", screen: "Screen", microphone: "Microphone only" };
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
  #stage = h("div", { class: "stage" });
  #said = h("p", { class: "said", role: "status" });
  #buttons = h("div", { class: "buttons" });
  #kept = h("ul", { class: "kept", "aria-label": "Recordings that are not uploaded" });
  #stream = null;
  #recorder = null;
  #recording = null;
  #release = () => {};
  #written = Promise.resolve();
  #number = 0;
  #timer = null;
  #closed = "";
  #guard = (event) => event.preventDefault();

  constructor(slot, queue) {
    [this.#slot, this.#queue] = [slot, queue];
    slot.replaceChildren(this.#stage, this.#said, this.#buttons, this.#kept, ...(queue ? [queue.list] : []));
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
    if (this.#recorder?.state !== "inactive") this.#recorder?.stop();
    this.#end();
  }

  exhibit({ state, sentence: said }) {
    this.#stage.replaceChildren(h("p", {}, "The picture of the camera"));
    if (state === "idle" || state === "kept") this.#idle(said);
    if (state === "ready") this.#show("Nothing is recorded yet.", this.#readyButtons());
    if (state === "recording") this.#show("● 00:12 · recording", this.#recordingButtons());
    if (state === "review") this.#show("00:42 · watch it before you upload it", this.#reviewButtons(() => {}));
    if (state === "kept") this.#list([{ id: "x", name: "Recording 2026-11-12 14-05.mp4", seconds: 130, started_at: Date.UTC(2026, 10, 12, 14, 5) }]);
  }

  #idle(said = "") {
    this.#end();
    this.#stage.replaceChildren(h("p", {}, "Record here. What you record stays in this browser until it is uploaded."));
    if (this.#queue && !isPossible()) return this.#show("This browser does not record, or the page is not open over https. Upload a file instead.", []);
    const buttons = Object.entries(SOURCES).map(([source, word]) => button(word, () => this.#prepare(source)));
    this.#show(said, buttons);
  }

  async #prepare(source) {
    this.#show("The browser asks whether it may.", []);
    try {
      this.#stream = await streamOf(source);
    } catch (error) {
      return this.#idle(sentence(error));
    }
    this.#source = source;
    const picture = h("video", { autoplay: true, playsinline: true, "aria-label": "What is recorded" });
    picture.muted = true;
    picture.srcObject = this.#stream;
    this.#stage.replaceChildren(source === "microphone" ? h("p", {}, "The microphone is on.") : picture);
    this.#show("Nothing is recorded yet.", this.#readyButtons());
  }

  #source = "camera";

  #readyButtons() {
    return [button("Start recording", () => this.#record(), "main"), button("Back", () => this.#idle())];
  }

  async #record() {
    const mime = formOf(this.#source);
    const now = new Date();
    const ending = mime.includes("mp4") ? (this.#source === "microphone" ? "m4a" : "mp4") : "webm";
    const stamp = new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16).replace("T", " ").replace(":", "-");
    this.#recording = { id: newId(), name: `Recording ${stamp}.${ending}`, mime: mime.split(";")[0], started_at: now.getTime(), seconds: 0, user: this.#queue.settings.user };
    this.#release = hold(this.#recording.id);
    this.#number = 0;
    await keep(this.#recording);
    this.#recorder = new MediaRecorder(this.#stream, { ...(mime && { mimeType: mime }), videoKeyFrameIntervalDuration: KEY_FRAME_MS });
    this.#recorder.ondataavailable = ({ data }) => this.#piece(data);
    this.#recorder.onstop = () => this.#review();
    for (const track of this.#stream.getVideoTracks()) track.onended = () => this.#stop(); // "Stop sharing"
    this.#recorder.start(PIECE_MS);
    addEventListener("beforeunload", this.#guard);
    this.#timer = setInterval(() => this.#tick(), 1000);
    this.#show("● 00:00 · recording", this.#recordingButtons());
  }

  #recordingButtons() {
    const hold = button("Pause", () => {
      const paused = this.#recorder.state === "paused";
      paused ? this.#recorder.resume() : this.#recorder.pause();
      hold.textContent = paused ? "Pause" : "Go on";
      this.#tick(0);
    });
    return [button("Stop", () => this.#stop(), "main"), hold];
  }

  #stop() {
    if (this.#recorder?.state !== "inactive") this.#recorder?.stop();
  }

  #tick(step = 1) {
    const paused = this.#recorder.state === "paused";
    if (!paused) this.#recording.seconds += step;
    this.#said.textContent = `${paused ? "‖" : "●"} ${clock(this.#recording.seconds)} · ${paused ? "paused" : "recording"}`;
  }

  #piece(bytes) {
    const { id } = this.#recording;
    if (!bytes.size) return;
    const number = ++this.#number;
    this.#written = this.#written.then(() => keepPiece(id, number, bytes)).then(() => keep(this.#recording)).catch((error) => this.#full(error));
  }

  #full(error) {
    console.error(error);
    this.#said.textContent = "This browser has no room left. Stop here and upload what there is.";
  }

  async #review() {
    const recording = this.#recording;
    this.#end({ keepHold: true });
    await this.#written;
    if (!this.#slot.isConnected) return;
    await this.#watch(recording);
  }

  async #watch(recording) {
    this.#recording = recording;
    const file = await fileOf(recording);
    const audio = recording.mime.startsWith("audio/");
    this.#stage.replaceChildren(h(audio ? "audio" : "video", { controls: true, playsinline: true, src: URL.createObjectURL(file), "aria-label": recording.name }));
    this.#show(`${clock(recording.seconds)} · watch it before you upload it`, this.#reviewButtons(() => this.#upload(recording, file)));
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
    this.#queue.add(file, this.#queue.settings.target, async ({ state }) => {
      if (state === State.COMPLETE) await forget(recording.id);
      if (state === State.COMPLETE || state === State.CANCELLED) release();
      if (state === State.CANCELLED) this.#offer();
    });
    this.#idle();
  }

  async #offer() {
    this.#list(await left(this.#queue.settings.user).catch(() => []));
  }

  #list(recordings) {
    this.#kept.replaceChildren(...recordings.map((one) => {
      const when = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" }).format(one.started_at);
      const watch = button("Watch and upload", async () => {
        this.#release = hold(one.id);
        row.remove();
        await this.#watch(one);
      });
      const drop = button("Delete", async () => (await forget(one.id), row.remove()));
      const row = h("li", {}, h("span", {}, `A recording of ${when} (${clock(one.seconds)}) was not uploaded.`), watch, drop);
      return row;
    }));
  }

  #show(said, buttons) {
    this.#said.textContent = said;
    this.#buttons.replaceChildren(...buttons);
  }

  #end({ keepHold = false } = {}) {
    clearInterval(this.#timer);
    removeEventListener("beforeunload", this.#guard);
    stop(this.#stream);
    this.#stream = null;
    if (!keepHold) this.#release();
  }
}

function button(word, act, kind = "") {
  return h("button", { type: "button", class: kind, onclick: act }, word);
}
