//! The rulebook as lines for people: for `xinheng rulebook check|show` and the page of rules.

use crate::{
    Rulebook,
    files::{self, Layer, RawFile},
    law::{self, LawCase},
    model::{InForce, Parameter, Source},
    problem::Problem,
};
use jiff::civil::Date;
use serde::Serialize;
use std::path::Path;
use xinheng_domain::{
    basis::Basis,
    catalogue::{Field, FieldPublicity, Item, PublicityRule, Requirement},
    code_list::CodeList,
    publicity::{Class, Regime},
};

/// Lines under a heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Chinese heading.
    pub title: String,
    /// Lines, in the rulebook's order.
    pub lines: Vec<Line>,
}

/// One rule, told in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Id, e.g. `sgs.report_deadline`.
    pub id: String,
    /// What it is, in Chinese.
    pub title: String,
    /// What it says, in Chinese.
    pub value: String,
    /// Citation in short form; empty where the line needs none.
    pub basis: String,
    /// Whether the citation was read in the published text.
    pub verified: bool,
    /// Whether it is this office's reading of a text that leaves it open (本区适用口径).
    pub reading: bool,
    /// What a reader should know about a doubt.
    pub note: Option<String>,
}

impl Line {
    fn plain(id: &str, title: &str, value: String) -> Self {
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            value,
            basis: String::new(),
            verified: true,
            reading: false,
            note: None,
        }
    }

    fn cited(book: &Rulebook, id: String, title: &str, value: String, basis: &Basis) -> Self {
        Self {
            id,
            title: title.to_owned(),
            value,
            basis: book.cite(basis),
            verified: basis.verified,
            reading: basis.reading,
            note: basis.note.clone(),
        }
    }
}

/// The outcome of a check of all files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Name of the rulebook, where it could be loaded.
    pub label: Option<String>,
    /// Faults in files.
    pub problems: Vec<Problem>,
    /// Law cases run.
    pub cases: usize,
    /// Law cases that do not hold: title, article, what was expected.
    pub broken: Vec<String>,
    /// Law cases of the rulebook itself that hold, and to which the deployment's own files give
    /// another answer: nothing wrong, and to be known.
    pub changed: Vec<String>,
    /// What was counted, in Chinese.
    pub counts: Vec<(String, usize)>,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty() && self.broken.is_empty()
    }
}

/// Checks the rulebook with a deployment's own files and runs every law case: those of the
/// rulebook against it alone, the deployment's own against both together. Where its files change
/// the answer to a case of the rulebook, that is told apart.
#[must_use]
pub fn check(local: Option<&Path>) -> Report {
    let mut report = Report {
        label: None,
        problems: Vec::new(),
        cases: 0,
        broken: Vec::new(),
        changed: Vec::new(),
        counts: Vec::new(),
    };
    let mut all = files::embedded();
    if let Some(root) = local {
        all.extend(files::local(root, &mut report.problems));
    }
    let (own, ours): (Vec<RawFile>, Vec<RawFile>) =
        all.iter().cloned().partition(|f| f.layer == Layer::Local);
    let mut cases = |files: &[RawFile]| {
        law::cases(files).unwrap_or_else(|problems| {
            report.problems.extend(problems);
            Vec::new()
        })
    };
    let (own, shipped) = (cases(&own), cases(&ours));
    let both = Rulebook::from_files(&all);
    let alone = Rulebook::from_files(&ours);
    match (both, alone) {
        (Ok(both), Ok(alone)) => {
            report.cases = own.len() + shipped.len();
            report.broken = faults(&own, &both);
            report.broken.extend(faults(&shipped, &alone));
            if ours.len() < all.len() {
                report.changed = faults(&shipped, &both);
                let broken = &report.broken;
                report.changed.retain(|fault| !broken.contains(fault));
            }
            report.label = Some(both.label());
            report.counts = both.counts();
        }
        (both, alone) => {
            let problems = [both, alone].into_iter().filter_map(Result::err);
            report.problems.extend(problems.flat_map(|e| e.problems));
        }
    }
    report.problems.sort();
    report.problems.dedup();
    report
}

/// A deployment's own files, tried beside those in the binary.
#[derive(Debug)]
pub struct Tried {
    /// Both together; none where they do not load.
    pub book: Option<Rulebook>,
    /// Faults in files.
    pub problems: Vec<Problem>,
    /// Cases of its own that do not hold.
    pub broken: Vec<String>,
    /// Cases of the rulebook itself to which its files give another answer.
    pub changed: Vec<String>,
}

