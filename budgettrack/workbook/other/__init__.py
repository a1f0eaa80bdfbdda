"""Workbooks in files of other kinds (ods, xls, xlsm, csv), which are read and never written."""
