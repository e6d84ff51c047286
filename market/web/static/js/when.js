// Shows a part of a form when its question applies: [data-when="name=value,value"] stands beside a
// choice of that name. Without script all of it is there; what is wrong is never hidden.
function chosen(form, name) {
  const boxes = [...form.elements].filter((box) => box.name === name);
  const picked = boxes.filter((box) => !["radio", "checkbox"].includes(box.type) || box.checked);
  return picked.map((box) => box.value);
}

function apply(form) {
  for (const part of form.querySelectorAll("[data-when]")) {
    const [name, values] = part.dataset.when.split("=");
    const fits = chosen(form, name).some((value) => values.split(",").includes(value));
    part.hidden = !fits && !part.querySelector(".wrong");
  }
}

export function start() {
  for (const form of document.querySelectorAll("form")) {
    if (!form.querySelector("[data-when]")) continue;
    apply(form);
    form.addEventListener("change", () => apply(form));
  }
}
