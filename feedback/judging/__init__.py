"""What judges are asked, what they may answer, and the checks that need no model; no I/O."""
