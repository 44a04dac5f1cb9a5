//! Files as departments really send them, honest and hostile, with every fault that was planted
//! in them. What is expected is written here beside the fault, never taken from a check.

mod headers;
mod layouts;
mod old_workbooks;
mod texts;
mod values;
mod workbooks;

use crate::{
    files::penalty,
    table::{Table, code},
};
use serde::Serialize;

/// One file and what must be said of it.
#[derive(Serialize)]
pub struct DepartmentFile {
    /// Name below `examples/departments/`.
    pub name: &'static str,
    /// What it shows, in Chinese.
    pub about: &'static str,
    /// Id of the format it is recognised as; empty where it is none.
    pub format: &'static str,
    /// Records that were written into it and can be told apart.
    pub rows: u64,
    pub accepted: u64,
    pub refused: u64,
    pub set_aside: u64,
    /// Every fault planted, and nothing else.
    pub faults: Vec<Fault>,
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// A planted fault: the finding that must name it, and its place (0 = the file as a whole).
#[derive(Serialize)]
pub struct Fault {
    pub code: &'static str,
    pub sheet_row: u64,
    pub column: u32,
}

#[derive(Serialize)]
struct Manifest {
    file: Vec<DepartmentFile>,
}

const NAME: &str = "行政相对人名称";
const CATEGORY: &str = "行政相对人类别";
const CODE: &str = "行政相对人代码_1(统一社会信用代码)";
const HEAD: &str = "法定代表人";
const NUMBER: &str = "行政处罚决定书文号";
const FACT: &str = "违法事实";
const FINE: &str = "罚款金额(万元)";
const DECIDED: &str = "处罚决定日期";
const PERMIT: &str = "permit-2018";
const PENALTY: &str = "penalty-2018";

/// A refused file.
const REFUSED: [u64; 4] = [0, 0, 0, 0];

fn sent(
    name: &'static str,
    about: &'static str,
    format: &'static str,
    counts: [u64; 4],
    faults: &[(&'static str, u64, u32)],
    bytes: Vec<u8>,
) -> DepartmentFile {
    let [rows, accepted, refused, set_aside] = counts;
    let fault = |(code, sheet_row, column): &(&'static str, u64, u32)| Fault {
        code,
        sheet_row: *sheet_row,
        column: *column,
    };
    DepartmentFile {
        name,
        about,
        format,
        rows,
        accepted,
        refused,
        set_aside,
        faults: faults.iter().map(fault).collect(),
        bytes,
    }
}

/// Every file, and the list of what must be said of each.
pub fn all() -> Vec<(String, Vec<u8>)> {
    let mut sent = old_workbooks::old_workbooks();
    sent.extend(texts::markup());
    sent.extend(texts::texts());
    sent.extend(headers::headers());
    sent.extend(values::values());
    sent.extend(workbooks::workbooks().unwrap_or_default());
    sent.extend(layouts::layouts());
    sent.extend(workbooks::no_tables());
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for file in &sent {
        files.push((format!("departments/{}", file.name), file.bytes.clone()));
    }
    let list = toml::to_string(&Manifest { file: sent }).unwrap_or_default();
    let head =
        "# 每个文件里埋了哪些问题、在哪一行哪一列：由生成程序写出，检查的结果要与此完全一致。\n\n";
    files.push((
        "departments/expected.toml".to_owned(),
        format!("{head}{list}").into_bytes(),
    ));
    files
}

/// Penalties of three organisations, sound.
fn three() -> Table {
    penalty()
        .row(&[
            (NAME, "衡川样例食品有限公司"),
            (CODE, &code("91", 2)),
            (NUMBER, "衡信市监罚〔2026〕2号"),
        ])
        .row(&[
            (NAME, "衡川样例建材有限公司"),
            (CODE, &code("91", 3)),
            (NUMBER, "衡信市监罚〔2026〕3号"),
        ])
}

fn column(table: &Table, header: &str) -> u16 {
    let place = table.header.iter().position(|h| h == header);
    place
        .and_then(|i| u16::try_from(i).ok())
        .unwrap_or_default()
}

/// Column of a penalty file, from 1.
fn at(header: &str) -> u32 {
    u32::from(column(&penalty(), header)) + 1
}
