"""What is read from disk, a module for each kind of file.

texts    plain text and Markdown, with or without front matter
lines    JSONL, one document a line
pdf      PDF with a text layer
docx     Word documents
mail     EML, MBOX and MHTML
reflow   lines that a program broke, joined again
"""
