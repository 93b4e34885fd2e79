// Asking the server and putting parts of its answer in place of parts of the page.

export function announce(words) {
  const live = document.getElementById("live");
  if (!live || !words) return;
  live.textContent = "";
  setTimeout(() => (live.textContent = words), 50);
}

export const parse = (text) => new DOMParser().parseFromString(text, "text/html");

// Fetches one address of ours. Answers { status, url, page }, or null when the network or the server failed.
export async function call(url, options = {}) {
  try {
    const answer = await fetch(url, { credentials: "same-origin", ...options, headers: { "X-Swap": "1", Accept: "text/html" } });
    return { status: answer.status, url: answer.url, page: parse(await answer.text()) };
  } catch {
    return null;
  }
}

// Sends a form (or follows a link) and gives the page that came back, or null once a refusal has been shown at the form.
export async function send(source, button, data) {
  const live = document.getElementById("live");
  const link = source.tagName === "A";
  const method = link ? "get" : (button?.getAttribute("formmethod") ?? source.getAttribute("method") ?? "get").toLowerCase();
  const url = new URL(link ? source.href : button?.getAttribute("formaction") ?? source.getAttribute("action") ?? location.href, location.href);
  const options = { method };
  if (method === "get" && data) url.search = new URLSearchParams([...data].filter(([, value]) => value !== "")).toString();
  if (method === "post") options.body = source.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
  const answer = await call(url, options);
  if (!answer) return refuse(source, sentence(live.dataset.offline));
  if (answer.status === 401 && method === "post") {
    // Sent once more as a whole page, so that the sign-in page takes what was typed with it.
    source.dataset.whole = source.dataset.agreed = "1";
    setTimeout(() => source.requestSubmit(button), 50);
    return null;
  }
  const refusal = answer.page.querySelector("[data-refusal]");
  if (answer.status >= 400) {
    mark(source, answer.page);
    return refuse(source, refusal ?? sentence(live.dataset.broken));
  }
  source.querySelector?.(":scope > [data-refusal]")?.remove();
  mark(source, answer.page);
  if (method === "get" && !source.closest("#panel")) history.replaceState(null, "", answer.url);
  answer.page.address = answer.url;
  return answer.page;
}

// Replaces elements by id and keeps the focus and the place. An answer without them is another page: go there.
// A button that is off while its form is on the way has lost the focus: `pressed` says where it was.
export function swap(page, targets, pressed) {
  const ids = targets.filter(Boolean).map((target) => target.replace(/^#/, ""));
  if (ids.some((id) => !page.getElementById(id))) return location.assign(page.address ?? location.href);
  const held = document.activeElement === document.body ? pressed ?? document.body : document.activeElement;
  const key = held?.id ? `#${CSS.escape(held.id)}` : held?.name ? `[name="${CSS.escape(held.name)}"]` : null;
  const [from, to] = [held?.selectionStart, held?.selectionEnd];
  for (const id of [...ids, "flash"]) {
    const old = document.getElementById(id);
    const fresh = page.getElementById(id);
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  }
  if (!held?.isConnected) {
    const again = (key && document.querySelector(`#${CSS.escape(ids[0])} ${key}, ${key}`)) || document.getElementById(ids[0]);
    if (again && !again.matches("a, button, input, select, textarea, [tabindex]")) again.tabIndex = -1;
    again?.focus({ preventScroll: true });
    if (again?.setSelectionRange && from != null) try { again.setSelectionRange(from, to); } catch { /* not a text field */ }
  }
  const said = page.querySelector("[data-announce]")?.dataset.announce || document.getElementById("flash")?.textContent.trim();
  announce(said || document.getElementById("live")?.dataset.updated);
  document.dispatchEvent(new CustomEvent("swapped"));
}

// Shows what was refused at the form itself. What was typed stays; hidden values that the block brings anew replace the old.
export function refuse(source, block) {
  // A form whose fields stand elsewhere on the page names the place: data-refusals="#evidence-7".
  const own = source.tagName === "FORM" ? source : source.closest("form") ?? source.parentElement;
  const form = (source.dataset.refusals && document.querySelector(source.dataset.refusals)) || own;
  form.querySelector("[data-refusal]")?.remove();
  const shown = document.adoptNode(block);
  for (const input of shown.querySelectorAll("input[type=hidden][name]")) {
    for (const old of form.querySelectorAll(`input[type=hidden][name="${CSS.escape(input.name)}"]`)) old.remove();
  }
  shown.tabIndex = -1;
  form.prepend(shown);
  shown.focus();
  shown.scrollIntoView({ block: "center" });
  return null;
}

export function sentence(words) {
  const block = document.createElement("div");
  block.className = "refusal";
  block.dataset.refusal = "";
  block.setAttribute("role", "alert");
  block.append(Object.assign(document.createElement("p"), { textContent: words }));
  return block;
}

// Errors at their fields: <p class="error" id="name-error" data-error="name">…</p> in the answer goes to that field here.
function mark(form, page) {
  if (form.tagName !== "FORM") return;
  for (const old of form.querySelectorAll("[data-error]")) old.remove();
  for (const field of form.querySelectorAll("[aria-invalid=true]")) field.removeAttribute("aria-invalid");
  for (const error of page.querySelectorAll("[data-error]")) {
    const field = form.elements.namedItem(error.dataset.error);
    if (!(field instanceof HTMLElement)) continue;
    field.before(document.adoptNode(error));
    field.setAttribute("aria-invalid", "true");
    if (error.id) field.setAttribute("aria-describedby", [...new Set([...(field.getAttribute("aria-describedby") ?? "").split(" "), error.id])].join(" ").trim());
  }
}
