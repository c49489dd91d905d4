// A lesson's chapters: told to the player, which shows them in its bar where it has one, and listed below the picture.

import { clock, h } from "./dom.js";
import { textOf } from "./screen.js";

// The list, filled when the chapters have come; null where there are none. Of players in step none shows its own.
export function chapterList(media, { tracks = [], group }) {
  const track = tracks.find(({ kind }) => kind === "chapters");
  if (!track || group) return null;
  const nav = listOf([]);
  load(media, nav, track).catch((error) => console.warn("The chapters did not come.", error)); // the video plays without them
  return nav;
}

async function load(media, nav, { src, label, language }) {
  const text = await textOf(src);
  const chapters = chaptersOf(text);
  if (!chapters.length) return;
  if (media.localName === "video") tell(media, text, label, language);
  else whenLoaded(media, () => media.addChapters(chapters.map(({ at, until, title }) => ({ startTime: at, endTime: until, value: title }))));
  const full = listOf(chapters, (at) => whenLoaded(media, () => (media.currentTime = at)));
  nav.replaceChildren(...full.children);
  nav.hidden = false;
  media.addEventListener("timeupdate", () => mark(nav, chapters, media.currentTime));
  mark(nav, chapters, media.currentTime);
}

// No browser shows the chapters of its own player, but other aids find them there.
function tell(video, text, label, language) {
  const src = URL.createObjectURL(new Blob([text], { type: "text/vtt" }));
  const element = h("track", { kind: "chapters", src, label, srclang: language });
  video.append(element);
  element.track.mode = "hidden"; // else it would not be read
}

function whenLoaded(media, act) {
  if (media.readyState) act();
  else media.addEventListener("loadedmetadata", act, { once: true });
}

// Says which one is playing; a long list is moved to it, the page is not.
function mark(nav, chapters, now) {
  const button = nav.querySelectorAll("button")[chapters.findLastIndex(({ at }) => at <= now)];
  const before = nav.querySelector("[aria-current]");
  if (button === before) return;
  before?.removeAttribute("aria-current");
  if (!button) return;
  button.setAttribute("aria-current", "true");
  const { offsetTop: top, offsetHeight: height } = button;
  if (top < nav.scrollTop || top + height > nav.scrollTop + nav.clientHeight) nav.scrollTop = top;
}

export function listOf(chapters, jump = () => {}) {
  const items = chapters.map(({ at, title }) =>
    h("li", {}, h("button", { type: "button", onclick: () => jump(at) }, h("span", { class: "at" }, clock(at)), ` ${title}`)));
  return h("nav", { class: "chapters", "aria-label": "Chapters", hidden: !items.length }, h("ol", {}, ...items));
}

// `[{ at, until, title }]` of a WebVTT text, by time; what is no cue with words is passed over.
export function chaptersOf(text) {
  const blocks = text.replace(/\r\n?/g, "\n").split(/\n{2,}/);
  return blocks.map(cueOf).filter(Boolean).sort((one, other) => one.at - other.at);
}

function cueOf(block) {
  const lines = block.split("\n");
  const times = lines.findIndex((line) => line.includes("-->"));
  if (times < 0) return null;
  const [at, until] = lines[times].split("-->").map(seconds);
  const title = plain(lines.slice(times + 1).join(" "));
  return at !== undefined && title ? { at, until, title } : null;
}

function seconds(text) {
  const found = text.trim().match(/^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d{1,3})?)/);
  if (!found) return undefined;
  const [, hours = 0, minutes, rest] = found;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(rest.replace(",", "."));
}

// Without marks such as <c>, and `&amp;` as it is meant.
function plain(text) {
  const marked = text.replace(/<[^>]*>/g, "");
  return new DOMParser().parseFromString(marked, "text/html").body.textContent.trim();
}
