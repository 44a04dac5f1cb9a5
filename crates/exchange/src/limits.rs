//! How much a file may ask of us. Technical bounds against bombs and slips, far above any
//! honest file; no law stands behind them.

/// Columns of a sheet. The widest standard layout has about 50.
pub const COLUMNS: usize = 512;
/// Bytes of one cell; a spreadsheet allows 32,767 characters (about 100 kB of Chinese).
pub const CELL_BYTES: usize = 1 << 20;
/// Bytes of one record.
pub const RECORD_BYTES: usize = 4 << 20;
/// Bytes read from a text file at a time.
pub const BLOCK_BYTES: usize = 256 << 10;
/// Rows handed on at a time from a workbook.
pub const BLOCK_ROWS: usize = 512;
/// Parts inside a workbook's container.
pub const WORKBOOK_PARTS: usize = 4096;
/// Inflated bytes of the part that holds a workbook's shared texts, kept in memory.
pub const SHARED_TEXT_BYTES: u64 = 128 << 20;
/// Inflated bytes of one sheet, read as a stream.
pub const SHEET_BYTES: u64 = 3 << 30;
/// Bytes of the texts of one sheet as they are handed on: a text that cells share counts for each of
/// them. 100,000 rows of 26 columns with a hundred bytes in each have half of it.
pub const SHEET_TEXT_BYTES: u64 = 512 << 20;
/// Inflated bytes of any other part.
pub const PART_BYTES: u64 = 64 << 20;
/// Inflated bytes of all parts.
pub const WORKBOOK_BYTES: u64 = 4 << 30;
/// A part above [`RATIO_FROM`] that shrinks further than this was made to harm.
pub const RATIO: u64 = 250;
/// Inflated size from which the ratio is looked at.
pub const RATIO_FROM: u64 = 16 << 20;
/// Bytes of one tag or text inside a workbook's part.
pub const MARKUP_BYTES: usize = 2 << 20;
/// Rows of a sheet: no spreadsheet has more.
pub const SHEET_ROWS: usize = 1 << 20;
/// Shared texts of a workbook: each takes memory of its own, however short it is.
pub const SHARED_TEXTS: usize = 4 << 20;
/// Sheets of a workbook.
pub const SHEETS: usize = 256;
/// Bytes of an old workbook (`.xls`): its shared texts and its table of sectors are kept in
/// memory.
pub const COMPOUND_BYTES: u64 = 128 << 20;
/// Tables of a web page: each is looked for from the page's beginning.
pub const PAGE_TABLES: usize = 64;
/// Findings about rows that a check lists; the rest are counted. The annotated workbook has about
/// as many links.
pub const FINDINGS: u64 = 60_000;
/// Bytes of what they say: a cell may be long, and each finding about it repeats it.
pub const FINDING_BYTES: u64 = 64 << 20;
/// Rows looked at for a header before the file is given up.
pub const HEADER_WITHIN: usize = 20;
