//! Law cases (`rulebook/tests/*.toml`): what is given, on which day, what must follow, and by
//! which article. Expected values come from the cited text, never from what the program answers.

mod layout;
mod procedure;

use crate::{Rulebook, files::RawFile, load::parse, problem::Problem};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use xinheng_domain::{
    catalogue::{CrossCheck, Item, PublicityRule, Role},
    code::{self, Verdict},
    condition::Values,
    name,
    publicity::{FileEnd, Outcome},
    subject::SubjectKind,
};

/// One case. Exactly one of the optional parts is given.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LawCase {
    /// What it shows, in Chinese.
    pub title: String,
    /// Legal document in `sources/`.
    pub source: String,
    /// Article or section.
    pub article: String,
    code: Option<CodeCase>,
    deadline: Option<DeadlineCase>,
    year: Option<YearCase>,
    publicity: Option<PublicityCase>,
    value: Option<ValueCase>,
    parameter: Option<ParameterCase>,
    in_force: Option<InForceCase>,
    length: Option<LengthCase>,
    rule: Option<RuleCase>,
    redaction: Option<RedactionCase>,
    mask: Option<MaskCase>,
    layout: Option<layout::LayoutCase>,
    procedure: Option<procedure::ProcedureCase>,
}

/// A unified social credit code and its verdict.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeCase {
    code: String,
    verdict: Verdict,
    #[serde(default)]
    also: Vec<Verdict>,
    suggestion: Option<String>,
}

/// A decision day and the last day for publishing (by an item's clock, or so many days).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeadlineCase {
    decided: Date,
    days: Option<u32>,
    #[serde(default)]
    known_at: Option<Timestamp>,
    /// `None` = no deadline was in force.
    last_day: Option<Date>,
    #[serde(default)]
    provisional: bool,
    calendar: Option<String>,
    /// Words of the refusal, where no deadline can be given.
    refused: Option<String>,
}

/// The working days of a year as known at a moment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct YearCase {
    year: i16,
    known_at: Option<Timestamp>,
    /// How many; told in the notice's commentaries, not derived from the lists below.
    working_days: u32,
    /// Days or ranges `MM-DD..MM-DD` off.
    off: Vec<String>,
    /// Weekend days worked.
    work: Vec<String>,
}

/// A row and who sees it on which day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicityCase {
    item: String,
    given: BTreeMap<String, String>,
    received: Date,
    /// Class id recorded from a document of the unit that decided, after the row came.
    recorded: Option<String>,
    known_at: Option<Timestamp>,
    outcome: Expected,
    class: Option<String>,
    from: Option<Date>,
    until: Option<Date>,
    repair: Option<Date>,
    alarm: Option<Date>,
    #[serde(default)]
    candidates: Vec<String>,
    reason: Option<String>,
    #[serde(default)]
    file_end: Option<ExpectedFileEnd>,
    /// Whether the class rests on what the row states; not looked at where it is left out.
    stated: Option<bool>,
    #[serde(default)]
    public_on: Vec<Date>,
    #[serde(default)]
    hidden_on: Vec<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expected {
    Shown,
    Never,
    Held,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ExpectedFileEnd {
    Earlier,
    Later,
}

/// A value of a code list on a day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueCase {
    list: String,
    /// Code, title or alias as a file writes it.
    written: String,
    on: Date,
    /// The title it stands for; `None` = not allowed on that day.
    means: Option<String>,
}

/// A parameter's value on a day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ParameterCase {
    id: String,
    on: Date,
    integer: Option<i64>,
    text: Option<String>,
}

/// Whether a legal document, a regime or a catalogue item holds on a day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct InForceCase {
    source: Option<String>,
    regime: Option<String>,
    format: Option<String>,
    first_day: Option<Date>,
    last_day: Option<Date>,
}

/// The longest text a field takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct LengthCase {
    format: String,
    fields: Vec<String>,
    longest: u32,
}

