// The board's filters and sorting. Without them every row is there, in the order of the program.
const said = document.body.dataset;
for (const table of document.querySelectorAll("table")) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length < 2) continue;
  const caption = table.caption.firstChild.textContent.trim();

  const label = document.createElement("label"), box = document.createElement("input"), told = document.createElement("output");
  label.className = "filter";
  // A few rows that are open anyway need no filter.
  label.hidden = !table.closest("details") && rows.length < 9;
  label.append(said.filter.replace("{table}", caption) + " ", box);
  box.type = "search";
  label.append(told);
  table.before(label);
  box.addEventListener("input", () => {
    const words = box.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const text = row.textContent.toLocaleLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
    const left = rows.filter((row) => !row.hidden).length;
    told.textContent = words.length ? " " + said.matches.replace("{number}", left).replace("{all}", rows.length) : "";
  });

  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
      const totals = rows.filter((row) => row.className === "total");
      const sorted = rows.filter((row) => row.className !== "total").sort((one, other) => {
        const [a, b] = [key(one), key(other)];
        const numbers = heading.classList.contains("n");
        const order = numbers ? (Number(a) || 0) - (Number(b) || 0) : a.localeCompare(b);
        return down ? -order : order;
      });
      table.tBodies[0].append(...sorted, ...totals);
    });
  });
}
