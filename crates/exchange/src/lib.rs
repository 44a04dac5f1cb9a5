//! Files in and out: spreadsheets and text files, streamed, with formats given by the
//! rulebook.

pub mod check;
pub mod csv;
pub mod fault;
pub mod findings;
pub mod limits;
pub mod plain;
pub mod rows;
pub mod sniff;
pub mod workbook;
