"""Files of other kinds, which are only read: ods, xls, xlsm, csv."""
