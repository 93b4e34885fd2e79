// The side panel: a[data-panel] opens its own address beside the list. Without JavaScript it is a link like any other.
// data-behind="#board" on the link names what to refresh on the page below once something in the panel was done.
import { announce, call, swap } from "./swap.js";

const panel = document.getElementById("panel");
let opener = null;
let changed = false;

if (panel) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-panel], #panel a[data-here]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (!panel.contains(link)) opener = link;
    open(link.href);
  });
  panel.addEventListener("answered", (event) => {
    changed = true;
    fill(event.detail, event.detail.address);
    announce(event.detail.querySelector("#flash")?.textContent.trim());
  });
  panel.addEventListener("close", () => {
    document.querySelector("tr[aria-selected=true]")?.removeAttribute("aria-selected");
    if (opener) (opener.isConnected ? opener : document.querySelector(`a[href="${CSS.escape(opener.getAttribute("href"))}"]`))?.focus();
    if (changed) refresh();
    changed = false;
  });
}

async function open(href) {
  const body = panel.querySelector("[data-body]");
  const waiting = document.createElement("p");
  waiting.className = "waiting";
  waiting.textContent = panel.dataset.loading;
  body.replaceChildren(waiting);
  opener?.closest("tr")?.setAttribute("aria-selected", "true");
  if (!panel.open) panel.showModal();
  const answer = await call(href);
  if (!answer) {
    waiting.className = "refusal";
    waiting.textContent = panel.dataset.failed;
    return announce(panel.dataset.failed);
  }
  fill(answer.page, answer.url);
}

// Takes the inside of the answer's <main>. Ids that the page below already has are dropped, so that labels stay true.
function fill(page, address) {
  const main = page.querySelector("main");
  if (!main) return location.assign(address);
  main.querySelector("#flash:empty")?.remove();
  for (const node of main.querySelectorAll("#flash, #main")) node.removeAttribute("id");
  const body = panel.querySelector("[data-body]");
  body.replaceChildren(...[...main.childNodes].map((node) => document.adoptNode(node)));
  body.scrollTop = 0;
  panel.querySelector("[data-whole]").href = address;
  const head = body.querySelector("h1, h2");
  if (head) {
    head.tabIndex = -1;
    head.focus();
  }
}

async function refresh() {
  const behind = opener?.dataset.behind;
  if (!behind) return;
  const answer = await call(location.href);
  if (!answer) return;
  answer.page.address = answer.url;
  swap(answer.page, behind.split(/\s+/));
  document.querySelector(`a[data-panel][href="${CSS.escape(opener.getAttribute("href"))}"]`)?.focus();
}
