// The pages of the list before and after are fetched ahead, so that turning takes no wait.
import { call, swap } from "./swap.js";

const ahead = new Map(); // address → promise of a page

export const neighbour = (rel) => document.querySelector(`.pager a[rel=${rel}]`);

// The way a page is asked for once; a failed one is forgotten.
function fetched(address) {
  if (!ahead.has(address)) {
    const page = call(address).then((answer) => {
      if (answer?.status === 200) return Object.assign(answer.page, { address: answer.url });
      ahead.delete(address);
      return null;
    });
    ahead.set(address, page);
  }
  return ahead.get(address);
}

let resting = 0;
export function lookAhead(wait = 200) {
  clearTimeout(resting);
  resting = setTimeout(() => {
    for (const rel of ["next", "prev"]) {
      const link = neighbour(rel);
      if (link) fetched(link.href);
    }
  }, wait);
}

// A page from before a save shows what stood then; the rows' own memory is newer, but counts and order are not.
export function forget() {
  ahead.clear();
  lookAhead(1500);
}

// Turns the page; gives whether there was one. Without the network the link goes its usual way.
export async function turn(rel) {
  const link = neighbour(rel);
  if (!link) return false;
  const page = await fetched(link.href);
  if (!page) {
    location.assign(link.href);
    return false;
  }
  ahead.clear();
  history.replaceState(null, "", page.address);
  swap(page, link.dataset.swap.split(/\s+/).map((id) => id.replace("#", "")));
  return true;
}
