//! What must hold of the tree as a whole.
