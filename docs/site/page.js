// The page "not found" cannot know where the search is.
const search = document.querySelector("form[role=search], [role=search] form");
if (new URL(search?.action ?? location).host !== location.host)
  document.querySelector("[role=search]")?.remove();

// Browsers let no page on a disk read the search's index, so there it is a script, and the search is ours.
function find(words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = INDEX.docs.filter(page => wanted.every(word => `${page.title} ${page.text}`.toLowerCase().includes(word)));
  const inTitle = page => wanted.every(word => page.title.toLowerCase().includes(word));
  return [...found.filter(inTitle), ...found.filter(page => !inTitle(page))].slice(0, 50);
}

function around(text, word) {
  const at = Math.max(0, text.toLowerCase().indexOf(word.toLowerCase()) - 80);
  return `${at ? "… " : ""}${text.slice(at, at + 240)}${text.length > at + 240 ? " …" : ""}`;
}

function show(words, place) {
  const found = find(words);
  place.replaceChildren();
  if (!found.length) place.append("No page has all of these words.");
  for (const page of found) {
    const title = document.createElement("h3"), link = document.createElement("a"), text = document.createElement("p");
    link.href = page.location;
    link.textContent = page.title;
    text.textContent = around(page.text, words.split(/\s+/)[0]);
    title.append(link);
    place.append(title, text);
  }
}

const results = document.getElementById("mkdocs-search-results") ?? document.querySelector("[id$=search-results]");
const words = new URLSearchParams(location.search).get("q");
if (location.protocol === "file:" && results && words) {
  const index = document.createElement("script");
  index.src = "search/search_index.js";
  index.onload = () => show(words, results);
  document.head.append(index);
}

// What is wider than the page can be moved sideways, also with the keys.
addEventListener("load", () => {
  for (const each of document.querySelectorAll("[role=main] :is(p, code, table, div)"))
    if (each.scrollWidth > each.clientWidth + 1 && each.clientWidth) each.tabIndex = 0;
});
