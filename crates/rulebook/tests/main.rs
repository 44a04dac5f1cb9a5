//! The rulebook: law cases, proofs of the loader, what may be local. One binary: it is linked once.

mod invariants;
mod law;
mod listing;
mod load;
mod local;
mod mutation;
mod persons;
mod procedures;
mod publicity_end;