/// A cross-field rule and a row it accepts or does not.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleCase {
    format: String,
    rule: String,
    given: BTreeMap<String, String>,
    accepted: bool,
}

/// A text and what the public reads of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RedactionCase {
    text: String,
    #[serde(default)]
    names: Vec<String>,
    shown: String,
}

/// The name of an individual business and what the public reads.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct MaskCase {
    name: String,
    representative: Option<String>,
    shown: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    #[serde(default)]
    case: Vec<LawCase>,
}

struct Row<'a>(&'a BTreeMap<String, String>);

impl Values for Row<'_> {
    fn value(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}

/// Reads the law cases among the files.
///
/// # Errors
/// A file does not fit the form, or a case has no part or several.
pub fn cases(files: &[RawFile]) -> Result<Vec<LawCase>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut all = Vec::new();
    for file in files.iter().filter(|f| f.folder() == "tests") {
        let Some(read) = parse::<CaseFile>(file, &mut problems) else {
            continue;
        };
        for case in read.case {
            if case.parts() != 1 {
                let text = "每个案例应当有且只有一种检查内容";
                problems.push(Problem::new(file.shown(), &case.title, text));
            }
            all.push(case);
        }
    }
    if problems.is_empty() {
        Ok(all)
    } else {
        Err(problems)
    }
}

/// What a case should have given and what it gave.
type Verdicts = Result<(), String>;

fn expect<T: PartialEq + Serialize>(what: &str, given: &T, expected: &T) -> Verdicts {
    if given == expected {
        Ok(())
    } else {
        Err(format!("{what}应为{}，实为{}", said(expected), said(given)))
    }
}

/// A value as the office reads it.
fn said<T: Serialize>(value: &T) -> String {
    fn words(value: &serde_json::Value) -> String {
        use serde_json::Value;
        match value {
            Value::Null => "无".to_owned(),
            Value::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
            Value::String(text) => match text.as_str() {
                "shown" => "公示".to_owned(),
                "never" => "不公示".to_owned(),
                "held" => "类别未定".to_owned(),
                "earlier" => "早于规定".to_owned(),
                "later" => "晚于规定".to_owned(),
                other => format!("“{other}”"),
            },
            Value::Array(all) if all.is_empty() => "无".to_owned(),
            Value::Array(all) => all.iter().map(words).collect::<Vec<_>>().join("、"),
            other => other.to_string(),
        }
    }
    serde_json::to_value(value).map_or_else(|e| e.to_string(), |v| words(&v))
}

/// A verdict on a code as the office reads it: by the finding that tells it.
fn verdict_title(book: &Rulebook, verdict: Verdict) -> String {
    let code = format!("code-{}", verdict.as_str().replace('_', "-"));
    match verdict {
        Verdict::Ok => "正确".to_owned(),
        Verdict::AcceptedException => "已在例外登记中确认".to_owned(),
        // The finding says where it cannot stand.
        Verdict::Placeholder => "填充代码".to_owned(),
        Verdict::IdentityNumber => message_title(book, "identity-number-misplaced"),
        _ => message_title(book, &code),
    }
}

/// The title of a finding's sentence.
fn message_title(book: &Rulebook, code: &str) -> String {
    let message = book.messages().iter().find(|m| m.code == code);
    message.map_or_else(|| code.to_owned(), |m| m.title.clone())
}

/// The title of a class of an item, for a decision of that day.
fn class_title(book: &Rulebook, item: &Item, id: &str, on: Option<Date>) -> String {
    let class = match &item.publicity {
        PublicityRule::Classes { table } => book.class(table, id, on),
        _ => None,
    };
    class.map_or_else(|| id.to_owned(), |class| class.title.clone())
}

