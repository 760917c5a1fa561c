"""Writers of composed reports, one module a format: ``write(made, rng, quirks) -> bytes``."""
