"""What every report needs: the document, its words, formats, charts and paper."""
