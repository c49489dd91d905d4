// What Mux Data is told of a view: never what opens a video. Addresses lose what stands behind their path.

const OPENING = /(\bhttps?:\/\/[^\s"'<>?#]*)[?#][^\s"'<>]*/g;

// Of mux-embed: the facts of each event, and those it reads off the element (its address and its picture's).
const BARE = { emitTranslator: (event, facts) => [event, bare(facts)], stateDataTranslator: bare };

// Mux Data hears of S3 playback too, so that both can be compared.
export async function tellOf(video, { tells, env_key, metadata, modules }) {
  if (!tells || !env_key) return;
  try {
    const { default: mux } = await import(new URL(modules.data, document.baseURI).href);
    const facts = { env_key, player_name: "Lectern S3", player_init_time: Date.now(), ...metadata };
    mux.monitor(video, { disableCookies: true, data: facts, ...BARE });
  } catch (error) {
    console.warn("Mux Data is not told of this view.", error); // playing matters more than counting
  }
}

// Mux's player tells by itself; where it cannot be kept from telling addresses, it tells nothing.
export function keepBare(player) {
  if (player.media) player.media.muxDataSDKOptions = BARE;
  else player.setAttribute("disable-tracking", "");
}

// The view is over; Mux's player says so itself.
export function endOf(media) {
  if (media?.localName === "video") media.mux?.destroy();
}

function bare(value) {
  if (typeof value === "string") return value.replace(OPENING, "$1");
  if (Array.isArray(value)) return value.map(bare);
  if (value?.constructor !== Object) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, bare(one)]));
}