impl LawCase {
    fn parts(&self) -> usize {
        [
            self.code.is_some(),
            self.deadline.is_some(),
            self.year.is_some(),
            self.publicity.is_some(),
            self.value.is_some(),
            self.parameter.is_some(),
            self.in_force.is_some(),
            self.length.is_some(),
            self.rule.is_some(),
            self.redaction.is_some(),
            self.mask.is_some(),
            self.layout.is_some(),
            self.procedure.is_some(),
        ]
        .into_iter()
        .filter(|given| *given)
        .count()
    }

    /// The kind whose procedure it shows, where it shows one.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.procedure.as_ref().map(procedure::ProcedureCase::kind)
    }

    /// Runs the case against a rulebook.
    ///
    /// # Errors
    /// What should have followed and what did, in Chinese.
    pub fn run(&self, book: &Rulebook) -> Verdicts {
        if book.source(&self.source).is_none() {
            return Err(format!("依据“{}”不存在", self.source));
        }
        let parts = [
            self.code.as_ref().map(|c| c.run(book)),
            self.deadline.as_ref().map(|c| c.run(book)),
            self.year.as_ref().map(|c| c.run(book)),
            self.publicity.as_ref().map(|c| c.run(book)),
            self.value.as_ref().map(|c| c.run(book)),
            self.parameter.as_ref().map(|c| c.run(book)),
            self.in_force.as_ref().map(|c| c.run(book)),
            self.length.as_ref().map(|c| c.run(book)),
            self.rule.as_ref().map(|c| c.run(book)),
            self.redaction.as_ref().map(|c| c.run(book)),
            self.mask.as_ref().map(|c| c.run(book)),
            self.layout.as_ref().map(|c| c.run(book)),
            self.procedure.as_ref().map(|c| c.run(book)),
        ];
        parts.into_iter().flatten().collect()
    }
}

fn item<'a>(book: &'a Rulebook, id: &str) -> Result<&'a Item, String> {
    book.item(id).ok_or_else(|| format!("目录项“{id}”不存在"))
}

fn format<'a>(book: &'a Rulebook, id: &str) -> Result<&'a Item, String> {
    book.format(id).ok_or_else(|| format!("格式“{id}”不存在"))
}

/// The end of time: everything announced is known.
fn latest(known_at: Option<Timestamp>) -> Timestamp {
    known_at.unwrap_or(Timestamp::MAX)
}

impl CodeCase {
    fn run(&self, book: &Rulebook) -> Verdicts {
        let given = code::check(&self.code, book.code_tables());
        let title = |verdict: Verdict| verdict_title(book, verdict);
        let titles = |all: &[Verdict]| all.iter().map(|v| title(*v)).collect::<Vec<_>>();
        expect("结论", &title(given.verdict), &title(self.verdict))?;
        expect("其他问题", &titles(&given.also), &titles(&self.also))?;
        expect("建议", &given.suggestion, &self.suggestion)
    }
}

impl DeadlineCase {
    fn run(&self, book: &Rulebook) -> Verdicts {
        let (given, provisional, calendar) = match (self.answer(book), &self.refused) {
            (Err(text), Some(words)) if text.contains(words) => return Ok(()),
            (Ok(_), Some(words)) => return Err(format!("应当不能计算（{words}）")),
            (answer, _) => answer?,
        };
        expect("最后一日", &given, &self.last_day)?;
        expect("暂定", &provisional, &self.provisional)?;
        match &self.calendar {
            Some(_) => expect("日历版本", &calendar, &self.calendar),
            None => Ok(()),
        }
    }

    fn answer(&self, book: &Rulebook) -> Result<(Option<Date>, bool, Option<String>), String> {
        let known_at = latest(self.known_at);
        if let Some(days) = self.days {
            let calendar = book.calendars().at(known_at);
            let calendar = calendar.map_err(|e| e.to_string())?;
            let deadline = calendar.deadline(self.decided, days);
            let d = deadline.map_err(|e| e.to_string())?;
            return Ok((Some(d.date), d.provisional, Some(d.calendar.into_owned())));
        }
        let item = item(book, "penalty")?;
        let row = [("CF_JDRQ".to_owned(), self.decided.to_string())].into();
        let clock = book.clock(item, &Row(&row), known_at);
        Ok(match clock.map_err(|e| e.to_string())? {
            Some(c) => (Some(c.deadline), c.provisional, Some(c.calendar)),
            None => (None, false, None),
        })
    }
}

