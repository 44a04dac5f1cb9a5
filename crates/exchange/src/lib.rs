//! Files in and out: spreadsheets and text files, streamed, with formats given by the
//! rulebook.

pub mod annotate;
pub mod check;
pub mod csv;
mod dropdown;
pub mod fault;
pub mod findings;
pub mod limits;
pub mod own;
pub mod plain;
pub mod rows;
pub mod sniff;
pub mod template;
pub mod workbook;
