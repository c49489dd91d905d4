// How one file on its way looks: name, bar, sentence, buttons. Draws plain facts, so that the gallery can draw any.

import { h, left, size } from "./dom.js";
import { State } from "./states.js";

const WORDS = {
  [State.WAITING]: "Waits for its turn",
  [State.ASKING]: "Asking where to send it",
  [State.UPLOADING]: "Uploading",
  [State.PAUSED]: "Paused",
  [State.OFFLINE]: "No network",
  [State.PROCESSING]: "All bytes are there",
  [State.COMPLETE]: "Uploaded",
  [State.ERROR]: "Not uploaded",
  [State.CANCELLED]: "Cancelled",
};
const ICONS = {
  [State.WAITING]: "○",
  [State.ASKING]: "…",
  [State.UPLOADING]: "↑",
  [State.PAUSED]: "‖",
  [State.OFFLINE]: "…",
  [State.PROCESSING]: "…",
  [State.COMPLETE]: "✓",
  [State.ERROR]: "!",
  [State.CANCELLED]: "×",
};

// A row that `update(facts)` draws anew; `acts` are what its buttons do.
export function row(acts) {
  const state = h("span", { class: "state" });
  const name = h("span", { class: "name" });
  const bar = h("div", { class: "bar" }, h("i"));
  const said = h("p", { class: "said" });
  const live = h("p", { class: "unseen", "aria-live": "polite" });
  const buttons = h("div", { class: "buttons" });
  const element = h("li", { class: "file" }, h("div", { class: "line" }, state, name, buttons), bar, said, live);
  let shown = "";
  const update = (facts) => {
    element.dataset.state = facts.state;
    state.textContent = `${ICONS[facts.state]} ${WORDS[facts.state]}`;
    name.textContent = facts.file.name;
    drawBar(bar, facts);
    said.textContent = sentence(facts);
    if (shown === facts.state + facts.retryable) return; // else a button would lose its focus with each percent
    shown = facts.state + facts.retryable;
    live.textContent = `${facts.file.name}: ${WORDS[facts.state]}. ${facts.sentence}`;
    redraw(buttons, offered(facts), facts.file.name, acts);
  };
  return { element, update };
}

function redraw(buttons, wanted, name, acts) {
  const focused = buttons.getRootNode().activeElement;
  const had = buttons.contains(focused);
  buttons.replaceChildren(
    ...wanted.map(([act, label]) => h("button", { type: "button", "aria-label": `${label} ${name}`, onclick: () => acts[act]?.() }, label)),
  );
  if (had) buttons.firstElementChild?.focus();
}

function drawBar(bar, facts) {
  const percent = Math.round(100 * (facts.state === State.COMPLETE ? 1 : facts.share));
  bar.hidden = ![State.UPLOADING, State.PAUSED, State.OFFLINE, State.PROCESSING].includes(facts.state);
  bar.firstElementChild.style.width = `${percent}%`;
  for (const [name, value] of Object.entries({ role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": percent })) {
    bar.setAttribute(name, value);
  }
  bar.setAttribute("aria-label", `Uploading ${facts.file.name}`);
}

function sentence(facts) {
  if (facts.state === State.ERROR) return facts.sentence;
  const far = [State.UPLOADING, State.PAUSED, State.OFFLINE].includes(facts.state)
    ? `${size(facts.share * facts.file.size)} of ${size(facts.file.size)}`
    : size(facts.file.size);
  const rest = facts.state === State.UPLOADING ? left(secondsLeft(facts)) : "";
  const waits = facts.state === State.OFFLINE ? "goes on by itself when the network is back" : "";
  return [far, rest, waits, facts.cost, facts.notice, facts.state === State.COMPLETE ? "The list below shows what becomes of it." : ""].filter(Boolean).join(" · ");
}

function secondsLeft({ share, since }) {
  const spent = (Date.now() - since.at) / 1000;
  const gone = share - since.share;
  return gone > 0.01 && spent > 2 ? (spent / gone) * (1 - share) : NaN;
}

function offered({ state, retryable }) {
  const cancel = ["cancel", "Cancel"];
  const offers = {
    [State.WAITING]: [cancel],
    [State.ASKING]: [cancel],
    [State.UPLOADING]: [["pause", "Pause"], cancel],
    [State.PAUSED]: [["resume", "Resume"], cancel],
    [State.OFFLINE]: [cancel],
    [State.ERROR]: retryable ? [["retry", "Try again"], ["drop", "Remove"]] : [["drop", "Remove"]],
    [State.COMPLETE]: [["drop", "Remove"]],
    [State.CANCELLED]: [["drop", "Remove"]],
  };
  return offers[state] ?? [];
}
