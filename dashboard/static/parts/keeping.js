// Recordings in the browser's own database, piece by piece, until they are uploaded: a closed tab loses nothing.

import { isPlayable } from "./playable.js";

const FIRST_PIECES = 20; // the head, and the first seconds
const NAME = "lectern-recordings";
let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("recordings", { keyPath: "id" });
      request.result.createObjectStore("pieces", { keyPath: ["recording", "number"] });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  opened.catch(() => (opened = null)); // it may be allowed by the next time
  return opened;
}

async function within(mode, act) {
  const transaction = (await database()).transaction(["recordings", "pieces"], mode);
  const result = act(transaction.objectStore("recordings"), transaction.objectStore("pieces"));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(result?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

const piecesOf = (id) => IDBKeyRange.bound([id, 0], [id, Infinity]);

// `{id, name, mime, started_at, seconds, user}`
export const keep = (recording) => within("readwrite", (recordings) => void recordings.put(recording));
export const keepPiece = (recording, number, bytes) => within("readwrite", (_, pieces) => void pieces.put({ recording, number, bytes }));

export function forget(id) {
  return within("readwrite", (recordings, pieces) => void (recordings.delete(id), pieces.delete(piecesOf(id))));
}

// The whole of it, or its first pieces, as a file.
export async function fileOf({ id, name, mime }, most = undefined) {
  const pieces = await within("readonly", (_, pieces) => pieces.getAll(piecesOf(id), most));
  return new File(pieces.map((piece) => piece.bytes), name, { type: mime });
}

// Those of this person that no open tab is busy with and that have something to show: a tab may be closed before.
export async function left(user) {
  const all = (await within("readonly", (recordings) => recordings.getAll())) ?? [];
  const mine = all.filter((one) => one.user === user);
  const held = new Set(((await navigator.locks?.query())?.held ?? []).map((lock) => lock.name));
  const free = mine.filter((one) => !held.has(lockOf(one.id)));
  const shown = await Promise.all(free.map(async (one) => isPlayable(await fileOf(one, FIRST_PIECES))));
  return free.filter((_, i) => shown[i]);
}

const lockOf = (id) => `${NAME}:${id}`;

// Other tabs leave it alone until what is returned is called, or this tab is gone.
export function hold(id) {
  let release = () => {};
  const end = new Promise((resolve) => (release = resolve));
  navigator.locks?.request(lockOf(id), () => end);
  return release;
}
