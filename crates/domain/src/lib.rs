//! The district's nouns as plain data and pure functions: no I/O, no clock, no randomness.
