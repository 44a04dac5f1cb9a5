//! The readers, the checker and what comes back, by files as they are met. One binary: it is linked once.

mod annotated;
mod beside;
mod cells;
mod dirty;
mod files;
mod golden;
mod headers;
mod hidden;
mod layouts;
mod list;
mod listed;
mod meaning;
mod number_formats;
mod quotes;
mod readers;
mod sentences;
mod shapes;
mod spellings;
mod support;
mod templates;
