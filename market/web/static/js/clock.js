// The city's clock: what the server said when it wrote the page, carried on by a monotonic clock.
// The visitor's own clock, which may be wrong or changed, is never asked.
const [page] = performance.getEntriesByType("navigation");
let base = Number(document.documentElement.dataset.serverMs) - (page ? page.responseStart : 0);

export const now = () => base + performance.now();

export function set(serverMs) {
  if (Number.isFinite(serverMs) && serverMs > 0) base = serverMs - performance.now();
}

// A demo's clock may be put ahead elsewhere: whoever hears of a later hour goes there and says so.
const JUMP = 2000; // ms
export function heard(serverMs) {
  if (!(serverMs - now() > JUMP)) return;
  set(serverMs);
  document.dispatchEvent(new CustomEvent("ahead"));
}

const tabs = "BroadcastChannel" in self && new BroadcastChannel("city-clock");
if (tabs) {
  tabs.onmessage = ({ data }) => heard(data);
  tabs.postMessage(now());
}
