"""PDFs and files to download."""
