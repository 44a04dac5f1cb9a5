//! What must hold of the tree as a whole. One binary: it is linked once.

mod crates;
mod dependencies;
mod documents;
mod glossary;
mod kernel;
mod law_numbers;
mod sizes;
