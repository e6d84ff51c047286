// What every page gets. Nothing here is needed to use a page; it only makes it livelier.
import { start as copy } from "./copy.js";
import { start as countdown } from "./countdown.js";
import { start as drafts } from "./drafts.js";
import { start as live } from "./live.js";
import { prepared, preparing } from "./preparing.js";
import { start as undo } from "./undo.js";

for (const start of [copy, countdown, drafts, live, undo]) start();

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector("[data-search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const button of document.querySelectorAll("[data-back]")) {
  button.hidden = history.length < 2;
  button.addEventListener("click", () => history.back());
}
document.querySelector("[data-focus]")?.focus();

// What takes longer than a moment says so: another page, or a file, is being prepared.
addEventListener("beforeunload", preparing);
addEventListener("pageshow", prepared);

// Menus close with Escape and with a click elsewhere.
document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// On narrow screens menus scroll sideways: bring where we are into sight.
for (const here of document.querySelectorAll(".nav [aria-current], .tabs [aria-current]")) {
  const frame = here.closest("nav");
  frame.scrollLeft = here.offsetLeft - frame.offsetLeft - (frame.clientWidth - here.offsetWidth) / 2;
}
