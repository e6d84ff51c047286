// "正在准备": shown once something takes longer than a moment, until it is done or surely a download.
import { say } from "./say.js";

const MOMENT = 300; // ms
const LONGEST = 10_000; // ms
let timers = [];

export function prepared() {
  timers.forEach(clearTimeout);
  document.body.classList.remove("preparing");
}

export function preparing() {
  prepared();
  const show = () => {
    document.body.classList.add("preparing");
    say(document.body.dataset.preparing);
  };
  timers = [setTimeout(show, MOMENT), setTimeout(prepared, LONGEST)];
}
