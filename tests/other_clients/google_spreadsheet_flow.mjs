// What people do with google-spreadsheet of npm. It stands where the package is installed when it runs.
const [address, id] = process.argv.slice(2);
const google = /https:\/\/(sheets|www|drive)\.googleapis\.com|https:\/\/docs\.google\.com/;
const own = globalThis.fetch;
globalThis.fetch = async (input, options) => {
  const asked = new Request(input, options);
  const url = asked.url.replace(google, address);
  const body = ["GET", "HEAD"].includes(asked.method) ? undefined : await asked.arrayBuffer();
  return own(url, { method: asked.method, headers: asked.headers, body, signal: asked.signal });
};

const { GoogleSpreadsheet } = await import("google-spreadsheet");
const auth = { token: "any" };
const doc = new GoogleSpreadsheet(id, auth, { retryConfig: 0 });
const steps = {};
async function step(name, what) {
  try {
    await what();
    steps[name] = "";
  } catch (error) {
    steps[name] = `${error.name}: ${error.message}`;
  }
}
function isEqual(seen, expected) {
  const [one, other] = [JSON.stringify(seen), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${one} instead of ${other}`);
}

let sheet;
await step("open", async () => {
  await doc.loadInfo();
  sheet = doc.sheetsByIndex[0];
  isEqual([doc.title, sheet.title, sheet.rowCount], ["Plan", "Sheet1", 1000]);
});
await step("rows with headings", async () => {
  await sheet.setHeaderRow(["Name", "Amount"]);
  await sheet.addRow({ Name: "a", Amount: 1.5 });
  await sheet.addRows([{ Name: "b", Amount: 2 }, ["c", 3]]);
  const rows = await sheet.getRows();
  isEqual(rows.map((row) => row.toObject()), [
    { Name: "a", Amount: "1.5" },
    { Name: "b", Amount: "2" },
    { Name: "c", Amount: "3" },
  ]);
  rows[1].set("Amount", 4);
  await rows[1].save();
  await rows[2].delete();
  isEqual((await sheet.getRows()).map((row) => row.get("Amount")), ["1.5", "4"]);
  await sheet.addRow({ Name: "z", Amount: 0 }, { insert: true });
});
await step("cells", async () => {
  await sheet.loadCells("A1:E5");
  const cell = sheet.getCellByA1("E1");
  cell.value = 7;
  cell.textFormat = { bold: true };
  cell.backgroundColor = { red: 1, green: 0.5, blue: 0 };
  cell.note = "a note";
  sheet.getCell(1, 4).formula = "=E1*2";
  await sheet.saveUpdatedCells();
  isEqual([sheet.getCell(1, 4).value, cell.note, cell.textFormat.bold], [14, "a note", true]);
});
await step("parts of the cells", async () => {
  sheet.resetLocalCache(true);
  await sheet.loadCells({ startRowIndex: 0, endRowIndex: 2, startColumnIndex: 0, endColumnIndex: 2 });
  isEqual(sheet.getCell(0, 0).value, "Name");
  await doc.loadCells("Sheet1!A1:B2");
  isEqual(await sheet.getCellsInRange("A1:B1"), [["Name", "Amount"]]);
  isEqual((await sheet.batchGetCellsInRange(["A1", "B1"])).length, 2);
});
await step("tabs", async () => {
  const made = await doc.addSheet({ title: "More", headerValues: ["x", "y"] });
  await made.updateProperties({ title: "Others" });
  await made.resize({ rowCount: 20, columnCount: 5 });
  isEqual(doc.sheetsByTitle["Others"].gridProperties.rowCount, 20);
  const twin = await sheet.duplicate({ title: "Twice" });
  await twin.delete();
  await made.clear();
  await made.delete();
  isEqual(doc.sheetCount, 1);
});
await step("properties", async () => {
  await doc.updateProperties({ title: "Renamed" });
  isEqual(doc.title, "Renamed");
  await sheet.updateGridProperties({ frozenRowCount: 1 });
  await sheet.updateDimensionProperties("COLUMNS", { pixelSize: 120 }, { startIndex: 0, endIndex: 2 });
});
const area = (top, bottom, left, right) => ({
  sheetId: 0, startRowIndex: top, endRowIndex: bottom, startColumnIndex: left, endColumnIndex: right,
});
await step("merge, borders, formats", async () => {
  await sheet.mergeCells(area(10, 12, 0, 2));
  await sheet.unmergeCells(area(10, 12, 0, 2));
  await sheet.updateBorders(area(0, 1, 0, 2), { bottom: { style: "SOLID" } });
  await sheet.repeatCell(area(0, 1, 0, 2), { userEnteredFormat: { textFormat: { bold: true } } }, "userEnteredFormat");
});
await step("validation, filter, sort", async () => {
  await sheet.setDataValidation(area(1, 4, 2, 3), {
    condition: { type: "ONE_OF_LIST", values: [{ userEnteredValue: "x" }] },
    showCustomUi: true,
  });
  await sheet.setBasicFilter({ range: area(0, 4, 0, 2) });
  await sheet.clearBasicFilter();
  await sheet.sortRange(area(1, 4, 0, 2), [{ dimensionIndex: 0, sortOrder: "DESCENDING" }]);
  isEqual((await sheet.getCellsInRange("A2"))[0][0], "z");
});
await step("named and protected ranges", async () => {
  await sheet.addNamedRange("top", { startRowIndex: 0, endRowIndex: 1 }, "top-1");
  await sheet.deleteNamedRange("top-1");
  const { protectedRange } = await sheet.addProtectedRange({ range: area(0, 1, 0, 2), warningOnly: true });
  await sheet.deleteProtectedRange(protectedRange.protectedRangeId);
});
await step("insert, move and delete", async () => {
  await sheet.insertDimension("ROWS", { startIndex: 5, endIndex: 7 });
  await sheet.moveDimension("ROWS", { startIndex: 5, endIndex: 6 }, 8);
  await sheet.deleteRows(5, 7);
  await sheet.appendDimension("COLUMNS", 2);
  await sheet.deleteColumns(26, 28);
  await sheet.autoResizeDimensions("COLUMNS", { startIndex: 0, endIndex: 2 });
});
await step("find, copy, cut, paste, split", async () => {
  await sheet.findReplace("z", "y", { matchEntireCell: true });
  await sheet.copyPaste(area(0, 2, 0, 2), area(20, 22, 0, 2));
  await sheet.cutPaste(area(20, 22, 0, 2), { sheetId: 0, rowIndex: 30, columnIndex: 0 });
  await sheet.pasteData({ sheetId: 0, rowIndex: 40, columnIndex: 0 }, "p,q", ",");
  await sheet.textToColumns(area(40, 41, 0, 1), "COMMA");
  await sheet.trimWhitespace(area(0, 4, 0, 2));
  await sheet.deleteDuplicates(area(1, 4, 0, 2));
  await sheet.randomizeRange(area(50, 52, 0, 2));
  isEqual((await sheet.getCellsInRange("A31:B31"))[0], ["Name", "Amount"]);
});
await step("conditional formats, banding", async () => {
  const format = { textFormat: { bold: true } };
  const condition = { type: "NUMBER_GREATER", values: [{ userEnteredValue: "1" }] };
  await sheet.addConditionalFormatRule({ ranges: [area(1, 4, 1, 2)], booleanRule: { condition, format } }, 0);
  await sheet.deleteConditionalFormatRule(0);
  const colour = { red: 1, green: 1, blue: 1 };
  const { bandedRange } = await sheet.addBanding({
    range: area(0, 4, 0, 2),
    rowProperties: { firstBandColor: colour, secondBandColor: colour },
  });
  await sheet.deleteBanding(bandedRange.bandedRangeId);
});
await step("hidden marks", async () => {
  const location = { spreadsheet: true };
  const metadata = { metadataKey: "key", metadataValue: "v", location, visibility: "DOCUMENT" };
  await sheet.createDeveloperMetadata(metadata);
  const lookup = { developerMetadataLookup: { metadataKey: "key" } };
  isEqual((await doc.searchDeveloperMetadata([lookup])).length, 1);
});
await step("share", async () => {
  await doc.share("partner@example.org", { role: "reader", emailMessage: false });
  const held = (await doc.listPermissions()).find((one) => one.emailAddress === "partner@example.org");
  isEqual(held.role, "reader");
  await doc.deletePermission(held.id);
  await doc.setPublicAccessLevel("reader");
  await doc.setPublicAccessLevel(false);
});
await step("make and delete a spreadsheet", async () => {
  const made = await GoogleSpreadsheet.createNewSpreadsheetDocument(auth, { title: "Made here" });
  isEqual(made.title, "Made here");
  await made.delete();
});
await step("download as CSV", async () => {
  const text = new TextDecoder().decode(await sheet.downloadAsCSV());
  isEqual(text.slice(0, 11), "Name,Amount");
});
await step("clear rows", async () => {
  await sheet.clearRows();
  isEqual((await sheet.getRows()).length, 0);
});
process.stdout.write(JSON.stringify(steps));
