//! A large invented file of penalties: 26 columns, about 620 bytes a row, three rows of a
//! hundred at fault. The same rows every time.

use crate::store::{name, scatter};
use std::{
    io::{self, Write},
    ops::Range,
};
use xinheng_domain::code;

const HEADER: &str = "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),\
行政相对人代码_2(工商注册号),行政相对人代码_3(组织机构代码),法定代表人,行政处罚决定书文号,违法行为类型,\
违法事实,处罚依据,处罚类别,处罚内容,罚款金额(万元),没收违法所得、没收非法财物的金额(万元),\
暂扣或吊销证照名称及编号,处罚决定日期,处罚有效期,公示截止期,处罚机关,处罚机关统一社会信用代码,数据来源单位,\
数据来源单位统一社会信用代码,备注,处罚程序,送达日期,是否公开\n";

/// Of so many rows, three are at fault.
const FAULTS_IN: u32 = 100;

/// Name and code of an invented organisation.
pub fn organisation(number: u32) -> (String, String) {
    let name = format!("衡川市信衡区样例{number}号实业发展有限公司");
    (name, assemble("91", number))
}

/// Writes a register of the organisations that [`penalties`] is about.
///
/// # Errors
/// `out` fails.
pub fn register(out: &mut impl Write, parties: Parties) -> io::Result<()> {
    out.write_all("统一社会信用代码,名称,成立日期,登记状态\n".as_bytes())?;
    let (Parties::InOrder(count) | Parties::Scattered(count)) = parties;
    for number in 0..count {
        let (name, code) = parties.organisation(number);
        writeln!(out, "{code},{name},2019-05-06,存续")?;
    }
    out.flush()
}

/// Whom the rows of a file are about.
#[derive(Clone, Copy)]
pub enum Parties {
    /// At most so many organisations, for the most part in the order of their codes.
    InOrder(u32),
    /// So many organisations in no order, with names as various as a district's.
    Scattered(u32),
}

impl Parties {
    fn organisation(self, number: u32) -> (String, String) {
        let (plain, code) = organisation(number);
        match self {
            Self::InOrder(_) => (plain, code),
            Self::Scattered(_) => (name(number), code),
        }
    }

    fn of(self, row: u32) -> (String, String) {
        self.organisation(match self {
            // Each fifth decision is about a party met before.
            Self::InOrder(most) => (if row.is_multiple_of(5) { row / 7 } else { row }) % most,
            Self::Scattered(count) => {
                u32::try_from(scatter(row.into()) % u64::from(count)).unwrap_or(0)
            }
        })
    }
}

/// Writes these rows.
///
/// # Errors
/// `out` fails.
pub fn penalties(out: &mut impl Write, rows: Range<u32>, parties: Parties) -> io::Result<()> {
    let authorities: Vec<(String, String)> = (0..50)
        .map(|i| {
            let name = format!("衡川市信衡区第{i}行政执法局");
            (name, assemble("11", 10_000_000 + i))
        })
        .collect();
    let mut line = String::new();
    out.write_all(HEADER.as_bytes())?;
    for row in rows {
        line.clear();
        write_row(&mut line, row, parties.of(row), &authorities);
        out.write_all(line.as_bytes())?;
    }
    out.flush()
}

/// A sound code in a division that does not exist.
fn assemble(pair: &str, serial: u32) -> String {
    code::assemble(pair, "990100", &format!("{serial:08}")).unwrap_or_default()
}

fn write_row(
    line: &mut String,
    row: u32,
    party: (String, String),
    authorities: &[(String, String)],
) {
    use std::fmt::Write as _;
    let fault = if row % FAULTS_IN < 3 {
        row / FAULTS_IN % 8 + 1
    } else {
        0
    };
    let empty = (String::new(), String::new());
    let (authority, authority_code) = authorities.get(row as usize % 50).unwrap_or(&empty);
    let (name, mut code) = party;
    if fault == 1 {
        code.replace_range(
            8..9,
            if code.get(8..9) == Some("9") {
                "8"
            } else {
                "9"
            },
        );
    }
    if fault == 2 {
        code.truncate(15);
    }
    let name = if fault == 3 { String::new() } else { name };
    let number = if fault == 4 {
        row.saturating_sub(100)
    } else {
        row
    };
    let fine = row % 90 * 500 + 500;
    let (day, month) = (row % 28 + 1, row / 28 % 12 + 1);
    let year = if fault == 5 { 2030 } else { 2023 + row % 3 };
    let wan = if fault == 6 {
        format!("{fine}元")
    } else {
        format!("{}.{:04}", fine / 10_000, fine % 10_000)
    };
    let kind = if fault == 7 { "批评教育" } else { "罚款" };
    let phone = if fault == 8 {
        "，联系电话19900001234"
    } else {
        ""
    };
    // Writing to a string cannot fail.
    let _ = writeln!(
        line,
        "{name},法人及非法人组织,{code},,,甲乙丙,衡信执罚〔{year}〕{number}号,\
         违反《中华人民共和国产品质量法》第三十九条,\"当事人销售的{serial}批次产品经抽样检验，\"\"标识\"\"项目不符合标准要求，\
         货值金额{fine}元，案发后主动配合调查并下架全部产品{phone}。\",《中华人民共和国产品质量法》第五十条、第五十四条,\
         {kind},罚款{fine}元,{wan},,,{year}-{month:02}-{day:02},2099-12-31,,{authority},{authority_code},{authority},\
         {authority_code},,普通程序,,是",
        // No two rows tell the same.
        serial = row,
    );
}
