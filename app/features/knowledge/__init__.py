"""What ToP knows of industries, regulations, needs and outlines; reading names; predicting needs."""
