"""Has a share of requests answered by two models, and the answers compared: what wins teaches."""
