// The sum of a risk, at once. The table is data of the criteria in force, so this file knows no method:
// <form class="judge" data-judge='{"importance":3,"table":[[1,1,2],[1,2,3],[2,3,3]],"line":4,
//   "bands":[[1,"小","good"],[3,"中","warn"],[6,"大","bad"]],"text":"重要度{i} × 可能性{l} = {v}","over":"…","under":"…"}'>
// with radio groups threat and vulnerability (1, 2, 3 …) and an <output>. The server sums again; this is only its echo.

function sum(form) {
  const output = form.querySelector("output");
  const [threat, vulnerability] = ["threat", "vulnerability"].map((name) => Number(form.querySelector(`[name="${name}"]:checked, input[type=hidden][name="${name}"]`)?.value));
  if (!output || !threat || !vulnerability) return;
  const rule = JSON.parse(form.dataset.judge);
  const likelihood = rule.table[threat - 1]?.[vulnerability - 1];
  if (likelihood === undefined) return;
  const value = rule.scored === false ? likelihood : rule.importance * likelihood;
  const [, word, tint] = rule.bands.findLast(([from]) => value >= from) ?? [0, "", "quiet"];
  const text = rule.text.replace("{i}", rule.importance).replace("{l}", likelihood).replace("{t}", threat).replace("{w}", vulnerability).replace("{v}", value);
  const beyond = rule.line === undefined ? "" : value >= rule.line ? rule.over ?? "" : rule.under ?? "";
  const parts = [make("span", `badge ${tint}`, word), make("small", "", beyond)];
  if (rule.scored !== false) {
    parts.unshift(make("strong", "", value));
    parts.splice(2, 0, make("small", "", `${text} ${word}`));
  }
  output.replaceChildren(...parts);
}

const make = (tag, name, text) => Object.assign(document.createElement(tag), { className: name, textContent: text });

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form.judge");
  if (form) sum(form);
});
const sumAll = () => document.querySelectorAll("form.judge").forEach(sum);
sumAll();
document.addEventListener("swapped", sumAll);
