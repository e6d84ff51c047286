// The number of duties at the bell: asked for once the page stands, so that no page waits for it.
export async function start() {
  const bell = document.querySelector("[data-bell]");
  if (!bell) return;
  const answer = await fetch(bell.dataset.bell, { headers: { accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const { duties, overdue } = await answer.json();
  const count = bell.querySelector("[data-bell-count]");
  count.textContent = duties > 99 ? "99+" : duties;
  count.hidden = !duties;
  bell.classList.toggle("overdue", overdue > 0);
  bell.querySelector("[data-bell-said]").textContent = bell.dataset.bellLabel.replace("{n}", duties);
}
