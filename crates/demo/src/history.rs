//! Five years of a district: who filed what on which day, and what happened to it afterwards.

use crate::{
    Size,
    draft::Desk,
    organisation::Organisations,
    person,
    random::Random,
    row::{Kind, Meaning, Row},
    season,
    sheet::Habits,
    tables::{Department, Trade},
};
use jiff::{ToSpan, civil::Date};
use std::collections::BTreeMap;
use xinheng_domain::code;

/// One file of one department.
#[derive(Debug)]
pub(crate) struct Filing {
    pub(crate) received: Date,
    /// Place in the list of departments.
    pub(crate) department: usize,
    pub(crate) kind: Kind,
    pub(crate) habits: Habits,
    pub(crate) rows: Vec<Row>,
}

/// Invents the files of all departments.
pub(crate) fn invent(
    seed: u64,
    today: Date,
    size: Size,
    departments: &[Department],
    trades: &[Trade],
    organisations: &Organisations,
) -> Vec<Filing> {
    let start = today.saturating_sub(5.years());
    let all = |f: fn(&Department) -> u64| departments.iter().map(f).sum::<u64>().max(1);
    let (permits, penalties) = (all(permit_weight), all(penalty_weight));
    let mut filings = Vec::new();
    for (place, department) in departments.iter().enumerate() {
        let mut desk = Desk::new(seed, department, trades);
        for (kind, weight, sum, share) in [
            (Kind::Permit, permit_weight(department), permits, 58),
            (Kind::Penalty, penalty_weight(department), penalties, 42),
        ] {
            if weight == 0 {
                continue;
            }
            let rows = size.records() as u64 * share / 100 * weight / sum;
            let rows = usize::try_from(rows).unwrap_or(0).max(2);
            let habits = Habits::of(&mut desk.random);
            // A unit's punctuality is its own: between 2 and 8 of a hundred files late.
            let tardy = 20 + desk.random.below(60);
            // Not on the day itself: whoever looks may be up before the offices open.
            let days =
                season::filing_days(rows, start, today.saturating_sub(1.day()), &mut desk.random);
            let mut year = Year {
                desk: &mut desk,
                organisations,
                kind,
                tardy,
                later: BTreeMap::new(),
            };
            let (mut done, count) = (0, days.len().max(1));
            for (i, day) in days.iter().enumerate() {
                let target = rows * (i + 1) / count;
                // The last file of a busy department holds one week's work, not its share of
                // five years.
                let last_week = if i + 1 == count { rows / 260 + 2 } else { rows };
                let rows = year.file(*day, (target - done).min(last_week));
                done = target;
                if !rows.is_empty() {
                    filings.push(Filing {
                        received: *day,
                        department: place,
                        kind,
                        habits: habits.clone(),
                        rows,
                    });
                }
            }
        }
    }
    filings
}

fn permit_weight(d: &Department) -> u64 {
    d.permits.iter().map(|m| m.weight).sum()
}

fn penalty_weight(d: &Department) -> u64 {
    d.penalties.iter().map(|m| m.weight).sum()
}

/// A department's work under one item.
struct Year<'d, 'a> {
    desk: &'d mut Desk<'a>,
    organisations: &'a Organisations,
    kind: Kind,
    /// Late files of a thousand.
    tardy: usize,
    /// Rows that follow from earlier ones, by the day from which they may be filed.
    later: BTreeMap<Date, Vec<Row>>,
}

impl Year<'_, '_> {
    fn random(&mut self) -> &mut Random {
        &mut self.desk.random
    }

    /// The rows of one file: what follows from earlier files first, then what is new.
    fn file(&mut self, received: Date, new: usize) -> Vec<Row> {
        let mut rows = Vec::new();
        let still_later = self.later.split_off(&received.saturating_add(1.day()));
        for row in std::mem::replace(&mut self.later, still_later)
            .into_values()
            .flatten()
        {
            // Two stages of one case in one file would be a duplicate; the later one waits.
            if rows.iter().any(|r: &Row| r.key() == row.key()) {
                self.later
                    .entry(received.saturating_add(1.day()))
                    .or_default()
                    .push(row);
            } else {
                rows.push(row);
            }
        }
        let tardy = self.tardy;
        let late = self.random().permille(tardy);
        for _ in 0..new {
            let back = if late {
                self.random().between(12, 30)
            } else {
                self.random().between(0, 6)
            };
            let decided = season::working_day(received.saturating_sub(back.days()));
            let Some(row) = self.decide(decided, received) else {
                continue;
            };
            rows.extend(self.live(row, decided, received));
        }
        rows
    }

