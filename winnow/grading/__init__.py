"""A whole class: submissions found, judged in a sandbox, graded, told."""
