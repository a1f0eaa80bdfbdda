// Browsers let no page on a disk read the search's index, and the page "not found" cannot know where the search is.
const search = document.querySelector("form[role=search], [role=search] form");
if (location.protocol === "file:" || new URL(search?.action ?? location).host !== location.host)
  document.querySelector("[role=search]")?.remove();

// What is wider than the page can be moved sideways, also with the keys.
addEventListener("load", () => {
  for (const each of document.querySelectorAll("[role=main] :is(p, code, table, div)"))
    if (each.scrollWidth > each.clientWidth + 1 && each.clientWidth) each.tabIndex = 0;
});