impl YearCase {
    fn run(&self, book: &Rulebook) -> Verdicts {
        let calendar = book.calendars().at(latest(self.known_at));
        let calendar = calendar.map_err(|e| e.to_string())?;
        let day = |text: &str| -> Result<Date, String> {
            format!("{}-{text}", self.year)
                .parse()
                .map_err(|_| format!("“{text}”不是日期"))
        };
        let mut off = Vec::new();
        for run in &self.off {
            let (from, to) = run.split_once("..").unwrap_or((run, run));
            off.push((day(from)?, day(to)?));
        }
        let work: Vec<Date> = self.work.iter().map(|d| day(d)).collect::<Result<_, _>>()?;
        let count = calendar.working_days_in(self.year);
        expect("全年工作日", &count, &Some(self.working_days))?;
        let first = day("01-01")?;
        for day in first
            .series(jiff::Span::new().days(1))
            .take_while(|d| d.year() == self.year)
        {
            let weekend = matches!(
                day.weekday(),
                jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday
            );
            let is_off = off.iter().any(|(from, to)| *from <= day && day <= *to);
            let works = work.contains(&day) || !weekend && !is_off;
            let given = calendar.is_working_day(day).map_err(|e| e.to_string())?;
            expect(&format!("{day}是否工作日"), &given, &works)?;
        }
        Ok(())
    }
}

impl PublicityCase {
    fn run(&self, book: &Rulebook) -> Verdicts {
        let item = item(book, &self.item)?;
        let decision = book.decide_publicity(
            item,
            &Row(&self.given),
            self.received,
            self.recorded.as_deref(),
            latest(self.known_at),
        );
        let columns = decision
            .columns(book.publicity_digest())
            .map_err(|e| e.to_string())?;
        let kind = match &decision.outcome {
            Outcome::Shown { .. } => Expected::Shown,
            Outcome::Never { .. } => Expected::Never,
            Outcome::Held { .. } => Expected::Held,
        };
        let on = item.by_role(Role::DecisionDate);
        let on = on.and_then(|f| self.given.get(&f.id)?.parse().ok());
        let title = |id: &str| class_title(book, item, id, on);
        expect("结果", &kind, &self.outcome)?;
        if let Outcome::Held { candidates, .. } = &decision.outcome {
            let titles = |ids: &[String]| ids.iter().map(|id| title(id)).collect::<Vec<_>>();
            expect("可能的类别", &titles(candidates), &titles(&self.candidates))?;
        }
        let class = |id: &Option<String>| id.as_deref().map(title);
        expect("类别", &class(&columns.class), &class(&self.class))?;
        expect("公示起始日", &columns.from, &self.from)?;
        expect("公示截止日", &columns.until, &self.until)?;
        expect("最早修复日", &columns.earliest_repair, &self.repair)?;
        expect("提醒日", &columns.alarm_on, &self.alarm)?;
        if let Some(reason) = &self.reason
            && !columns.never.as_ref().is_some_and(|n| n.contains(reason))
        {
            return Err(format!("理由应含“{reason}”，实为{}", said(&columns.never)));
        }
        let file_end = decision.file_end().map(|end| match end {
            FileEnd::Earlier => ExpectedFileEnd::Earlier,
            FileEnd::Later => ExpectedFileEnd::Later,
        });
        expect("报送的截止期", &file_end, &self.file_end)?;
        if let Some(stated) = self.stated {
            let given = decision.trace.iter().any(|t| t.is_stated());
            expect("类别是否由报送的内容载明", &given, &stated)?;
        }
        for (days, public) in [(&self.public_on, true), (&self.hidden_on, false)] {
            for day in days {
                expect(&format!("{day}是否公示"), &columns.public_on(*day), &public)?;
            }
        }
        Ok(())
    }
}

