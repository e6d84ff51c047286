// Tells people who cannot see the change: one polite region for the whole page.
const region = document.getElementById("said");

export function say(text) {
  if (!region || !text) return;
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 50); // an emptied region announces even the same words
}
