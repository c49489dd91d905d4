// The last word of each viewing, kept in this browser until Python has read it: whoever goes to another address leaves
// no time to tell it. It is told when a player is next shown, if that is soon: later they may have gone on elsewhere.

const PREFIX = "lectern.untold.";
const SOON_MS = 600_000;

export function keep(viewer, report) {
  onShelf((shelf) => shelf.setItem(PREFIX + report.session, JSON.stringify({ viewer, at: Date.now(), report })));
}

// Once it was read; a newer word of the same viewing stays.
export function forget({ session, watched_s: read }) {
  onShelf((shelf) => {
    const kept = JSON.parse(shelf.getItem(PREFIX + session));
    if (kept && kept.report.watched_s <= read) shelf.removeItem(PREFIX + session);
  });
}

// This viewer's, oldest first; whatever is too old is thrown away.
export function untold(viewer) {
  return onShelf((shelf) => {
    const names = Object.keys(shelf).filter((name) => name.startsWith(PREFIX));
    const kept = names.map((name) => ({ name, ...JSON.parse(shelf.getItem(name)) }));
    for (const { name, at } of kept) if (Date.now() - at > SOON_MS) shelf.removeItem(name);
    const theirs = kept.filter((one) => one.viewer === viewer && Date.now() - one.at <= SOON_MS);
    return theirs.sort((one, other) => one.at - other.at).map(({ report }) => report);
  }) ?? [];
}

function onShelf(act) {
  try {
    return act(window.localStorage);
  } catch (error) {
    console.warn("This browser keeps nothing of a viewing.", error); // what is told in time counts all the same
    return null;
  }
}
