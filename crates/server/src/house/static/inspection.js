// The monthly sheet: number keys choose, arrows walk, progress counts, drafts save themselves.
// Which fields an answer needs is shown by CSS alone (.needs), so that the sheet reads right without this file.
import { chance } from "./chance.js";
import { announce, call, sentence } from "./swap.js";

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

// <form data-autosave="/drafts/7"> posts itself after 1.5 s of rest. [data-saved] says so in a few words of its own:
// data-saving, data-done, data-failed (no connection), data-refused, data-changed, data-out. What there is to read or to
// choose stands above the form, where it covers nothing; the bar only leads there. Hidden inputs marked data-fresh
// (req, version) are renewed from the answer.
const timers = new WeakMap();
for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    const form = event.target.closest?.("form[data-autosave]") ?? null;
    if (!form || event.target.type === "file" || form.dataset.held) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(save, 1500, form));
  });
}

async function save(form) {
  if (form.dataset.busy || form.dataset.held || !form.isConnected) return;
  if (form.dataset.saving) return timers.set(form, setTimeout(save, 500, form));
  const data = new FormData(form);
  for (const [key, value] of [...data]) if (value instanceof File) data.delete(key);
  say(form, "saving");
  form.dataset.saving = "1";
  const answer = await call(form.dataset.autosave, { method: "post", body: new URLSearchParams(data) });
  delete form.dataset.saving;
  if (!answer || answer.status >= 500) return say(form, "failed");
  if (answer.status === 401) return signedOut(form);
  if (answer.status === 409 && answer.page.querySelector("form[data-autosave], .conflict")) return changed(form, answer.page);
  if (answer.status >= 400) return refused(form, answer.page);
  document.getElementById("said")?.remove();
  renew(form, answer.page);
  say(form, "done");
}

function renew(form, page) {
  for (const old of form.querySelectorAll("input[data-fresh][name]")) {
    const fresh = page.querySelector(`input[data-fresh][name="${CSS.escape(old.name)}"]`);
    if (fresh) old.value = fresh.value;
    else if (old.name === "req") old.value = chance();
  }
}

// A button of the form itself carries what was typed to the sign-in page, which hands it on.
function signedOut(form) {
  form.dataset.held = "1";
  const status = say(form, "out");
  if (!status) return;
  const button = document.createElement("button");
  button.className = "tight";
  button.textContent = status.dataset.signIn;
  status.append(" ", button);
}

// Above the form: what was refused and why. The next answer that succeeds takes it away.
function refused(form, page) {
  const block = page.querySelector("[data-refusal]") ?? sentence(form.querySelector("[data-saved]")?.dataset.failed ?? "");
  place(form, (block.closest(".refusal") ?? block).cloneNode(true));
  say(form, "refused");
}

// Somebody else saved first. The form that comes back shows the other's values at the fields; where it does not, the
// block above has both columns. Nothing is saved any more until one of the two is chosen.
function changed(form, page) {
  const block = page.querySelector("[data-refusal]") ?? sentence("");
  const mine = page.querySelector(`form[data-autosave="${CSS.escape(form.dataset.autosave)}"]`);
  const both = document.adoptNode(block.closest(".refusal") ?? block);
  let held = form;
  if (mine) {
    held = document.adoptNode(mine);
    keep(form, held);
    form.replaceWith(held);
    count(held);
  }
  held.dataset.held = "1";
  place(held, both);
  const [version] = both.querySelectorAll("form[data-mine] input[name=version]");
  for (const chosen of both.querySelectorAll("form[data-mine]")) {
    chosen.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (version) held.elements.namedItem("version").value = version.value;
      held.elements.namedItem("req").value = chance();
      held.requestSubmit(held.querySelector("button[name=act][value=save]"));
    });
  }
  say(held, "changed");
}

// What was typed while the answer was on its way stays.
function keep(from, to) {
  for (const field of from.elements) {
    if (!field.name || field.type === "hidden" || field.type === "file" || field.tagName === "BUTTON") continue;
    const twins = [...to.elements].filter((one) => one.name === field.name && one.type === field.type);
    if (field.type === "radio" || field.type === "checkbox") {
      for (const twin of twins) if (twin.value === field.value) twin.checked = field.checked;
    } else if (twins.length) twins[0].value = field.value;
  }
  const focus = from.contains(document.activeElement) && document.activeElement.id;
  if (focus) setTimeout(() => document.getElementById(focus)?.focus({ preventScroll: true }));
}

function place(form, block) {
  document.getElementById("said")?.remove();
  block.id = "said";
  block.tabIndex = -1;
  form.before(block);
}

// The few words of the bar; where there is more to read, they are a link to it.
function say(form, what) {
  const status = form.querySelector("[data-saved]");
  if (!status) return null;
  const now = what === "done" ? ` ${new Date().toTimeString().slice(0, 5)}` : "";
  const words = (status.dataset[what] ?? "") + now;
  const wrong = ["failed", "refused", "changed", "out"].includes(what);
  status.classList.toggle("failed", wrong);
  status.replaceChildren(words);
  if (what === "refused" || what === "changed") {
    status.replaceChildren(Object.assign(document.createElement("a"), { href: "#said", textContent: words }));
    announce(words);
  }
  return status;
}