impl ValueCase {
    fn run(&self, book: &Rulebook) -> Verdicts {
        let list = book
            .code_list(&self.list)
            .ok_or_else(|| format!("代码集“{}”不存在", self.list))?;
        let given = list
            .entries
            .iter()
            .filter(|e| e.from.is_none_or(|from| from <= self.on))
            .filter(|e| e.until.is_none_or(|until| self.on <= until))
            .find(|e| {
                [&e.code, &e.title]
                    .into_iter()
                    .chain(&e.aliases)
                    .any(|word| *word == self.written)
            })
            .map(|e| e.title.clone());
        expect("含义", &given, &self.means)
    }
}

impl ParameterCase {
    fn run(&self, book: &Rulebook) -> Verdicts {
        let given = book.parameter(&self.id, self.on).map(|p| p.value);
        let integer = given.and_then(|v| v.integer);
        expect("取值", &integer, &self.integer)?;
        expect("取值", &given.and_then(|v| v.text.clone()), &self.text)
    }
}

impl InForceCase {
    fn run(&self, book: &Rulebook) -> Verdicts {
        let source = self.source.as_deref().and_then(|id| book.source(id));
        let regime = self
            .regime
            .as_deref()
            .and_then(|id| book.regimes().iter().find(|r| r.id == id));
        let format = self.format.as_deref().and_then(|id| book.format(id));
        let (first, last) = source
            .map(|s| (Some(s.in_force), s.repealed))
            .or(regime.map(|r| (r.from, r.until)))
            .or(format.map(|f| (Some(f.from), f.until)))
            .ok_or("所指的文件、规定或者格式不存在")?;
        expect("第一日", &first, &self.first_day)?;
        expect("最后一日", &last, &self.last_day)
    }
}

impl LengthCase {
    fn run(&self, book: &Rulebook) -> Verdicts {
        let item = format(book, &self.format)?;
        for id in &self.fields {
            let field = item.field(id).ok_or_else(|| format!("字段“{id}”不存在"))?;
            let longest = field.max_chars;
            expect(
                &format!("“{}”最长字数", field.name),
                &longest,
                &Some(self.longest),
            )?;
        }
        Ok(())
    }
}

impl RuleCase {
    fn run(&self, book: &Rulebook) -> Verdicts {
        let item = format(book, &self.format)?;
        let row = Row(&self.given);
        let mut found = false;
        let mut accepted = true;
        for rule in item.rules.iter().filter(|r| r.code == self.rule) {
            found = true;
            let applies = rule.when.as_ref().is_none_or(|when| when.holds(&row));
            match &rule.check {
                CrossCheck::Holds(condition) => accepted &= !applies || condition.holds(&row),
                _ => return Err("这条规则由检查程序执行，不能作为案例".to_owned()),
            }
        }
        if !found {
            return Err(format!("规则“{}”不存在", self.rule));
        }
        expect("接受", &accepted, &self.accepted)
    }
}

impl RedactionCase {
    fn run(&self, book: &Rulebook) -> Verdicts {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let given = book.finder().redact(&self.text, &names);
        expect("公示的文字", &given.text.as_ref(), &self.shown.as_str())
    }
}

impl MaskCase {
    fn run(&self, book: &Rulebook) -> Verdicts {
        let representative = self.representative.as_deref();
        let words = book.trade_words();
        let kind = SubjectKind::IndividualBusiness;
        let given = if book.is_person_named(&self.name, kind, representative, &words) {
            name::mask_business(&self.name)
        } else {
            self.name.clone()
        };
        expect("公示的名称", &given, &self.shown)
    }
}
