//! A small invented deployment, files, and ways to ask it.

use jiff::civil::{Date, date};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use xinheng_app::{
    Actor, AppError, AppResult, Ctx, Deployment, Place, department,
    intake::{self, Landing, Outcome},
    noon,
    record::{Because, Confirm},
    register, rule_set,
    site::{self, ListQuery},
    view::{Dossier, RecordAnswer, RecordLine, RecordView, Tombstone},
};
use xinheng_domain::{code, record::RecordId};
use xinheng_store::{
    audit,
    record::{self, ListFilter, Stored},
};

/// A Monday: nothing is closed for weeks around it.
pub const TODAY: Date = date(2026, 11, 2);
/// The day of the decisions, unless said otherwise.
pub const DECIDED: &str = "2026-10-28";
/// Legal representative in every file.
pub const LEGAL: &str = "司徒苒澍";
/// Reporting departments.
pub const D1: &str = "d1";
pub const D2: &str = "d2";
pub const D1_NAME: &str = "衡川市信衡区市场监督管理局";
pub const D2_NAME: &str = "衡川市信衡区文化和旅游局";
/// The code that says there is none.
pub const FILLER: &str = "00000000000000000X";

/// Code of the `n`-th invented organisation.
pub fn org(n: u32) -> String {
    code::assemble("91", "990100", &format!("MA0Y{n:04}")).unwrap()
}

/// Code of the `n`-th invented individual business.
pub fn shop(n: u32) -> String {
    code::assemble("92", "990100", &format!("MA0X{n:04}")).unwrap()
}

/// Code of the `n`-th invented public body.
pub fn body(n: u32) -> String {
    code::assemble("11", "990100", &format!("MB0Y{n:04}")).unwrap()
}

/// Registered names of the organisations 1 to 4; 3 and 4 bear the same one.
pub const NAMES: [&str; 4] = [
    "衡川市青禾食品有限公司",
    "衡川市远岫建材有限公司",
    "衡川市和顺物流有限公司",
    "衡川市和顺物流有限公司",
];
/// Registered name of the individual business 1.
pub const SHOP: &str = "信衡区老街面馆";
/// The individual business 2 is named by its owner.
pub const OWNER: &str = "尉迟骁琰";

pub const COLUMNS: &[(&str, &str)] = &[
    ("CF_XDR_MC", "行政相对人名称"),
    ("CF_XDR_LB", "行政相对人类别"),
    ("CF_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)"),
    ("CF_XDR_GSZC", "行政相对人代码_2(工商注册号)"),
    ("CF_FRDB", "法定代表人"),
    ("CF_FR_ZJLX", "法定代表人证件类型"),
    ("CF_FR_ZJHM", "法定代表人证件号码"),
    ("CF_XDR_ZJLX", "证件类型"),
    ("CF_XDR_ZJHM", "证件号码"),
    ("CF_WSH", "行政处罚决定书文号"),
    ("CF_WFXW", "违法行为类型"),
    ("CF_SY", "违法事实"),
    ("CF_YJ", "处罚依据"),
    ("CF_CFLB", "处罚类别"),
    ("CF_NR", "处罚内容"),
    ("CF_NR_FK", "罚款金额(万元)"),
    ("CF_NR_WFFF", "没收违法所得、没收非法财物的金额(万元)"),
    ("CF_NR_ZKDX", "暂扣或吊销证照名称及编号"),
    ("CF_JDRQ", "处罚决定日期"),
    ("CF_YXQ", "处罚有效期"),
    ("CF_GSJZQ", "公示截止期"),
    ("CF_CFJG", "处罚机关"),
    ("CF_CFJGDM", "处罚机关统一社会信用代码"),
    ("CF_SJLY", "数据来源单位"),
    ("CF_SJLYDM", "数据来源单位统一社会信用代码"),
    ("BZ", "备注"),
    ("XH_CX", "处罚程序"),
    ("XH_SXLB", "失信信息类别"),
    ("XH_SXYJ", "失信信息类别依据"),
    ("XH_SDRQ", "送达日期"),
    ("XH_SFGK", "是否公开"),
    ("XH_BGKYY", "不公开理由"),
    ("XH_ZYZT", "争议状态"),
    ("XH_THJL", "替换记录编号"),
    ("", "经办科室意见"),
];