    /// One decision of this department.
    fn decide(&mut self, decided: Date, received: Date) -> Option<Row> {
        let department = self.desk.department;
        match self.kind {
            Kind::Permit => {
                let matters = &department.permits;
                let matter =
                    matters.get(self.random().weighted(matters.iter().map(|m| m.weight)))?;
                let party =
                    self.organisations
                        .draw(&matter.trades, decided, &mut self.desk.random)?;
                Some(self.desk.permit(matter, party, decided))
            }
            Kind::Penalty => {
                let matters = &department.penalties;
                let matter =
                    matters.get(self.random().weighted(matters.iter().map(|m| m.weight)))?;
                let party =
                    self.organisations
                        .draw(&matter.trades, decided, &mut self.desk.random)?;
                let mut row = self.desk.penalty(matter, party, decided);
                self.procedure(&mut row, decided, received);
                if decided >= season::NEW_REGIME && !keeps_silent(&row) {
                    state_class(&mut row, department.field());
                }
                Some(row)
            }
        }
    }

    /// Summary procedure for small cases, day of service, own end of publicity.
    fn procedure(&mut self, row: &mut Row, decided: Date, received: Date) {
        let random = self.random();
        let small = matches!(row.get("CF_CFLB"), "警告" | "罚款" | "警告、罚款")
            && row.get("CF_NR_FK").parse::<f64>().unwrap_or(0.0) <= 0.1;
        if small && random.permille(300) {
            row.set("XH_CX", "简易程序");
        }
        if random.permille(600) {
            let served = decided
                .saturating_add(random.between(0, 3).days())
                .min(received);
            row.set("XH_SDRQ", served.to_string());
        }
        if random.permille(50) {
            let months = random.between(3, 14);
            row.set(
                "CF_GSJZQ",
                decided.saturating_add(months.months()).to_string(),
            );
        }
    }

    /// What becomes of a row: faults a clerk makes, corrections, disputes, revocations. Returns
    /// the rows to file now; the others wait in `later`.
    fn live(&mut self, mut row: Row, decided: Date, received: Date) -> Vec<Row> {
        let fate = self.random().below(1000);
        let soon = received.saturating_add(self.random().between(1, 20).days());
        let some_weeks = received.saturating_add(self.random().between(20, 70).days());
        match fate {
            // A fault that keeps the row out; most are mended in the next file.
            0..=8 => {
                let right = row.clone();
                self.spoil(&mut row, received);
                if self.random().permille(750) {
                    self.later.entry(soon).or_default().push(right);
                }
                vec![row]
            }
            // A fault that only warns.
            9..=26 => {
                self.blemish(&mut row);
                vec![row]
            }
            // Not to be published, and why.
            27..=31 => {
                row.set("XH_SFGK", "否")
                    .set("XH_BGKYY", "涉及商业秘密或者个人隐私");
                vec![row]
            }
            // A natural person beside the organisations.
            32..=43 => {
                let person = self.person(decided);
                vec![Some(row), person].into_iter().flatten().collect()
            }
            // A wrong key, put right by a row that takes the first one's place.
            44..=49 => {
                let right = self.mistake(&mut row, decided);
                self.later.entry(soon).or_default().push(right);
                vec![row]
            }
            // A text corrected: another version.
            50..=59 => {
                let mut right = row.clone();
                right.set("BZ", "更正：补充案件办理情况。");
                self.later.entry(soon).or_default().push(right);
                vec![row]
            }
            // Handed in twice.
            60..=75 => {
                self.later.entry(soon).or_default().push(row.clone());
                vec![row]
            }
            76..=105 if self.kind == Kind::Penalty => {
                self.dispute(&row, some_weeks);
                vec![row]
            }
            76..=100 => {
                let mut over = row.clone();
                let end = season::working_day(some_weeks);
                over.set("XK_ZT", "2")
                    .set("XK_YXQZI", end.to_string())
                    .set("BZ", "被许可人申请注销。");
                self.later
                    .entry(end.saturating_add(1.day()))
                    .or_default()
                    .push(over);
                vec![row]
            }
            _ => vec![row],
        }
    }

    fn dispute(&mut self, row: &Row, from: Date) {
        let states = ["复议中", "诉讼中", "停止执行"];
        let state = self.random().pick(&states).copied().unwrap_or("复议中");
        let mut open = row.clone();
        open.set("XH_ZYZT", state);
        self.later.entry(from).or_default().push(open);
        let outcome = match self.random().below(10) {
            0..=2 => Some("已撤销"),
            3..=6 => Some("无"),
            _ => None,
        };
        if let Some(outcome) = outcome {
            let mut closed = row.clone();
            closed.set("XH_ZYZT", outcome);
            let end = from.saturating_add(self.random().between(40, 120).days());
            self.later.entry(end).or_default().push(closed);
        }
    }