/// Tries a deployment's own files as given, after what was found wrong with them before.
#[must_use]
pub fn tried(own: &[RawFile], problems: Vec<Problem>) -> Tried {
    let mut tried = Tried {
        book: None,
        problems,
        broken: Vec::new(),
        changed: Vec::new(),
    };
    let mut all = files::embedded();
    let ours = all.len();
    all.extend_from_slice(own);
    match Rulebook::from_files(&all) {
        Ok(book) => tried.book = Some(book),
        Err(e) => tried.problems.extend(e.problems),
    }
    let mut cases = |files: &[RawFile]| {
        law::cases(files).unwrap_or_else(|problems| {
            tried.problems.extend(problems);
            Vec::new()
        })
    };
    let own_cases = cases(own);
    // Procedures and permissions of its own are in none of the rulebook's cases.
    let bears = |f: &RawFile| !["cases", "permissions", "tests"].contains(&f.folder());
    let shipped = match all.get(..ours) {
        Some(ours) if own.iter().any(bears) => cases(ours),
        _ => Vec::new(),
    };
    if let Some(book) = &tried.book {
        tried.broken = faults(&own_cases, book);
        tried.changed = faults(&shipped, book);
    }
    tried.problems.sort();
    tried.problems.dedup();
    tried
}

/// The cases that do not hold.
fn faults(cases: &[LawCase], book: &Rulebook) -> Vec<String> {
    let fault = |c: &LawCase| {
        let fault = c.run(book).err()?;
        let source = book.source(&c.source);
        let source = source.map_or(c.source.as_str(), |s| s.title.as_str());
        Some(format!("{}（《{source}》{}）：{fault}", c.title, c.article))
    };
    cases.iter().filter_map(fault).collect()
}

impl Rulebook {
    /// How many rules of each kind there are.
    #[must_use]
    pub fn counts(&self) -> Vec<(String, usize)> {
        [
            ("法律文件", self.sources.len()),
            ("目录项", self.items.len()),
            ("其他文件格式", self.formats.len()),
            ("参数", self.parameters.len()),
            ("代码集", self.lists.len()),
            ("公示规定", self.regimes.len()),
            ("日历年度", self.years.len()),
            ("提示语", self.messages.len()),
            ("没有读到原文的依据", self.unverified().len()),
            ("本区适用口径", self.readings().len()),
        ]
        .into_iter()
        .map(|(title, n)| (title.to_owned(), n))
        .collect()
    }

    /// Everything, as in force on a day.
    #[must_use]
    pub fn overview(&self, on: Date) -> Vec<Section> {
        let section = |title: &str, lines| Section {
            title: title.to_owned(),
            lines,
        };
        vec![
            section(
                "参数",
                self.parameters
                    .iter()
                    .map(|p| self.in_force(p, on))
                    .collect(),
            ),
            section(
                "公示规定",
                self.regimes.iter().map(|r| self.regime_line(r)).collect(),
            ),
            section(
                "目录项",
                self.items.iter().map(|i| self.item_line(i)).collect(),
            ),
            section(
                "代码集",
                self.lists.iter().map(|l| self.list_line(l)).collect(),
            ),
            section(
                "工作日历",
                self.years
                    .iter()
                    .flat_map(|y| y.editions.iter())
                    .map(|e| Line::plain(&e.id, "放假安排", e.notice.clone()))
                    .collect(),
            ),
            section("法律文件", self.sources.iter().map(source_line).collect()),
        ]
    }

    /// One parameter, regime, item, code list or source in full; `None` where the id is unknown.
    #[must_use]
    pub fn show(&self, id: &str) -> Option<Section> {
        let section = |title: &str, lines| {
            Some(Section {
                title: title.to_owned(),
                lines,
            })
        };
        if let Some(p) = self.parameters.iter().find(|p| p.id == id) {
            return section(&p.title, self.values(p));
        }
        if let Some(r) = self.regimes.iter().find(|r| r.id == id) {
            return section(&r.title, self.regime_lines(r));
        }
        if let Some(i) = self.item(id).or_else(|| self.format(id)) {
            return section(&i.title, self.item_lines(i));
        }
        if let Some(l) = self.code_list(id) {
            return section(&l.title, list_lines(l));
        }
        let source = self.source(id)?;
        let mut lines = vec![source_line(source)];
        lines.extend(
            self.cited()
                .into_iter()
                .filter_map(|(basis, line)| (basis.source == source.id).then_some(line)),
        );
        section(&source.title, lines)
    }

    /// Every rule whose source was not read in the published text.
    #[must_use]
    pub fn unverified(&self) -> Vec<Line> {
        let cited = self.cited().into_iter().map(|(_, line)| line);
        cited.filter(|line| !line.verified).collect()
    }

    /// Every rule that is this office's reading of a text that leaves it open.
    #[must_use]
    pub fn readings(&self) -> Vec<Line> {
        let cited = self.cited().into_iter().map(|(_, line)| line);
        cited.filter(|line| line.reading).collect()
    }