/// A row of a penalty file.
#[derive(Debug, Clone)]
pub struct Row(BTreeMap<&'static str, String>);

/// A penalty on a registered organisation: illegal gains confiscated, so of the general class,
/// public for a year from the decision.
pub fn penalty(n: u32, number: u32) -> Row {
    let name = NAMES[(n - 1) as usize];
    other(name, &org(n), number)
}

/// A penalty on any organisation.
pub fn other(name: &str, code: &str, number: u32) -> Row {
    Row(BTreeMap::new())
        .set("CF_XDR_MC", name)
        .set("CF_XDR_LB", "法人及非法人组织")
        .set("CF_XDR_SHXYM", code)
        .set("CF_FRDB", LEGAL)
        .set("CF_WSH", &format!("衡信市监罚〔2026〕{number}号"))
        .set("CF_WFXW", "违反产品质量管理规定")
        .set("CF_SY", "检查发现销售的产品没有合格证明。")
        .set("CF_YJ", "《中华人民共和国产品质量法》第五十条")
        .set("CF_CFLB", "没收违法所得")
        .set("CF_NR", "没收违法所得58元。")
        .set("CF_NR_WFFF", "0.0058")
        .set("CF_JDRQ", DECIDED)
        .set("CF_YXQ", "2099-12-31")
        .set("CF_CFJG", D1_NAME)
        .set("CF_CFJGDM", &body(1))
        .set("CF_SJLY", D1_NAME)
        .set("CF_SJLYDM", &body(1))
        .set("XH_CX", "普通程序")
}

impl Row {
    pub fn set(mut self, field: &'static str, value: &str) -> Self {
        self.0.insert(field, value.to_owned());
        self
    }

    /// As the notice states the class, with what it rests on.
    pub fn stated(self, class: &str) -> Self {
        self.set("XH_SXLB", class)
            .set("XH_SXYJ", "《样例领域失信信息分类标准》第五条")
    }

    /// A fine: no standard says of which class, so the record is held back.
    pub fn fine(self) -> Self {
        self.set("CF_CFLB", "罚款")
            .set("CF_NR", "罚款2000元。")
            .set("CF_NR_FK", "0.2")
            .set("CF_NR_WFFF", "")
    }

    /// A warning: minor, never public.
    pub fn warning(self) -> Self {
        self.set("CF_CFLB", "警告")
            .set("CF_NR", "给予警告。")
            .set("CF_NR_WFFF", "")
    }

    /// As the second department hands it in.
    pub fn second(self) -> Self {
        self.set("CF_SJLY", D2_NAME).set("CF_SJLYDM", &body(2))
    }

    /// An individual business.
    pub fn individual(self) -> Self {
        self.set("CF_XDR_LB", "个体工商户")
    }

    /// A natural person.
    pub fn person(self, name: &str, identity: &str) -> Self {
        self.set("CF_XDR_MC", name)
            .set("CF_XDR_LB", "自然人")
            .set("CF_XDR_SHXYM", "")
            .set("CF_FRDB", "")
            .set("CF_XDR_ZJLX", "身份证")
            .set("CF_XDR_ZJHM", identity)
    }
}

impl xinheng_domain::condition::Values for Row {
    fn value(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}

/// The document in which a class is stated later.
pub const fn letter<'a>() -> xinheng_app::record::Stated<'a> {
    xinheng_app::record::Stated {
        document: "衡信市监函〔2026〕3号",
        dated: TODAY,
        by: D1_NAME,
    }
}

/// The rows as a CSV file.
pub fn csv(rows: &[Row]) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut out = String::new();
    let head: Vec<String> = COLUMNS.iter().map(|(_, name)| quoted(name)).collect();
    out.push_str(&head.join(","));
    for row in rows {
        out.push('\n');
        let cells: Vec<String> = COLUMNS
            .iter()
            .map(|(id, _)| quoted(row.0.get(id).map_or("", String::as_str)))
            .collect();
        out.push_str(&cells.join(","));
    }
    out.push('\n');
    out
}

/// A workbook with rows on each of its sheets.
pub fn workbook(path: &Path, sheets: &[(&str, &[Row])]) {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (column, (id, title)) in (0..).zip(COLUMNS) {
            sheet.write_string(0, column, *title).unwrap();
            for (line, row) in (1..).zip(*rows) {
                let text = row.0.get(id).map_or("", String::as_str);
                sheet.write_string(line, column, text).unwrap();
            }
        }
    }
    book.save(path).unwrap();
}

/// Who may do nothing but read what is public.
pub fn outsiders() -> [Actor; 2] {
    [Actor::Public, clerk(D2)]
}

pub fn operator(name: &str) -> Actor {
    Actor::Operator {
        name: name.to_owned(),
    }
}

/// The second person's word: shown again, or over since it was published wrongly.
pub fn confirming<'a>(id: &'a str, restore: bool, grounds: &'a str) -> Confirm<'a> {
    Confirm {
        id,
        over: (!restore).then_some(Because::Wrong),
        grounds,
        seen: None,
    }
}

pub fn clerk(department: &str) -> Actor {
    Actor::Department {
        code: department.to_owned(),
        name: "经办人".to_owned(),
    }
}

/// A deployment in a folder of its own.
pub struct Desk {
    pub office: Deployment,
    pub dir: TempDir,
}

