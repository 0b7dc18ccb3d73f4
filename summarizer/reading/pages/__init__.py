"""Web pages: what a reader of the page would have seen, and what the page says of itself.

page         the page as a whole
extraction   its text, by trafilatura in its precise mode, watched
regions      where on the page the report is
prose        prose told from furniture
facts        title, outlet, address, language
dates        when it was published
verdicts     pages that are no report: login walls, cookie notices, error pages, empty shells
"""
