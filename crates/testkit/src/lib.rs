//! For tests only: temporary databases, a fixed clock, builders, sample files.
