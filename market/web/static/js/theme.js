// Runs before the first paint, so it is no module: a chosen theme switches the dark sheet on or off.
// Without a choice the sheet follows the system by its own media query.
(() => {
  const sheet = document.getElementById("dark");
  const bySystem = sheet.media;
  const isDark = () => matchMedia(sheet.media).matches;
  const show = (theme) => {
    sheet.media = theme === "dark" ? "screen" : theme === "light" ? "not all" : bySystem;
  };
  const kept = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // a browser that keeps nothing still follows the system
    }
  };
  show(kept());
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-theme-switch]");
    if (!button) return;
    const label = button.querySelector("[data-theme-label]");
    const name = () => (label.textContent = isDark() ? button.dataset.light : button.dataset.dark);
    button.hidden = false;
    name();
    button.addEventListener("click", () => {
      const theme = isDark() ? "light" : "dark";
      show(theme);
      name();
      try {
        localStorage.setItem("theme", theme);
      } catch {
        // the choice holds for this page only
      }
    });
  });
})();