    /// What is open: texts to be read, readings to be confirmed.
    #[must_use]
    pub fn open(&self) -> Vec<Section> {
        let section = |title: &str, lines| Section {
            title: title.to_owned(),
            lines,
        };
        vec![
            section("没有读到原文的依据", self.unverified()),
            section("本区适用口径，原文没有写明", self.readings()),
        ]
    }

    /// Every rule with its citation.
    fn cited(&self) -> Vec<(&Basis, Line)> {
        let mut all = Vec::new();
        let mut push = |basis, id: String, title: &str, value: String| {
            all.push((basis, Line::cited(self, id, title, value, basis)));
        };
        for p in &self.parameters {
            for value in &p.values {
                let shown = InForce {
                    parameter: p,
                    value,
                };
                push(&value.basis, shown.rule(), &p.title, shown.shown());
            }
        }
        for r in &self.regimes {
            for basis in &r.basis {
                push(basis, r.id.clone(), "公示规定", r.title.clone());
            }
            for c in &r.classes {
                push(
                    &c.basis,
                    format!("{}.{}", r.id, c.id),
                    &c.title,
                    c.value.clone(),
                );
            }
            for rule in &r.rules {
                let id = format!("{}.rule.{}", r.id, rule.id);
                push(&rule.basis, id, "类别规则", rule.value.clone());
            }
            if let Some(t) = &r.transition {
                push(
                    &t.basis,
                    format!("{}.transition", r.id),
                    "过渡",
                    t.value.clone(),
                );
            }
        }
        for e in self.effects.publish.iter().chain(&self.effects.dispute) {
            push(&e.basis, e.id.clone(), &e.value, e.reason.clone());
        }
        for item in self.items.iter().chain(&self.formats) {
            for basis in &item.basis {
                push(basis, item.id.clone(), "目录项", item.title.clone());
            }
            if let PublicityRule::UntilField { basis, .. } | PublicityRule::Never { basis, .. } =
                &item.publicity
            {
                for basis in basis {
                    push(basis, item.id.clone(), "公示期限", publicity(item));
                }
            }
            for rule in &item.rules {
                if let Some(basis) = &rule.basis {
                    let expected = rule.expected.clone().unwrap_or_default();
                    let id = format!("{}.{}.{}", item.id, rule.code, rule.field);
                    push(basis, id, "跨字段规则", expected);
                }
            }
        }
        for list in &self.lists {
            for basis in &list.basis {
                push(basis, list.id.clone(), "代码集", list.title.clone());
            }
        }
        for edition in self.years.iter().flat_map(|y| &y.editions) {
            for basis in &edition.basis {
                push(
                    basis,
                    edition.id.clone(),
                    "工作日历",
                    edition.notice.clone(),
                );
            }
        }
        for rule in &self.provisional.rules {
            for basis in &rule.basis {
                let value = format!(
                    "{}年起，未公布安排的年度只计公历固定的法定节日",
                    rule.from_year
                );
                push(
                    basis,
                    format!("provisional.{}", rule.from_year),
                    "工作日历",
                    value,
                );
            }
        }
        all
    }

    fn in_force(&self, p: &Parameter, on: Date) -> Line {
        match self.parameter(&p.id, on) {
            Some(v) => {
                let value = format!("{}（自{}起）", v.shown(), v.value.from);
                Line::cited(self, p.id.clone(), &p.title, value, &v.value.basis)
            }
            None => Line::plain(&p.id, &p.title, format!("{on}没有取值")),
        }
    }

    fn values(&self, p: &Parameter) -> Vec<Line> {
        let line = |value| {
            let shown = InForce {
                parameter: p,
                value,
            };
            let text = format!("{}，{}", shown.shown(), span(Some(value.from), value.until));
            Line::cited(self, shown.rule(), &p.title, text, &value.basis)
        };
        p.values.iter().map(line).collect()
    }

    fn regime_line(&self, r: &Regime) -> Line {
        let value = format!("决定日期{}", span(r.from, r.until));
        match r.basis.first() {
            Some(basis) => Line::cited(self, r.id.clone(), &r.title, value, basis),
            None => Line::plain(&r.id, &r.title, value),
        }
    }

