//! Properties of the nouns and the finder on its texts. One binary: it is linked once.

mod finder;
mod properties;
mod redaction;
