// What every page gets. Nothing here is needed to use a page; it only makes it livelier.
import { start as awake } from "./awake.js";
import { start as bell } from "./bell.js";
import { start as copy } from "./copy.js";
import { start as countdown } from "./countdown.js";
import { start as drafts } from "./drafts.js";
import { start as live } from "./live.js";
import { prepared, preparing } from "./preparing.js";
import { start as undo } from "./undo.js";
import { start as when } from "./when.js";

for (const start of [awake, bell, copy, countdown, drafts, live, undo, when]) start();

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector("[data-search]") ?? document.querySelector("[data-find] input");
  event.preventDefault();
  const folded = search.closest("[data-find]");
  if (folded) folded.open = true;
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

// Paper shows what is folded.
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details.fold:not([open])")) fold.open = fold.printed = true;
});
addEventListener("afterprint", () => {
  for (const fold of document.querySelectorAll("details.fold")) if (fold.printed) fold.open = fold.printed = false;
});

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

for (const find of document.querySelectorAll("[data-find]")) {
  find.addEventListener("toggle", () => find.open && find.querySelector("input").focus());
}

// On narrow screens tabs scroll sideways: bring where we are into sight.
for (const here of document.querySelectorAll(".tabs [aria-current]")) {
  const frame = here.closest("nav");
  frame.scrollLeft = here.offsetLeft - frame.offsetLeft - (frame.clientWidth - here.offsetWidth) / 2;
}