impl Desk {
    /// With nothing in it.
    pub fn bare() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let office =
            Deployment::create(&place(dir.path()), noon(date(2026, 1, 5)).unwrap()).unwrap();
        // Tests walk through time at will; those about the clock say that it counts.
        xinheng_app::testing::db(&office).clock_counts(false);
        Self { office, dir }
    }

    /// With departments and a register.
    pub fn new() -> Self {
        let desk = Self::bare();
        let departments = desk.file("departments.csv", &departments());
        assert_eq!(
            department::import(&desk.operator(TODAY), &departments).unwrap(),
            2
        );
        desk.register(&register_file(), TODAY);
        desk
    }

    /// The same deployment opened anew: other rulebook files, no figures kept.
    pub fn reopen(&mut self) {
        self.office = Deployment::open(&place(self.dir.path())).unwrap();
        xinheng_app::testing::db(&self.office).clock_counts(false);
    }

    /// Has what lies in the deployment's folder adopted by two people.
    pub fn adopt(&mut self) {
        let set = rule_set::propose(&self.operator(TODAY)).unwrap();
        rule_set::adopt(&self.ctx(operator("乙"), TODAY), set.number).unwrap();
        assert!(self.office.take_adopted());
        self.office = self.office.reload().unwrap().unwrap();
    }

    pub fn ctx(&self, actor: Actor, day: Date) -> Ctx<'_> {
        self.office.ctx(actor, noon(day).unwrap())
    }

    pub fn operator(&self, day: Date) -> Ctx<'_> {
        self.ctx(operator("甲"), day)
    }

    pub fn public(&self, day: Date) -> Ctx<'_> {
        self.ctx(Actor::Public, day)
    }

    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn register(&self, text: &str, day: Date) -> register::Outcome {
        let path = self.file("register.csv", text);
        register::import(&self.operator(day), &path, None, &mut |_| {}).unwrap()
    }

    /// Hands in rows for the first department on a day, as the operator.
    pub fn import(&self, rows: &[Row], day: Date) -> Outcome {
        self.hand_in(operator("甲"), D1, &csv(rows), day, false)
            .unwrap()
    }

    /// As [`Desk::import`]; every row must land.
    pub fn land(&self, rows: &[Row], day: Date) -> Outcome {
        let outcome = self.import(rows, day);
        assert!(
            matches!(outcome.landing, Landing::Sealed { .. }),
            "{outcome:#?}"
        );
        assert_eq!(outcome.counters.refused, 0, "{:#?}", outcome.refused);
        outcome
    }

    /// Hands in rows for the first department; the process is killed when they are staged.
    pub fn killed(&self, rows: &[Row], day: Date) {
        let path = self.file("in.csv", &csv(rows));
        let input = intake::Input {
            path: &path,
            file_name: "in.csv",
            sheet: None,
            department: D1,
            dry_run: false,
        };
        let killed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            intake::import(&self.operator(day), input, &mut |progress| {
                if matches!(progress, intake::Progress::Landed(..)) {
                    // As a kill: no message, nothing more is written.
                    std::panic::resume_unwind(Box::new("killed"));
                }
            })
        }));
        assert!(killed.is_err());
    }

    /// Whether `db verify` finds nothing, in whatever order the days of a test came.
    pub fn sound(&self) -> bool {
        let ctx = self.operator(TODAY);
        let whole = ctx.whole(xinheng_app::Act::DatabaseVerify).unwrap();
        let mut found = xinheng_store::ops::verify(whole).unwrap();
        found.audit.faults.remove(&audit::FaultKind::Backwards);
        found.sound()
    }

    /// The batch that is staged.
    pub fn staged(&self) -> String {
        let lines =
            intake::batches(&self.operator(TODAY), intake::Batches::default(), 100).unwrap();
        let mut staged = lines.into_iter().filter(|l| l.state == "staged");
        staged.next().unwrap().id
    }

    /// Received in time and all, by item, of what was decided on `from` or later.
    pub fn in_time(&self, from: Date) -> Vec<(String, u64, u64)> {
        let read = |conn: &mut xinheng_store::Conn| record::in_time(conn, from);
        let all = xinheng_app::testing::db(&self.office).read(read).unwrap();
        all.into_iter()
            .map(|i| (i.item, i.in_time, i.all))
            .collect()
    }

    pub fn hand_in(
        &self,
        actor: Actor,
        department: &str,
        text: &str,
        day: Date,
        dry_run: bool,
    ) -> AppResult<Outcome> {
        let path = self.file("in.csv", text);
        let input = intake::Input {
            path: &path,
            file_name: "in.csv",
            sheet: None,
            department,
            dry_run,
        };
        intake::import(&self.ctx(actor, day), input, &mut |_| {})
    }

    /// The number of the record a row became.
    pub fn number(&self, row: &Row) -> RecordId {
        intake::number_of(&self.operator(TODAY), "penalty", row)
            .unwrap()
            .unwrap()
    }

    /// Every current record, whatever its state.
    pub fn all(&self) -> Vec<Stored> {
        let filter = ListFilter {
            limit: 100_000,
            ..ListFilter::default()
        };
        let read = |conn: &mut xinheng_store::Conn| record::list(conn, &filter);
        xinheng_app::testing::db(&self.office).read(read).unwrap()
    }

    /// Actions in the audit, the latest first.
    pub fn audit(&self) -> Vec<audit::KeptEntry> {
        let read = |conn: &mut xinheng_store::Conn| audit::page(conn, None, 10_000);
        xinheng_app::testing::db(&self.office).read(read).unwrap()
    }

    pub fn audited(&self, action: &str) -> Vec<audit::AuditEntry> {
        let all = self.audit().into_iter().map(|k| k.entry);
        all.filter(|e| e.action == action).collect()
    }

    pub fn dossier(&self, code: &str, day: Date) -> Dossier {
        site::dossier(&self.public(day), code, None, None)
            .unwrap()
            .unwrap()
    }

    pub fn answer(&self, id: &RecordId, day: Date) -> RecordAnswer {
        site::record(&self.public(day), id.as_str(), None, None).unwrap()
    }

    pub fn shown(&self, id: &RecordId, day: Date) -> RecordView {
        match self.answer(id, day) {
            RecordAnswer::Shown(view) => *view,
            other => panic!("not shown: {other:?}"),
        }
    }

    pub fn gone(&self, id: &RecordId, day: Date) -> Tombstone {
        match self.answer(id, day) {
            RecordAnswer::Gone(tombstone) => *tombstone,
            other => panic!("not gone: {other:?}"),
        }
    }

    /// Every line of a list, page by page.
    pub fn walk(&self, query: &ListQuery, day: Date) -> Vec<RecordLine> {
        let mut all = Vec::new();
        let mut query = query.clone();
        loop {
            let page = site::list(&self.public(day), &query).unwrap();
            all.extend(page.records);
            match page.next {
                Some(next) => query.cursor = Some(next),
                None => return all,
            }
            assert!(all.len() < 100_000, "the list does not end");
        }
    }

    /// All bytes of the database.
    pub fn deployment_digest(&self) -> String {
        self.office.rulebook().digest().to_owned()
    }

    pub fn bytes(&self) -> Vec<u8> {
        let whole = xinheng_app::Act::DatabaseVerify;
        self.operator(TODAY).whole(whole).unwrap();
        let mut all = Vec::new();
        for name in ["xinheng.db", "xinheng.db-wal"] {
            all.extend(std::fs::read(self.dir.path().join(name)).unwrap_or_default());
        }
        assert!(!all.is_empty());
        all
    }
}

