// Counts down to [data-countdown] (epoch ms) on the city's clock; announces ten minutes and one minute.
import { now } from "./clock.js";
import { say } from "./say.js";

const two = (n) => String(n).padStart(2, "0");

function show(box) {
  const left = Math.max(0, Math.ceil((Number(box.dataset.countdown) - now()) / 1000));
  const before = box.left;
  if (left === before) return;
  box.left = left;
  const place = box.querySelector("[data-left]");
  if (left === 0) {
    place.textContent = box.dataset.over;
    box.classList.remove("last");
    if (before > 0) {
      say(box.dataset.over);
      box.dispatchEvent(new CustomEvent("over", { bubbles: true }));
    }
    return;
  }
  const days = Math.floor(left / 86400);
  const clock = [left % 86400 / 3600, left % 3600 / 60, left % 60].map((n) => two(Math.floor(n))).join(":");
  place.textContent = clock;
  if (days) {
    const unit = document.createElement("small");
    unit.textContent = days === 1 ? box.dataset.day : box.dataset.days;
    place.prepend(String(days), unit);
  }
  box.classList.toggle("last", left <= 600);
  if (before > 600 && left <= 600) say(box.dataset.soon);
  if (before > 60 && left <= 60) say(box.dataset.last);
}

export function start() {
  const tick = () => document.querySelectorAll("[data-countdown]").forEach(show);
  tick();
  if (document.querySelector("[data-countdown], [data-live]")) setInterval(tick, 250);
}
