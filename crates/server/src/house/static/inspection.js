// The monthly sheet: number keys choose, arrows walk, progress counts, drafts save themselves.
// Which fields an answer needs is shown by CSS alone (.needs), so that the sheet reads right without this file.
import { chance } from "./chance.js";
import { call } from "./swap.js";

const typing = (element) => element.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=hidden])");
const items = (sheet) => [...sheet.querySelectorAll(".item")];
const answered = (item) => item.querySelector(".choice :checked") !== null;

document.addEventListener("keydown", (event) => {
  const sheet = document.querySelector(".inspection");
  if (!sheet || event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const here = event.target.closest(".item");
  if (typing(event.target) || !(here || event.target === document.body || event.target.matches("main"))) return;
  const all = items(sheet);
  const item = here ?? all.find((one) => !answered(one)) ?? all[0];
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    walk(all[all.indexOf(item) + (event.key === "ArrowDown" ? (here ? 1 : 0) : -1)]);
  } else if (/^[1-4]$/.test(event.key)) {
    const radio = item.querySelectorAll(".choice input")[Number(event.key) - 1];
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.focus();
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    const needed = [...item.querySelectorAll(".needs textarea, .needs input, .needs select")].find((field) => field.checkVisibility?.() ?? field.offsetParent);
    if (needed && !needed.value) needed.focus();
    else if (!needed) walk(all[all.indexOf(item) + 1]);
  }
});

function walk(item) {
  if (!item) return;
  (item.querySelector(".choice :checked") ?? item.querySelector(".choice input"))?.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

// 「残りをすべて○にする」: <button name="rest" value="good" data-rest>; without JavaScript the server does the same.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-rest]");
  if (!button) return;
  event.preventDefault();
  const sheet = button.closest(".inspection");
  for (const item of items(sheet)) {
    const radio = !answered(item) && item.querySelector(".choice.good input");
    if (radio) radio.checked = true;
  }
  sheet.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("change", (event) => count(event.target.closest?.(".inspection")));
document.addEventListener("swapped", () => document.querySelectorAll(".inspection").forEach(count));
document.querySelectorAll(".inspection").forEach(count);

// .progress holds <output> and <progress>; both follow the answers.
function count(sheet) {
  const box = sheet?.querySelector(".progress");
  if (!box) return;
  const all = items(sheet);
  const done = all.filter(answered).length;
  box.querySelector("output").textContent = `${done}/${all.length}`;
  Object.assign(box.querySelector("progress"), { max: all.length, value: done });
  box.dispatchEvent(new CustomEvent("counted", { bubbles: true, detail: { done, all: all.length } }));
}

// <form data-autosave="/drafts/7"> posts itself after 1.5 s of rest. [data-saved] says so with its own words:
// data-saving, data-done, data-failed. Hidden inputs marked data-fresh (req, version) are renewed from the answer.
const timers = new WeakMap();
for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    const form = event.target.closest?.("form[data-autosave]") ?? null;
    if (!form || event.target.type === "file") return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(save, 1500, form));
  });
}

async function save(form) {
  if (form.dataset.busy) return;
  if (form.dataset.saving) return timers.set(form, setTimeout(save, 500, form));
  const status = form.querySelector("[data-saved]");
  const data = new FormData(form);
  for (const [key, value] of [...data]) if (value instanceof File) data.delete(key);
  say(status, "saving");
  form.dataset.saving = "1";
  const answer = await call(form.dataset.autosave, { method: "post", body: new URLSearchParams(data) });
  delete form.dataset.saving;
  if (!answer || answer.status >= 400) return say(status, "failed", answer?.page.querySelector("[data-refusal]")?.textContent.trim());
  for (const old of form.querySelectorAll("input[data-fresh][name]")) {
    const fresh = answer.page.querySelector(`input[data-fresh][name="${CSS.escape(old.name)}"]`);
    if (fresh) old.value = fresh.value;
    else if (old.name === "req") old.value = chance();
  }
  say(status, "done");
}

function say(status, what, words) {
  if (!status) return;
  const now = what === "done" ? ` ${new Date().toTimeString().slice(0, 5)}` : "";
  status.textContent = words || (status.dataset[what] ?? "") + now;
  status.classList.toggle("failed", what === "failed");
}
