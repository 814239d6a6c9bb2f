"""Long exports: any list of the application, written by a worker for whoever asked.

A list is asked for by its address (page, filters, sort, year). The worker opens the very page
again in the asker's name and scope, so that filters, columns, rights and masking are the page's
own; rows come from the database some at a time and leave in pieces, whatever the length.
"""
