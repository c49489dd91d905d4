// One player for both: streams from Mux, files and streams from S3.

import { exhibit, resumed, trouble } from "./below.js";
import { chapterList } from "./chapters.js";
import { h } from "./dom.js";
import { listen } from "./keys.js";
import { Outbox } from "./outbox.js";
import { extras, screenOf } from "./screen.js";
import { join } from "./together.js";
import { endOf } from "./telling.js";
import { forget, keep, untold } from "./untold.js";
import { Watching } from "./watching.js";

const RESUME_LEAST_S = 5; // nobody is brought back to the first moments
const outboxes = new Map();
const named = new Map();
const mounted = new WeakMap();

export function draw({ data, parentElement, setTriggerValue }) {
  const slot = parentElement.querySelector(".slot");
  if (data.shown) return exhibit(slot, data.shown);
  if (!outboxes.has(data.player)) outboxes.set(data.player, new Outbox());
  const outbox = outboxes.get(data.player);
  outbox.connect((value) => setTriggerValue("outbox", value));
  let player = mounted.get(slot);
  if (player?.view !== data.view) {
    player?.end();
    player = new Player(slot, data, outbox);
    mounted.set(slot, player);
    named.set(data.player, player);
    player.whenSeen();
  }
  player.shows(data);
  player.seek(data.seek);
  outbox.heard(data.inbox);
}

// Where the player of this name stands, in seconds; null before it has begun to load.
export function standsAt(name) {
  return named.get(name)?.at ?? null;
}

export function leave(parentElement, data) {
  const slot = parentElement.querySelector(".slot");
  // From here on nothing is posted, as the fragment that would read it goes as well. What the end has to say is
  // kept, and the next player tells it.
  outboxes.get(data.player)?.connect(null);
  mounted.get(slot)?.end();
  if (named.get(data.player) === mounted.get(slot)) named.delete(data.player);
  mounted.delete(slot);
}

class Player {
  #slot;
  #data;
  #outbox;
  #media = null;
  #watching = null;
  #part = () => {};
  #sought = null;
  #wanted = null;
  #turn = 0;
  #frame = h("div", { class: "frame" });
  #unseen = null;

  constructor(slot, data, outbox) {
    [this.#slot, this.#data, this.#outbox] = [slot, data, outbox];
    this.view = data.view;
    slot.replaceChildren(this.#frame);
    if (data.reports) untold(this.#viewer).forEach((report) => this.#goOn(report));
  }

  // Nothing is loaded for a player that nobody has scrolled to.
  whenSeen() {
    this.#unseen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.#unseen.disconnect();
      this.#load();
    });
    this.#unseen.observe(this.#frame);
  }

  // Each command has an id, so that a page drawn again does not jump again.
  // One that comes before the player is there waits for it.
  seek(command) {
    this.#wanted = command ?? this.#wanted;
    if (!this.#wanted || this.#wanted.id === this.#sought || !this.#media?.readyState) return;
    this.#sought = this.#wanted.id;
    this.#media.setAttribute("poster", ""); // it would hide the moment until somebody presses play
    this.#media.currentTime = this.#wanted.at_s;
    this.#media.focus();
  }

  // Another moment was chosen for its picture. The address alone says nothing: its token is another each time.
  shows({ poster, poster_s: at }) {
    if (at === this.#data.poster_s) return;
    this.#data = { ...this.#data, poster, poster_s: at };
    this.#media?.setAttribute("poster", poster);
  }

  end() {
    this.#turn += 1;
    this.#unseen?.disconnect();
    this.#watching?.end();
    this.#part();
    this.#media?.pause?.();
    endOf(this.#media);
    this.#frame.replaceChildren();
  }

  get at() {
    return this.#media?.readyState ? this.#media.currentTime : null;
  }

  get #viewer() {
    return this.#data.metadata?.viewer_user_id ?? "";
  }

  async #load() {
    const turn = ++this.#turn;
    try {
      const media = await screenOf(this.#data);
      if (turn === this.#turn) this.#show(media);
      else endOf(media); // the page was left meanwhile
    } catch (error) {
      console.error(error);
      if (turn !== this.#turn) return;
      this.#fail("module", "The player itself could not be loaded. Run make setup, then load the page again.");
    }
  }

  #show(media) {
    const data = this.#data;
    this.#media = media;
    media.addEventListener("error", (event) => this.#broken(event.detail ?? media.error));
    listen(media);
    if (data.reports) this.#watching = new Watching(media, (said) => this.#report({ lesson: data.lesson, ...said }));
    if (data.group) this.#part = join(data.group, media);
    this.#frame.replaceChildren(media);
    this.#slot.replaceChildren(this.#frame, ...[extras(media, data), this.#resumed(), chapterList(media, data)].filter(Boolean));
    media.addEventListener("loadedmetadata", () => this.seek(null), { once: true });
  }

  #report(report) {
    keep(this.#viewer, report);
    this.#tell(report);
  }

  #tell(report) {
    this.#outbox.tell({ type: "progress", ...report }, (answer) => answer?.again || forget(report));
  }

  // What was not told when a page was left: Python hears it now, too late for where this drawing would go on.
  #goOn(report) {
    this.#tell(report);
    if (report.lesson !== this.#data.lesson) return;
    const at = report.completed || report.position_s < RESUME_LEAST_S ? 0 : report.position_s;
    this.#data = { ...this.#data, resume_at_s: at };
  }

  #resumed() {
    const { resume_at_s: at } = this.#data;
    return at ? resumed(at, () => (this.#media.currentTime = 0)) : null;
  }

  #broken(error) {
    if (error && error.fatal === false) return;
    this.#fail(String(error?.muxCode ?? error?.code ?? "unknown"), WORDS[error?.code] ?? WORDS.other, error?.message ?? "");
  }

  // Says what happened, keeps it, and offers to try again with new addresses, from where it stopped.
  async #fail(code, sentence, message = "") {
    const { lesson, provider } = this.#data;
    this.#slot.querySelector(".trouble")?.remove();
    const box = trouble(sentence, "", () => this.#again(box));
    this.#slot.append(box);
    const { quote } = await this.#outbox.ask({ type: "trouble", lesson, provider, code, message: message.slice(0, 300) });
    if (quote) box.append(h("p", { class: "quote" }, `Quote ${quote} if you ask for help.`));
  }

  async #again(box) {
    box.querySelector("button").disabled = true;
    const at = this.#media?.currentTime || this.#data.resume_at_s;
    const renewed = await this.#outbox.ask({ type: "renew", lesson: this.#data.lesson });
    box.remove();
    if (renewed.error) return void this.#slot.append(trouble(renewed.error, ""));
    this.end();
    this.#data = { ...this.#data, ...renewed, resume_at_s: at };
    await this.#load();
  }
}

const WORDS = {
  2: "The video stopped: the network failed or its address has run out. Try again.",
  3: "This browser cannot decode the video. Try again, or try another browser.",
  4: "The video could not be loaded: it is gone, not allowed, or of a form that this browser does not play.",
  other: "The video could not be played. Try again.",
};
