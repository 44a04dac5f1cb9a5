//! Which value on this day, and by which article: loads and checks the rulebook's files.