pub fn place(dir: &Path) -> Place {
    Place {
        data: Some(dir.to_owned()),
        database: None,
        ..Place::default()
    }
}

pub fn departments() -> String {
    format!(
        "编号,名称,代码\n{D1},{D1_NAME},{}\n{D2},{D2_NAME},{}\n",
        body(1),
        body(2)
    )
}

pub fn register_file() -> String {
    let mut text = "代码,名称,成立日期,状态,曾用名,曾用代码,法定代表人\n".to_owned();
    for (i, name) in NAMES.iter().enumerate() {
        text.push_str(&format!(
            "{},{name},2019-03-0{},存续,,,{LEGAL}\n",
            org(i as u32 + 1),
            i + 1
        ));
    }
    text.push_str(&format!("{},{SHOP},2020-01-02,存续,,,{LEGAL}\n", shop(1)));
    text.push_str(&format!("{},{OWNER},2020-01-03,存续,,,{OWNER}\n", shop(2)));
    text
}

pub fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|w| w == text.as_bytes())
}

#[track_caller]
pub fn forbidden<T: std::fmt::Debug>(answer: AppResult<T>) {
    assert!(matches!(answer, Err(AppError::Forbidden(_))), "{answer:?}");
}

#[track_caller]
pub fn bad_input<T: std::fmt::Debug>(answer: AppResult<T>) {
    assert!(matches!(answer, Err(AppError::BadInput(_))), "{answer:?}");
}

#[track_caller]
pub fn not_found<T: std::fmt::Debug>(answer: AppResult<T>) {
    assert!(matches!(answer, Err(AppError::NotFound(_))), "{answer:?}");
}

#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: AppResult<T>, with: &str) {
    match answer {
        Err(AppError::Refused(refusal)) => {
            assert_eq!(refusal.code.as_str(), with);
            assert!(!refusal.message.is_empty());
        }
        other => panic!("not refused: {other:?}"),
    }
}
