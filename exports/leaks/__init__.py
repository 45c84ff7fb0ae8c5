"""The check before release: no arm, component, name, number or date stands in what is handed out.

Pure. What must not stand comes from the caller as plain strings, since nothing here may know an arm
or a name. It is looked for in everything readable: file names, every file of a ZIP, the text of a
report before it becomes a PDF, and the finished bytes as a reader would see them.
"""