    fn regime_lines(&self, r: &Regime) -> Vec<Line> {
        let mut lines = vec![self.regime_line(r)];
        lines.extend(r.classes.iter().map(|c| {
            let id = format!("{}.{}", r.id, c.id);
            Line::cited(self, id, &c.title, class(c), &c.basis)
        }));
        lines.extend(r.rules.iter().map(|rule| {
            let id = format!("{}.rule.{}", r.id, rule.id);
            let titles: Vec<&str> = rule
                .classes
                .iter()
                .filter_map(|id| r.class(id))
                .map(|c| c.title.as_str())
                .collect();
            Line::cited(
                self,
                id,
                &titles.join("或者"),
                rule.value.clone(),
                &rule.basis,
            )
        }));
        lines.extend(r.statement.iter().map(|s| {
            let id = format!("{}.statement", r.id);
            Line::cited(self, id, "载明的类别", s.value.clone(), &s.basis)
        }));
        lines.extend(r.transition.iter().map(|t| {
            let id = format!("{}.transition", r.id);
            Line::cited(self, id, "过渡", t.value.clone(), &t.basis)
        }));
        lines
    }

    fn item_line(&self, i: &Item) -> Line {
        let value = format!(
            "{}，{}个字段，{}",
            i.format_id(),
            i.fields.len(),
            publicity(i)
        );
        match i.basis.first() {
            Some(basis) => Line::cited(self, i.id.clone(), &i.title, value, basis),
            None => Line::plain(&i.id, &i.title, value),
        }
    }

    fn item_lines(&self, i: &Item) -> Vec<Line> {
        let mut lines = vec![self.item_line(i)];
        lines.extend(
            i.fields
                .iter()
                .map(|f| Line::plain(&f.id, &f.name, field(f))),
        );
        lines.extend(i.rules.iter().map(|r| {
            let value = r.expected.clone().unwrap_or_default();
            let title = format!("检查 {}", r.field);
            match &r.basis {
                Some(basis) => Line::cited(self, r.code.clone(), &title, value, basis),
                None => Line::plain(&r.code, &title, value),
            }
        }));
        lines
    }

    fn list_line(&self, l: &CodeList) -> Line {
        let value = format!("{}个取值", l.entries.len());
        match l.basis.first() {
            Some(basis) => Line::cited(self, l.id.clone(), &l.title, value, basis),
            None => Line::plain(&l.id, &l.title, value),
        }
    }
}

fn list_lines(l: &CodeList) -> Vec<Line> {
    let line = |e: &xinheng_domain::code_list::CodeEntry| {
        let mut value = span(e.from, e.until);
        if !e.aliases.is_empty() {
            value = format!("{value}；也写作{}", e.aliases.join("、"));
        }
        Line::plain(&e.code, &e.title, value)
    };
    l.entries.iter().map(line).collect()
}

fn source_line(s: &Source) -> Line {
    Line {
        id: s.id.clone(),
        title: s.title.clone(),
        value: format!(
            "{}，{}，{}",
            s.issuer,
            s.number,
            span(Some(s.in_force), s.repealed)
        ),
        basis: String::new(),
        verified: s.verified,
        reading: false,
        note: s.note.clone(),
    }
}

fn span(from: Option<Date>, until: Option<Date>) -> String {
    match (from, until) {
        (Some(from), Some(until)) => format!("{from}至{until}"),
        (Some(from), None) => format!("{from}起"),
        (None, Some(until)) => format!("至{until}"),
        (None, None) => "一直可用".to_owned(),
    }
}

fn class(c: &Class) -> String {
    match (c.min_months, c.max_months) {
        (Some(min), Some(max)) => format!("{}（{min}至{max}个月）", c.value),
        (None, Some(max)) => format!("{}（至多{max}个月）", c.value),
        _ => c.value.clone(),
    }
}

fn publicity(i: &Item) -> String {
    match &i.publicity {
        PublicityRule::Classes { table } => format!("按失信类别公示（{table}）"),
        PublicityRule::UntilField { field, .. } => {
            let title = i.field(field).map_or(field.as_str(), |f| &f.name);
            format!("公示至“{title}”")
        }
        PublicityRule::Months { parameter } => format!("公示若干个月（{parameter}）"),
        PublicityRule::Never { reason, .. } => format!("不公示：{reason}"),
    }
}

fn field(f: &Field) -> String {
    let required = match f.required {
        Requirement::Always => "必填",
        Requirement::When(_) => "有条件必填",
        Requirement::WarnWhen(_) => "有条件应填",
        Requirement::Optional => "选填",
    };
    let shown = match f.publicity {
        FieldPublicity::Withheld => "不公开",
        FieldPublicity::Public => "公开",
        FieldPublicity::Redacted => "隐去个人信息后公开",
    };
    let mut text = format!("{required}，{shown}");
    if let Some(max) = f.max_chars {
        text.push_str(&format!("，至多{max}字"));
        if f.max_unverified {
            text.push_str("（未核实）");
        }
    }
    if let Some(codes) = &f.codes {
        text.push_str(&format!("，代码集 {codes}"));
    }
    if f.beyond_standard {
        text.push_str("，标准以外");
    }
    text
}
