// One recording under way: from the camera into the browser's own database, piece by piece.

import { formOf } from "./capture.js";
import { newId } from "./dom.js";
import { Failed } from "./failed.js";
import { fileOf, hold, keep, keepPiece } from "./keeping.js";

// MP4 is given out from key frame to key frame, each at the piece after the next one: a closed tab loses a second or two.
const KEY_FRAME_MS = 1000;
const PIECE_MS = 500;
const UNKEPT =
  "This browser keeps nothing for this page, so a closed tab would lose the recording. " +
  "Leave the private window or allow this site to store data, or make room, then try again.";
const NO_ROOM = "This browser has no room left, so the recording ended here. Upload what there is.";

export class Taking {
  trouble = ""; // why it ended by itself
  release = () => {};
  #recorder;
  #written = Promise.resolve();
  #number = 0;
  #rest = []; // pieces that found no room: they last as long as the page

  // `onend` is called once it is over, however it ended. Raises what the browser raises.
  constructor(stream, source, user, onend) {
    const mime = formOf(source);
    this.recording = { id: newId(), mime: mime.split(";")[0], started_at: Date.now(), seconds: 0, user };
    this.recording.name = nameOf(this.recording);
    this.#recorder = new MediaRecorder(stream, { ...(mime && { mimeType: mime }), videoKeyFrameIntervalDuration: KEY_FRAME_MS });
    this.#recorder.ondataavailable = ({ data }) => this.#piece(data);
    this.#recorder.onstop = onend;
  }

  // Rejects with `Failed` where nothing can be kept: then nothing is recorded.
  async start() {
    this.release = hold(this.recording.id);
    try {
      await keep(this.recording).catch(refused);
      this.#recorder.start(PIECE_MS);
    } catch (error) {
      this.release();
      throw error;
    }
  }

  get isPaused() {
    return this.#recorder.state === "paused";
  }

  pauseOrGoOn() {
    this.isPaused ? this.#recorder.resume() : this.#recorder.pause();
  }

  stop() {
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
  }

  // All of it, what found no room as well.
  async file() {
    await this.#written;
    const kept = await fileOf(this.recording);
    return new File([kept, ...this.#rest], kept.name, { type: kept.type });
  }

  #piece(bytes) {
    if (!bytes.size) return;
    const number = ++this.#number;
    this.#written = this.#written.then(() => this.#keep(number, bytes));
  }

  async #keep(number, bytes) {
    if (this.#rest.length) return void this.#rest.push(bytes);
    try {
      await keepPiece(this.recording.id, number, bytes);
    } catch (error) {
      this.#rest.push(bytes);
      return this.#full(error);
    }
    await keep(this.recording).catch((error) => this.#full(error));
  }

  #full(error) {
    console.error(error);
    this.trouble = NO_ROOM;
    this.stop();
  }
}

function refused(error) {
  console.error(error);
  throw new Failed(UNKEPT);
}

function nameOf({ mime, started_at: startedAt }) {
  const local = new Date(startedAt - new Date(startedAt).getTimezoneOffset() * 60_000);
  const stamp = local.toISOString().slice(0, 16).replace("T", " ").replace(":", "-");
  const ending = mime.endsWith("/mp4") ? (mime.startsWith("audio/") ? "m4a" : "mp4") : "webm";
  return `Recording ${stamp}.${ending}`;
}