    /// Files the row with a wrong key field and returns the row that will replace it.
    fn mistake(&mut self, row: &mut Row, decided: Date) -> Row {
        let mut right = row.clone();
        let number = self.desk.document_number(self.kind, decided);
        row.put(Meaning::Document, number);
        right.replaces = Some(row.key());
        right
    }

    /// A fault for which the checker refuses the row.
    fn spoil(&mut self, row: &mut Row, received: Date) {
        match self.random().below(6) {
            0 => {
                let wrong = wrong_check(row.of(Meaning::Code));
                row.put(Meaning::Code, wrong);
            }
            1 => {
                row.put(
                    Meaning::Decided,
                    received.saturating_add(20.days()).to_string(),
                );
                // The year of service must not speak before the decision.
                row.set("XH_SDRQ", "");
            }
            2 => {
                row.put(Meaning::Content, "");
            }
            3 => {
                row.put(Meaning::Category, "企业");
            }
            4 => {
                // Not the name that the register has for the code.
                let other = format!("{}（原）", row.of(Meaning::Name));
                row.put(Meaning::Name, other);
            }
            _ => {
                let code = row.of(Meaning::Code).chars().take(17).collect::<String>();
                row.put(Meaning::Code, code);
            }
        }
    }

    /// A fault for which the checker only warns.
    fn blemish(&mut self, row: &mut Row) {
        let kind = self.kind;
        match self.random().below(3) {
            0 => {
                let odd = row.of(Meaning::Document).replace(['〔', '〕'], "");
                row.put(Meaning::Document, odd);
            }
            1 if kind == Kind::Penalty && !row.get("CF_NR_FK").is_empty() => {
                // The classic: yuan in a column of 万元.
                row.set("CF_NR_FK", "5000");
            }
            _ => {
                let told = self.personal_data();
                let column = kind.column(Meaning::Content);
                let text = format!("{}{told}", row.get(column));
                row.set(column, text);
            }
        }
    }

    /// A sentence that must never reach the public.
    fn personal_data(&mut self) -> String {
        let name = person::name(self.random());
        if self.random().permille(500) {
            format!("（联系人{name}，电话{}）", person::phone(self.random()))
        } else {
            format!(
                "（经办人{name}，身份证号{}）",
                person::identity_number(self.random())
            )
        }
    }

    /// A decision about a natural person: checked, counted, not kept.
    fn person(&mut self, decided: Date) -> Option<Row> {
        let mut row = self.decide(decided, decided)?;
        let (name, number) = (
            person::name(self.random()),
            person::identity_number(self.random()),
        );
        row.put(Meaning::Name, name)
            .put(Meaning::Category, "自然人")
            .put(Meaning::Code, "")
            .put(Meaning::Registration, "")
            .put(Meaning::Representative, "")
            .put(Meaning::CertificateKind, "身份证")
            .put(Meaning::CertificateNumber, number);
        Some(row)
    }
}

/// The code with another check character.
pub(crate) fn wrong_check(code: &str) -> String {
    let mut wrong: String = code.chars().take(code::LENGTH - 1).collect();
    let last = code.chars().nth(code::LENGTH - 1);
    wrong.push(if last == Some('7') { '8' } else { '7' });
    wrong
}

/// One notice in five does not say of which class the matter is.
fn keeps_silent(row: &Row) -> bool {
    let number = row.of(Meaning::Document);
    number
        .bytes()
        .map(usize::from)
        .sum::<usize>()
        .is_multiple_of(5)
}

/// Writes the class of an ordinary fine as the notice to the party states it, with its basis: the
/// invented standard of the unit's field. Kinds that settle the class themselves need none.
pub(crate) fn state_class(row: &mut Row, field: &str) {
    let kinds: Vec<&str> = row.get("CF_CFLB").split('、').collect();
    let all_among = |among: &[&str]| kinds.iter().all(|k| among.contains(k));
    let ordinary = [
        "警告",
        "罚款",
        "没收违法所得",
        "没收非法财物",
        "暂扣许可证件",
        "降低资质等级",
    ];
    if !kinds.contains(&"罚款") || !all_among(&ordinary) || row.get("XH_CX") == "简易程序" {
        return;
    }
    let wan = row.get("CF_NR_FK").parse::<f64>().unwrap_or(0.0);
    // no law: an invented standard, with the amounts of the demo's own rules
    let (smaller, larger) = (0.2, 20.0);
    let (class, article) = match wan {
        wan if wan < smaller && all_among(&["警告", "罚款"]) => ("轻微", "第四条"),
        wan if wan < larger => ("一般", "第五条"),
        _ => ("严重", "第六条"),
    };
    row.set("XH_SXLB", class).set(
        "XH_SXYJ",
        format!("《衡川市{field}领域失信信息分类标准（演示）》{article}"),
    );
}
