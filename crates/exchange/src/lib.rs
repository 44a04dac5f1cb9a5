//! Files in and out: spreadsheets and text files, streamed, with formats given by the
//! rulebook.

pub mod annotate;
mod block;
pub mod book;
pub mod check;
pub mod csv;
mod dropdown;
pub mod fault;
pub mod findings;
mod header;
pub mod letter;
pub mod limits;
mod markup;
pub mod own;
pub mod patch;
pub mod plain;
pub mod rows;
mod shape;
pub mod sniff;
pub mod template;
pub mod workbook;
mod xls;
