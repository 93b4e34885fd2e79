// The front door of the front end. Every form and link works without this file; it only saves steps and keeps one's place.
import { announce, send, swap } from "./swap.js";
import "./panel.js";
import "./inspection.js";
import "./board.js";
import "./inventory.js";
import "./judge.js";

// The sheet is large and only one page has it.
const sheet = () => document.querySelector("table[data-grid]") && import("./grid.js");
sheet();
document.addEventListener("swapped", sheet);

// Forms marked data-swap="#rows #count" are answered in place. All others get only the guard against a second press.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (event.defaultPrevented || button?.formMethod === "dialog" || form.method === "dialog") return;
  if (form.dataset.busy) return event.preventDefault();
  if (button?.dataset.confirm && !form.dataset.agreed) {
    event.preventDefault();
    return ask(button);
  }
  delete form.dataset.agreed;
  const targets = button?.dataset.swap ?? form.dataset.swap;
  const inPanel = form.closest("#panel");
  if ((targets === undefined && !inPanel) || form.dataset.whole) return guard(form, button);
  event.preventDefault();
  const data = new FormData(form, button);
  guard(form, button);
  const page = await send(form, button, data);
  release(form, button);
  if (!page) return;
  if (inPanel && !targets) inPanel.dispatchEvent(new CustomEvent("answered", { detail: page }));
  else swap(page, targets.split(/\s+/), button);
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const page = await send(link);
  if (page) swap(page, link.dataset.swap.split(/\s+/));
});

function guard(form, button) {
  form.dataset.busy = "1";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => button && (button.disabled = true)); // After the browser has read the button's own value.
}

function release(form, button) {
  delete form.dataset.busy;
  form.removeAttribute("aria-busy");
  setTimeout(() => button && (button.disabled = false));
}

// A page that comes back out of the history must not stay locked.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-busy]")) {
    release(form);
    for (const button of form.querySelectorAll("button:disabled:not([data-off])")) button.disabled = false;
  }
});

// Destructive buttons say what they destroy, and ask.
function ask(button) {
  const dialog = document.getElementById("confirm");
  const yes = dialog.querySelector("[data-yes]");
  dialog.querySelector("[data-text]").textContent = button.dataset.confirm;
  yes.textContent = button.dataset.yes ?? button.textContent.trim();
  yes.onclick = () => {
    dialog.close();
    button.form.dataset.agreed = "1";
    button.form.requestSubmit(button);
  };
  dialog.querySelector("[data-no]").onclick = () => dialog.close();
  dialog.showModal();
  dialog.querySelector("[data-no]").focus();
}

// Buttons that only open something, choose all, or print; without JavaScript they stay out of the way (hidden).
for (const late of document.querySelectorAll("[data-scripted]")) late.hidden = false;
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("dialog [data-close]")) event.target.closest("dialog").close();
  if (event.target.matches("dialog[open]")) event.target.close(); // a press on the backdrop
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("change", (event) => {
  const all = event.target.dataset.all;
  if (all) for (const box of document.querySelectorAll(all)) box.checked = event.target.checked;
});

// Drop zones: <label class="drop"><input type="file" data-limit="bytes" data-large="words">…<output></output></label>
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest?.(".drop");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", name === "dragenter" || name === "dragover");
    if (name !== "drop" || !event.dataTransfer.files.length) return;
    const input = zone.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.type !== "file" || !input.closest(".drop")) return;
  const output = input.closest(".drop").querySelector("output");
  const files = [...input.files];
  const large = files.find((file) => file.size > Number(input.dataset.limit ?? Infinity));
  input.setCustomValidity(large ? input.dataset.large ?? large.name : "");
  const words = files.map((file) => `${file.name} (${Math.max(1, Math.round(file.size / 1024)).toLocaleString()} KB)`).join("、");
  if (output) output.textContent = large ? `${words} ${input.dataset.large ?? ""}` : words;
  announce(output?.textContent ?? words);
});

// A search field that narrows a long list in place: <input data-sieve="#list">, each line with data-words (folded).
document.addEventListener("input", (event) => {
  const list = event.target.dataset?.sieve && document.querySelector(event.target.dataset.sieve);
  if (!list) return;
  const words = event.target.value.normalize("NFKC").toLowerCase().replace(/\s/g, "").replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
  for (const line of list.querySelectorAll("[data-words]")) line.hidden = !line.dataset.words.includes(words) && !line.querySelector(":checked");
});
