// Browsers let no page on a disk read the search's index: there, the search is not offered.
if (location.protocol === "file:") document.querySelector("[role=search]")?.remove();
