// A session lasts while somebody types: the server hears of it now and then, and of nothing that is typed.
const EVERY = 120_000; // ms

export function start() {
  if (!("signedIn" in document.body.dataset)) return;
  let heard = Date.now();
  document.addEventListener("input", () => {
    if (Date.now() - heard < EVERY) return;
    heard = Date.now();
    fetch("/api/session", { cache: "no-store" }).catch(() => {});
  });
}
