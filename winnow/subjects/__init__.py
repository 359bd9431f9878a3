"""What is checked: an exercise with its faults, or modules of your own."""
