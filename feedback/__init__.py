"""From what people and judges say to quality, and from quality to the posterior."""
