"""Rows that people and programs ask for."""
