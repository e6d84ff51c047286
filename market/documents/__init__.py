"""文书 documents: signed papers and statements, and the page that verifies them."""
