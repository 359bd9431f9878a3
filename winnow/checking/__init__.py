"""From runs to verdicts: baseline, schedule, outcomes, problems, coaching."""
