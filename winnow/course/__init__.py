"""The course: lessons and tasks, what is done of them, and what helps."""
