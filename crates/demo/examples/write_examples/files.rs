//! The example files: honest and hostile ones. All content is invented.

use crate::{
    custom_item, departments,
    table::{Table, code, office},
};

/// Every file, by path below `examples/`.
pub fn all() -> Vec<(String, Vec<u8>)> {
    let mut files = penalties();
    files.extend(permits());
    files.extend(hostile());
    files.extend(custom_item::files());
    let named = files
        .into_iter()
        .map(|(path, bytes)| (path.to_owned(), bytes));
    named.chain(departments::all()).collect()
}

type Files = Vec<(&'static str, Vec<u8>)>;

/// One correct penalty of the market supervision office.
pub fn penalty() -> Table {
    let (party, authority) = (code("91", 1), office("00100221"));
    Table::of(&[
        ("行政相对人名称", "衡川样例商贸有限公司"),
        ("行政相对人类别", "法人及非法人组织"),
        ("行政相对人代码_1(统一社会信用代码)", &party),
        ("行政相对人代码_2(工商注册号)", ""),
        ("法定代表人", "张例安"),
        ("证件类型", ""),
        ("证件号码", ""),
        ("行政处罚决定书文号", "衡信市监罚〔2026〕1号"),
        ("违法行为类型", "经营超过保质期的食品"),
        (
            "违法事实",
            "2026年10月12日检查发现，该单位经营的6袋饼干已超过保质期，货值90元。",
        ),
        ("处罚依据", "《中华人民共和国食品安全法》第一百二十四条"),
        ("处罚类别", "罚款、没收非法财物"),
        ("处罚内容", "1.罚款人民币2000元；2.没收饼干6袋，货值90元。"),
        ("罚款金额(万元)", "0.2"),
        ("没收违法所得、没收非法财物的金额(万元)", "0.009"),
        ("处罚决定日期", "2026-11-16"),
        ("处罚有效期", "2099-12-31"),
        ("公示截止期", ""),
        ("处罚机关", "衡川市信衡区市场监督管理局"),
        ("处罚机关统一社会信用代码", &authority),
        ("数据来源单位", "衡川市信衡区市场监督管理局"),
        ("数据来源单位统一社会信用代码", &authority),
        ("备注", ""),
        ("处罚程序", "普通程序"),
        ("送达日期", "2026-11-17"),
    ])
}

const NAME: &str = "行政相对人名称";
const CATEGORY: &str = "行政相对人类别";
const CODE: &str = "行政相对人代码_1(统一社会信用代码)";
const REGISTRATION: &str = "行政相对人代码_2(工商注册号)";
const HEAD: &str = "法定代表人";
const NUMBER: &str = "行政处罚决定书文号";
const FACT: &str = "违法事实";
const KIND: &str = "处罚类别";
const CONTENT: &str = "处罚内容";
const FINE: &str = "罚款金额(万元)";
const TAKEN: &str = "没收违法所得、没收非法财物的金额(万元)";
const DECIDED: &str = "处罚决定日期";
const SERVED: &str = "送达日期";

fn penalties() -> Files {
    let shop = code("92", 2);
    let correct = penalty()
        .row(&[
            (NAME, "信衡区样例面馆"),
            (CATEGORY, "个体工商户"),
            (CODE, &shop),
            (HEAD, "李样禾"),
            (NUMBER, "衡信市监罚〔2026〕2号"),
            (KIND, "警告"),
            (CONTENT, "给予警告。"),
            (FINE, ""),
            (TAKEN, ""),
        ])
        .row(&[
            (NAME, "衡川样例食品有限公司"),
            (CODE, &code("91", 3)),
            (NUMBER, "衡信市监罚〔2026〕3号"),
            (KIND, "责令停产停业"),
            (CONTENT, "责令停产停业整顿。"),
            (FINE, ""),
            (TAKEN, ""),
            (DECIDED, "2026-11-18"),
            (SERVED, ""),
        ]);
    let persons = penalty().row(&[
        (NAME, "王拟平"),
        (CATEGORY, "自然人"),
        (CODE, ""),
        (HEAD, ""),
        ("证件类型", "身份证"),
        // Identity number of a division that does not exist.
        ("证件号码", "990102199001010015"),
        (NUMBER, "衡信市监罚〔2026〕4号"),
    ]);
    let placeholder = penalty()
        .row(&[
            (NAME, "信衡区老字号早点铺"),
            (CATEGORY, "个体工商户"),
            (CODE, "00000000000000000X"),
            (REGISTRATION, "990102600012345"),
            (NUMBER, "衡信市监罚〔2026〕5号"),
        ])
        .row(&[
            (NAME, "衡川样例建材有限公司"),
            (CODE, "00000000000000000X"),
            (NUMBER, "衡信市监罚〔2026〕6号"),
        ]);
    let personal = penalty().row(&[
        (NUMBER, "衡信市监罚〔2026〕7号"),
        (
            FACT,
            "经营者王拟平（身份证号990102199001010015，电话19900001234）销售过期食品。",
        ),
    ]);
    let dates = penalty()
        .row(&[
            (NUMBER, "衡信市监罚〔2026〕8号"),
            (DECIDED, "2026-12-30"),
            (SERVED, ""),
        ])
        .row(&[
            (NUMBER, "衡信市监罚〔2016〕9号"),
            (DECIDED, "2015-03-02"),
            (SERVED, ""),
        ])
        .row(&[
            (NUMBER, "衡信市监罚〔2026〕10号"),
            (DECIDED, "2026-02-30"),
            (SERVED, ""),
        ])
        .row(&[
            (NUMBER, "衡信市监罚〔2026〕11号"),
            (DECIDED, "2026年11月13日"),
            (SERVED, "2026/11/16"),
        ]);
    let variants = correct.clone().headers(&[
        (NAME, "CF_XDR_MC"),
        (CATEGORY, " 相对人类别 "),
        (CODE, "统一社会信用代码"),
        (FINE, "罚款金额\n（万元）"),
        (DECIDED, "决定日期"),
        ("备注", "经办科室意见"),
    ]);
    let mut gb18030 = encoding_rs::GB18030
        .encode(&String::from_utf8_lossy(&correct.csv()))
        .0
        .into_owned();
    gb18030.shrink_to_fit();
    vec![
        ("penalties-correct.csv", correct.csv()),
        ("penalties-many-faults.csv", faults().csv()),
        ("penalties-header-variants.csv", variants.csv()),
        ("penalties-gb18030.csv", gb18030),
        ("penalties-natural-person.csv", persons.csv()),
        ("penalties-placeholder-code.csv", placeholder.csv()),
        ("penalties-identity-number-in-text.csv", personal.csv()),
        ("penalties-dates.csv", dates.csv()),
        ("penalties-class.csv", classes().csv()),
    ]
}

/// Fines of an office whose sector has no thresholds here: what is said of the class.
fn classes() -> Table {
    const CLASS: &str = "失信信息类别";
    const BASIS: &str = "失信信息类别依据";
    let office = office("00100010");
    let mut table = penalty();
    for column in [CLASS, BASIS] {
        table.header.push(column.to_owned());
        for row in &mut table.rows {
            row.push(String::new());
        }
    }
    let basis = "《衡川市发展和改革领域失信信息分类标准（演示）》第五条";
    let fine = [
        ("处罚机关", "衡川市信衡区发展和改革局"),
        ("处罚机关统一社会信用代码", &office),
        ("数据来源单位", "衡川市信衡区发展和改革局"),
        ("数据来源单位统一社会信用代码", &office),
        (KIND, "罚款"),
        (CONTENT, "罚款人民币2000元。"),
        (TAKEN, ""),
    ];
    let rows: [&[(&str, &str)]; 4] = [
        &[
            (NUMBER, "衡信发改罚〔2026〕1号"),
            (CLASS, "一般"),
            (BASIS, basis),
        ],
        &[(NUMBER, "衡信发改罚〔2026〕2号")],
        &[(NUMBER, "衡信发改罚〔2026〕3号"), (CLASS, "轻微")],
        // The rules settle it otherwise.
        &[
            (NUMBER, "衡信发改罚〔2026〕4号"),
            (KIND, "责令停产停业"),
            (CONTENT, "责令停产停业整顿。"),
            (FINE, ""),
            (CLASS, "一般"),
            (BASIS, basis),
        ],
    ];
    for row in rows {
        table = table.row(&[&fine, row].concat());
    }
    table.only_changed()
}

/// One fault in each row.
fn faults() -> Table {
    let right = code("91", 1);
    let mut wrong: String = right.chars().take(17).collect();
    wrong.push(if right.ends_with('7') { '8' } else { '7' });
    let numbered: Vec<String> = (0..20)
        .map(|i| format!("衡信市监罚〔2026〕{}号", 20 + i))
        .collect();
    let number = |i: usize| numbered.get(i).map_or("", String::as_str);
    let long = format!("{}。", "该单位经营超过保质期的食品".repeat(420));
    let short: String = right.chars().take(17).collect();
    penalty()
        .row(&[(NUMBER, number(0)), (CODE, &wrong)])
        .row(&[(NUMBER, number(1)), (CODE, &short)])
        .row(&[(NUMBER, number(2)), (CODE, &right.to_lowercase())])
        .row(&[(NUMBER, number(3)), (NAME, "")])
        .row(&[(NUMBER, number(4)), (CATEGORY, "企业单位")])
        .row(&[(NUMBER, number(5)), (CATEGORY, "个体工商户")])
        .row(&[(NUMBER, "")])
        .row(&[(NUMBER, number(7)), (FACT, "")])
        .row(&[(NUMBER, number(8)), (FACT, &long)])
        .row(&[(NUMBER, number(9)), (KIND, "批评教育")])
        .row(&[(NUMBER, number(10)), (FINE, "2000")])
        .row(&[(NUMBER, number(11)), (FINE, "二千元")])
        .row(&[(NUMBER, number(12)), (DECIDED, "2026-13-01")])
        .row(&[(NUMBER, number(13)), (DECIDED, "2026-12-25")])
        .row(&[(NUMBER, number(14)), (SERVED, "2026-11-01")])
        .row(&[(NUMBER, number(15)), ("处罚有效期", "2025-01-01")])
        .row(&[(NUMBER, "衡信市监罚2026年第36号")])
        .row(&[(NUMBER, number(17)), ("处罚机关统一社会信用代码", &right)])
        .row(&[
            (NUMBER, number(18)),
            ("处罚程序", "简易程序"),
            (FINE, "0.5"),
            (CONTENT, "罚款人民币5000元。"),
        ])
        // The same decision twice: the second names the first.
        .row(&[(NUMBER, number(19))])
        .row(&[(NUMBER, number(19))])
}

/// One correct permit.
pub fn permit() -> Table {
    let (party, authority) = (code("91", 11), office("00100133"));
    Table::of(&[
        ("行政相对人名称", "衡川样例物流有限公司"),
        ("行政相对人类别", "法人及非法人组织"),
        ("行政相对人代码_1(统一社会信用代码)", &party),
        ("法定代表人", "陈设宁"),
        ("行政许可决定文书名称", "道路运输经营许可决定书"),
        ("行政许可决定文书号", "衡信交许〔2026〕1号"),
        ("许可类别", "普通"),
        ("许可证书名称", "道路运输经营许可证"),
        ("许可编号", "XH9901020000001"),
        ("许可内容", "准予从事道路普通货物运输，车辆6台"),
        ("许可决定日期", "2026-11-16"),
        ("有效期自", "2026-11-16"),
        ("有效期至", "2030-11-15"),
        ("许可机关", "衡川市信衡区交通运输局"),
        ("许可机关统一社会信用代码", &authority),
        ("当前状态", "1"),
        ("数据来源单位", "衡川市信衡区交通运输局"),
        ("数据来源单位统一社会信用代码", &authority),
        ("备注", ""),
    ])
}

const PERMIT_NUMBER: &str = "行政许可决定文书号";

fn permits() -> Files {
    let correct = permit()
        .row(&[
            (NAME, "信衡区样例货运部"),
            (CATEGORY, "个体工商户"),
            (CODE, &code("92", 12)),
            (PERMIT_NUMBER, "衡信交许〔2026〕2号"),
        ])
        .row(&[
            (NAME, "衡川样例（信衡）仓储有限公司"),
            (CODE, &code("91", 13)),
            (PERMIT_NUMBER, "衡信交许〔2026〕3号"),
            ("有效期至", "2099-12-31"),
        ]);
    let faulty = permit()
        .row(&[
            (PERMIT_NUMBER, "衡信交许〔2026〕4号"),
            ("有效期至", "2026-01-01"),
        ])
        .row(&[
            (PERMIT_NUMBER, "衡信交许〔2026〕5号"),
            ("许可类别", "一般许可项目"),
        ])
        .row(&[(PERMIT_NUMBER, "衡信交许〔2026〕6号"), ("当前状态", "9")])
        .row(&[(PERMIT_NUMBER, "XH9901020000001")])
        .row(&[(PERMIT_NUMBER, "衡信交许〔2026〕7号"), ("许可内容", "")])
        .only_changed();
    let book = correct.xlsx("行政许可").unwrap_or_default();
    // Cut in the middle: the table of contents of the archive is at its end.
    let damaged = book.get(..book.len() / 2).unwrap_or_default().to_vec();
    vec![
        ("permits-correct.csv", correct.csv()),
        ("permits-correct.xlsx", book.clone()),
        (
            "permits-many-faults.xlsx",
            faulty.xlsx("行政许可").unwrap_or_default(),
        ),
        ("hostile/damaged.xlsx", damaged),
        ("hostile/workbook-named-csv.csv", book),
        ("hostile/csv-named-workbook.xlsx", correct.csv()),
    ]
}

/// Files that no clerk wrote on purpose.
fn hostile() -> Files {
    let table = penalty();
    let header = table.header.join(",");
    let row = |changes: &[(&str, &str)]| table.clone().row(changes).only_changed();
    let nul = {
        let text = String::from_utf8(table.csv()).unwrap_or_default();
        text.replace("样例商贸", "样例\0商贸").into_bytes()
    };
    let invisible = row(&[
        // A zero-width space in the name, and an order mark that turns the text round.
        (NAME, "衡川样例\u{200b}商贸有限公司"),
        (FACT, "该单位经营\u{202e}期质保过超\u{202c}的食品。"),
    ]);
    let wide: String = code("91", 1)
        .chars()
        .filter_map(|c| char::from_u32(u32::from(c) + 0xfee0))
        .collect();
    let full_width = row(&[
        (CODE, &wide),
        (FINE, "０．２"),
        (DECIDED, "２０２６－１１－１６"),
    ]);
    let mut twice = table.clone();
    twice.rows.insert(0, twice.header.clone());
    vec![
        ("hostile/empty.csv", Vec::new()),
        (
            "hostile/header-only.csv",
            format!("{header}\r\n").into_bytes(),
        ),
        ("hostile/two-header-rows.csv", twice.csv()),
        ("hostile/nul-bytes.csv", nul),
        ("hostile/zero-width-and-right-to-left.csv", invisible.csv()),
        ("hostile/full-width.csv", full_width.csv()),
        (
            "hostile/year-without-calendar.csv",
            row(&[
                (NUMBER, "衡信市监罚〔2029〕1号"),
                (DECIDED, "2029-01-05"),
                (SERVED, ""),
            ])
            .csv(),
        ),
        (
            "hostile/not-a-table.csv",
            b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec(),
        ),
    ]
}
