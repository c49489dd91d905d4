// What stands above the recorder's buttons: a sentence, the live picture, or what was recorded.

import { h } from "./dom.js";

export class Stage {
  element = h("div", { class: "stage" });
  #url = "";

  set state(state) {
    this.element.dataset.state = state;
  }

  says(text) {
    this.#holds(h("p", {}, text));
  }

  live(stream) {
    if (!stream.getVideoTracks().length) return this.says("The microphone is on.");
    const picture = h("video", { autoplay: true, playsinline: true, "aria-label": "What is recorded" });
    picture.muted = true;
    picture.srcObject = stream;
    this.#holds(picture);
  }

  replay(file) {
    const url = URL.createObjectURL(file);
    const tag = file.type.startsWith("audio/") ? "audio" : "video";
    this.#holds(h(tag, { controls: true, playsinline: true, src: url, "aria-label": file.name }));
    this.#url = url;
  }

  // A recording that is watched is held in memory until its address is given back.
  #holds(element) {
    this.element.replaceChildren(element);
    this.clear();
  }

  clear() {
    URL.revokeObjectURL(this.#url);
    this.#url = "";
  }
}
