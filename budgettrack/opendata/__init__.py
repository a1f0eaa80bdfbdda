"""What is public, in the standards of the field. Everything is made from published pages: nothing here sees more."""
