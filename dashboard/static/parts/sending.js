// One file's way from the browser to Mux, or to S3 when Mux does not take it. No byte passes through Lectern.

import { newId } from "./dom.js";
import { Failed } from "./failed.js";
import { Gate } from "./gate.js";
import { GONE, isThere, lengthOf, look } from "./look.js";
import { Multipart } from "./multipart.js";
import { MuxPut } from "./muxput.js";
import { answers, insist, untilAnswers } from "./patience.js";
import { State } from "./states.js";

export class Sending extends EventTarget {
  id = newId();
  state = State.WAITING;
  share = 0; // of the bytes that are there, 0 to 1
  sentence = "";
  notice = "";
  cost = "";
  retryable = false;
  since = null; // when the bytes last began to go, and the share that was there then: a pause is no pace
  #outbox;
  #settings;
  #way = null; // what Python said: where to send
  #put = null;
  #etags = null;
  #gate = new Gate();
  #network = true;
  #cancelled = false;
  #lengthS;

  // `settings`: what Python says of this page; `target` names the lesson and options that were chosen with the file;
  // `lengthS` is how long it plays, where that is known.
  constructor(file, outbox, settings, target, lengthS = null) {
    super();
    this.file = file;
    this.#lengthS = lengthS;
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
    this.#gate.close();
    this.#put?.pause();
    this.#become(State.PAUSED);
  }

  resume() {
    if (this.state !== State.PAUSED) return;
    this.#gate.open();
    this.#become(this.#network ? State.UPLOADING : State.OFFLINE);
    this.#put?.resume();
  }

  cancel() {
    this.#cancelled = true;
    this.#put?.abort();
    this.#gate.open();
    this.#letGo(this.#way?.upload);
    this.#become(State.CANCELLED);
  }

  // It waits for its turn, as a file that was just picked.
  retry() {
    this.sentence = "";
    this.#become(State.WAITING);
  }

  async #ask() {
    this.#become(State.ASKING);
    const { head, problem } = await look(this.file, this.#settings);
    if (problem) throw Object.assign(new Failed(problem), { final: true });
    const { name, size, type: mime } = this.file;
    const facts = { name, size, mime, head, length_s: this.#lengthS ?? (await lengthOf(this.file)) };
    const answer = await this.#say({ type: "ask", target: this.target, ...facts });
    if (this.#cancelled) this.#letGo(answer.upload); // opened while somebody changed their mind
    const way = this.#answered(answer);
    this.cost = way.cost ?? "";
    return way;
  }

  #say(message) {
    return this.#outbox.ask({ file: this.id, upload: this.#way?.upload, ...message });
  }

  // Until it is answered: a lesson whose upload stays open takes no other file.
  #letGo(upload) {
    if (upload) insist(() => this.#outbox.ask({ file: this.id, upload, type: "cancelled" }));
  }

  #mind() {
    if (this.#cancelled) throw new Failed("It was cancelled.");
  }

  #answered(answer) {
    this.#mind();
    if (answer.error) throw Object.assign(new Failed([answer.error, answer.hint].filter(Boolean).join(" ")), { said: true, over: !answer.again, final: answer.final });
    this.notice = answer.notice ?? this.notice;
    return answer;
  }

  async #send() {
    while (!this.#way.arrived) {
      await this.#gate.passed();
      this.#mind();
      this.#put ??= this.#newPut();
      this.#become(State.UPLOADING);
      try {
        return await this.#put.run(this.#settings.uploader);
      } catch (error) {
        await this.#after(error);
      }
    }
    return [];
  }

  #newPut() {
    const more = async (first, count) => this.#answered(await this.#say({ type: "parts", first, count })).parts;
    const put = this.#way.via === "mux" ? new MuxPut(this.file, this.#way.url) : new Multipart(this.file, this.#way, more);
    put.onprogress = (share) => {
      this.share = share;
      this.#become(this.state);
    };
    put.onconnection = (there) => this.#connected(there);
    return put;
  }

  // A pause outlives the network, and what has ended hears of it no more.
  #connected(there) {
    this.#network = there;
    if (this.state === State.UPLOADING || this.state === State.OFFLINE) this.#become(there ? State.UPLOADING : State.OFFLINE);
  }

  // What to do about bytes that did not arrive: wait for the network, go by S3 instead, or give up.
  async #after(error) {
    this.#mind();
    if (error.said) throw error;
    if (!(await isThere(this.file))) throw Object.assign(new Failed(GONE), { final: true });
    if (!(await answers(this.#settings.alive))) return this.#networkBack();
    if (this.#way.via !== "mux") throw error;
    const why = error.status ? `Mux answered ${error.status}` : "Mux did not answer";
    this.#way = this.#answered(await this.#say({ type: "fallback", why }));
    if (error.unloaded) this.notice = error.message;
    this.#put.abort();
    this.#put = null;
    this.share = 0;
    this.since = null;
    this.#become(this.state); // with the notice
  }

  async #networkBack() {
    this.#connected(false);
    await untilAnswers(this.#settings.alive, () => this.#cancelled);
    this.#connected(true);
  }

  async #finish() {
    this.#mind();
    this.#become(State.PROCESSING);
    this.#answered(await this.#say({ type: "finished", etags: this.#etags }));
  }

  #fail(error) {
    this.retryable = !error.final;
    this.#gate.open();
    this.sentence = error.said || error.final ? error.message : `The bytes did not arrive. ${error.message} Try again.`;
    if (error.over || error.final) this.#giveBack();
    else if (this.#way && !error.said) this.#outbox.tell({ file: this.id, upload: this.#way.upload, type: "failed", message: error.message, status: error.status ?? 0 });
    this.#become(State.ERROR);
  }

  // The lesson is free for another file; tried again, this one starts anew.
  #giveBack() {
    this.#put?.abort();
    this.#letGo(this.#way?.upload);
    this.#way = this.#put = this.#etags = null;
    this.share = 0;
  }

  #become(state) {
    if (this.state === State.CANCELLED) return;
    if (state !== State.UPLOADING) this.since = null;
    else this.since ??= { at: Date.now(), share: this.share };
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }
}
