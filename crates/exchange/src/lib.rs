//! Files in and out: spreadsheets and text files, streamed, with formats given by the
//! rulebook.

mod block;
pub mod book;
pub mod check;
pub mod csv;
pub mod fault;
pub mod findings;
mod header;
pub mod limits;
mod markup;
pub mod rows;
pub mod sniff;
pub mod workbook;
mod xls;
