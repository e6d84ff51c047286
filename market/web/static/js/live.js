// Regions that redraw themselves: [data-live] names an event source; on "state" the page is fetched again
// and the regions with the same ids are put in place, politely announced.
import { heard, set } from "./clock.js";
import { say } from "./say.js";

const SPREAD = 1500; // ms over which the visitors of one page spread their fetches
const regions = () => document.querySelectorAll("[data-live][id]");
const shown = new Map(); // region id → what the server wrote there last
let waiting = 0;

// Counters and one-time keys differ in every answer and are no news.
function essence(region) {
  const copy = region.cloneNode(true);
  copy.querySelectorAll('[data-left], [name="idempotency_key"]').forEach((node) => node.remove());
  return copy.innerHTML;
}

async function redraw() {
  waiting = 0;
  let fresh;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store" });
    if (!answer.ok) return;
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return; // the next event or the next look at the page tries again
  }
  set(Number(fresh.documentElement.dataset.serverMs));
  const pairs = Array.from(regions(), (old) => [old, fresh.getElementById(old.id)]);
  if (pairs.length && pairs.every(([, young]) => !young)) return; // another page answered, such as the sign-in
  const hours = fresh.querySelectorAll("[data-now]"); // what the page says the city's time is
  document.querySelectorAll("[data-now]").forEach((old, at) => hours[at] && old.replaceWith(hours[at]));
  for (const old of document.querySelectorAll("[data-follows][id]")) { // such as the tab that is shown first
    old.className = fresh.getElementById(old.id)?.className ?? old.className;
  }
  for (const [old, young] of pairs) {
    const news = young ? essence(young) : "";
    if (news === shown.get(old.id)) continue;
    shown.set(old.id, news);
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    old.replaceChildren(...(young?.childNodes ?? []));
    old.classList.remove("refreshed");
    void old.offsetWidth; // restarts the highlight
    old.classList.add("refreshed");
    if (focused) document.getElementById(focused)?.focus();
    say(old.dataset.liveSaid);
  }
}

function soon(spread) {
  if (!waiting) waiting = setTimeout(redraw, spread ? performance.timeOrigin % SPREAD : 0);
}

function listen(address, state) {
  let last = state;
  const source = new EventSource(address);
  source.addEventListener("time", (event) => heard(Number(event.data)));
  source.addEventListener("state", (event) => {
    const said = JSON.parse(event.data);
    if (said.state === last) return;
    last = said.state;
    soon(true);
  });
}

export function start() {
  const sources = new Map();
  for (const region of regions()) {
    shown.set(region.id, essence(region));
    sources.set(region.dataset.live, region.dataset.liveState);
  }
  sources.forEach((state, address) => listen(address, state));
  document.addEventListener("ahead", () => soon(true));
  document.addEventListener("over", () => sources.size && soon(true));
  document.addEventListener("visibilitychange", () => {
    const counting = document.querySelector("[data-countdown]");
    if (!document.hidden && (sources.size || counting)) soon(false); // a PC that slept lost its clock
  });
}
