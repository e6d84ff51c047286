"""HTTP without business: pages, forms, guards, sessions, errors, languages, paging."""
