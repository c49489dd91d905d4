// Asked again until there is an answer.

import { pause } from "./dom.js";

const PROBE_MS = 3000;
const LONGEST_MS = 60_000;

// Whether somebody answers there: tells a lost network from a Mux that is away.
export async function answers(address) {
  try {
    return (await fetch(address, { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

// Resolves once somebody does, or once `isOver()`.
export async function untilAnswers(address, isOver) {
  while (!isOver() && !(await answers(address))) await pause(PROBE_MS);
}

// Asks until the answer is no `{ again: true }`.
export async function insist(ask) {
  for (let wait = PROBE_MS; (await ask())?.again; wait = Math.min(2 * wait, LONGEST_MS)) await pause(wait);
}
