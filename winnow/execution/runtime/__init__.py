"""Inside the process that runs the tests: runners, and what watches them."""
