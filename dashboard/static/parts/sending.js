// One file's way from the browser to Mux, or to S3 when Mux does not take it. No byte passes through Lectern.

import { newId, pause } from "./dom.js";
import { Failed } from "./failed.js";
import { GONE, hasChanged, isThere, lengthOf, look } from "./look.js";
import { Multipart } from "./multipart.js";
import { MuxPut } from "./muxput.js";

export const State = Object.freeze({
  WAITING: "waiting",
  ASKING: "asking",
  UPLOADING: "uploading",
  PAUSED: "paused",
  OFFLINE: "offline",
  PROCESSING: "processing",
  COMPLETE: "complete",
  ERROR: "error",
  CANCELLED: "cancelled",
});
export const UNDER_WAY = new Set([State.ASKING, State.UPLOADING, State.PAUSED, State.OFFLINE, State.PROCESSING]);

const PROBE_MS = 3000;

export class Sending extends EventTarget {
  id = newId();
  state = State.WAITING;
  share = 0; // of the bytes that are there, 0 to 1
  sentence = "";
  notice = "";
  cost = "";
  retryable = false;
  startedAt = 0;
  #outbox;
  #settings;
  #way = null; // what Python said: where to send
  #put = null;
  #etags = null;
  #cancelled = false;

  // `settings`: what Python says of this page; `target` names the lesson and options that were chosen with the file.
  constructor(file, outbox, settings, target) {
    super();
    this.file = file;
    this.#outbox = outbox;
    this.#settings = settings;
    this.target = target;
  }

  // From wherever it stands to the end; never rejects.
  async run() {
    try {
      this.#way ??= await this.#ask();
      this.#etags ??= await this.#send();
      await this.#finish();
      this.#become(State.COMPLETE);
    } catch (error) {
      if (!(error instanceof Failed)) console.error(error);
      if (!this.#cancelled) this.#fail(error);
    }
  }

  pause() {
    if (this.state !== State.UPLOADING) return;
    this.#put.pause();
    this.#become(State.PAUSED);
  }

  resume() {
    if (this.state !== State.PAUSED) return;
    this.#become(State.UPLOADING);
    this.#put.resume();
  }

  cancel() {
    this.#cancelled = true;
    this.#put?.abort();
    if (this.#way) this.#tell({ type: "cancelled" });
    this.#become(State.CANCELLED);
  }

  retry() {
    this.sentence = "";
    return this.run();
  }

  async #ask() {
    this.#become(State.ASKING);
    const { head, problem } = await look(this.file, this.#settings);
    if (problem) throw Object.assign(new Failed(problem), { final: true });
    const { name, size, type: mime } = this.file;
    const facts = { name, size, mime, head, length_s: await lengthOf(this.file) };
    const way = this.#answered(await this.#say({ type: "ask", target: this.target, ...facts }));
    this.cost = way.cost ?? "";
    return way;
  }

  #say(message) {
    return this.#outbox.ask({ file: this.id, upload: this.#way?.upload, ...message });
  }

  #tell(message) {
    this.#outbox.tell({ file: this.id, upload: this.#way?.upload, ...message });
  }

  #answered(answer) {
    if (this.#cancelled) throw new Failed("cancelled");
    if (answer.error) throw Object.assign(new Failed([answer.error, answer.hint].filter(Boolean).join(" ")), { said: true, over: !answer.again, final: answer.final });
    this.notice = answer.notice ?? this.notice;
    return answer;
  }

  async #send() {
    while (!this.#way.arrived) {
      this.#put ??= this.#newPut();
      this.startedAt ||= Date.now();
      this.#become(State.UPLOADING);
      try {
        const etags = await this.#put.run(this.#settings.uploader);
        if (await hasChanged(this.file)) throw new Failed(GONE); // what arrived may be half of each
        return etags;
      } catch (error) {
        await this.#after(error);
      }
    }
    return [];
  }

  #newPut() {
    const more = async (first, count) => this.#answered(await this.#say({ type: "parts", first, count })).parts;
    const put = this.#way.via === "mux" ? new MuxPut(this.file, this.#way.url) : new Multipart(this.file, this.#way, more);
    put.onprogress = (share) => this.#progress(share);
    put.onconnection = (there) => this.#become(there ? State.UPLOADING : State.OFFLINE);
    return put;
  }

  // What to do about bytes that did not arrive: wait for the network, go by S3 instead, or give up.
  async #after(error) {
    if (this.#cancelled || error.said) throw error;
    if (!(await isThere(this.file))) throw Object.assign(new Failed(GONE), { final: true });
    if (!(await this.#lecternAnswers())) {
      this.#become(State.OFFLINE);
      while (!(await this.#lecternAnswers())) await pause(PROBE_MS);
      return;
    }
    if (this.#way.via !== "mux") throw error;
    const why = error.status ? `Mux answered ${error.status}` : "Mux did not answer";
    this.#way = this.#answered(await this.#say({ type: "fallback", why }));
    if (error.unloaded) this.notice = error.message;
    this.#put.abort();
    this.#put = null;
    this.share = this.startedAt = 0;
  }

  // Tells a lost network from a Mux that is away.
  async #lecternAnswers() {
    try {
      return (await fetch(this.#settings.alive, { cache: "no-store" })).ok;
    } catch {
      return false;
    }
  }

  async #finish() {
    this.#become(State.PROCESSING);
    this.#answered(await this.#say({ type: "finished", etags: this.#etags }));
  }

  #progress(share) {
    this.share = share;
    this.#changed();
  }

  #fail(error) {
    this.retryable = !error.final;
    this.sentence = error.said || error.final ? error.message : `The bytes did not arrive. ${error.message} Try again.`;
    if (error.over || error.final) this.#giveBack();
    else if (this.#way && !error.said) this.#tell({ type: "failed", message: error.message, status: error.status ?? 0 });
    this.#become(State.ERROR);
  }

  // The lesson is free for another file; tried again, this one starts anew.
  #giveBack() {
    this.#put?.abort();
    if (this.#way) this.#tell({ type: "cancelled" });
    this.#way = this.#put = this.#etags = null;
    this.share = this.startedAt = 0;
  }

  #become(state) {
    if (this.state === State.CANCELLED) return;
    this.state = state;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
