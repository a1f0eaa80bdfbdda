"""Parts that all reports share: documents, translations, formats, charts and PDF."""
