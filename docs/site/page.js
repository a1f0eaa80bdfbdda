// Browsers let no page on a disk read the search's index: there, the search is not offered.
if (location.protocol === "file:") document.querySelector("[role=search]")?.remove();

// What is wider than the page can be moved sideways, also with the keys.
addEventListener("load", () => {
  for (const each of document.querySelectorAll("[role=main] :is(p, code, table, div)"))
    if (each.scrollWidth > each.clientWidth + 1 && each.clientWidth) each.tabIndex = 0;
});
