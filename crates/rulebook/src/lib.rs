//! Which value on this day, and by which article: loads and checks the rulebook's files.
//!
//! The files of `rulebook/` are in the binary; a deployment's folder of the same layout is laid
//! beside them. Where a term is defined: `rulebook/parameters/` (the seven-day deadline is
//! `sgs.report_deadline`); where a penalty's class is decided: `rulebook/publicity/`; which test
//! breaks if either is wrong: the law cases of `rulebook/tests/`.

mod check;
mod decide;
mod edition;
pub mod files;
pub mod law;
pub mod listing;
mod load;
mod model;
mod problem;
mod terms;

pub use decide::{
    ClockError, ENDING_SOON, HAND_IN_KEPT, LOCK_AFTER, LOCK_MINUTES, LOOKS_TOLD, PASSWORD_DAYS,
    PASSWORD_HISTORY, PASSWORD_MIN, PERSONS_KEPT, PUBLISHED_READING_DUE, READING_DUE,
    REMEDIES_TOLD, REPAIR_BAR, REPAIR_TOLD, ROSTER_DUE, SESSION_IDLE, SESSION_LONGEST,
    SMALL_NUMBER, WITHDRAWAL_NOTICE,
};
pub use model::{InForce, Parameter, ParameterValue, Source, Unit};
pub use problem::{LoadError, Problem};
pub use terms::Terms;

use jiff::civil::Date;
use std::sync::Arc;
use xinheng_domain::{
    basis::Basis,
    calendar::{CalendarSet, CalendarYear, Provisional},
    case::Kind,
    catalogue::Item,
    code::CodeTables,
    code_list::CodeList,
    finder::Finder,
    forward::ForwardTemplate,
    layout::Layout,
    likeness::Likeness,
    message::Message,
    name,
    permission::Permissions,
    publicity::{Class, Effects, Regime},
    refusal::{Refusal, RefusalCode, RefusalText},
    subject::SubjectKind,
};

/// Every rule in force, past and present, with its sources.
#[derive(Debug, Clone)]
pub struct Rulebook {
    digest: String,
    publicity_digest: String,
    texts_digest: String,
    local_files: usize,
    sources: Vec<Source>,
    parameters: Vec<Parameter>,
    items: Vec<Item>,
    formats: Vec<Item>,
    layouts: Vec<Layout>,
    lists: Vec<CodeList>,
    regimes: Vec<Regime>,
    effects: Effects,
    messages: Vec<Message>,
    refusals: Vec<RefusalText>,
    permissions: Permissions,
    kinds: Vec<Kind>,
    forward: Vec<ForwardTemplate>,
    years: Vec<CalendarYear>,
    provisional: Provisional,
    calendars: CalendarSet,
    code_tables: CodeTables,
    finder: Arc<Finder>,
}

impl Rulebook {
    /// SHA-256 over every file, hex.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// SHA-256 over the files from which dates and classes of records follow, hex: those that are
    /// kept are keyed by it, so that another word in a sentence makes none of them stale.
    #[must_use]
    pub fn publicity_digest(&self) -> &str {
        &self.publicity_digest
    }

    /// SHA-256 over the files that say which texts are to be read, hex.
    #[must_use]
    pub fn texts_digest(&self) -> &str {
        &self.texts_digest
    }

    /// Short name for people, in Chinese.
    #[must_use]
    pub fn label(&self) -> String {
        let short: String = self.digest.chars().take(12).collect();
        match self.local_files {
            0 => format!("信衡规则库 {short}"),
            n => format!("信衡规则库 {short}（含本地文件{n}个）"),
        }
    }

    /// Catalogue items, in the order of their files.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The catalogue item with this id.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|i| i.id == id)
    }

    /// Descriptions of files that are no catalogue items, such as the register.
    #[must_use]
    pub fn formats(&self) -> &[Item] {
        &self.formats
    }

    /// Other layouts in which files of the items arrive, in the order of their files.
    #[must_use]
    pub fn layouts(&self) -> &[Layout] {
        &self.layouts
    }

    /// The format or catalogue item with this format id, e.g. `penalty-2018`.
    #[must_use]
    pub fn format(&self, id: &str) -> Option<&Item> {
        self.items
            .iter()
            .chain(&self.formats)
            .find(|i| i.format_id() == id)
    }

    /// All legal documents.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The legal document with this id.
    #[must_use]
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|s| s.id == id)
    }

    /// All parameters, with every value they ever had.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The value of a parameter on a day, or `None` where none was in force. A deployment's own
    /// value goes before that in the binary; of two that both hold, the later one counts.
    #[must_use]
    pub fn parameter(&self, id: &str, on: Date) -> Option<InForce<'_>> {
        let parameter = self.parameters.iter().find(|p| p.id == id)?;
        let value = parameter
            .values
            .iter()
            .filter(|v| v.from <= on && v.until.is_none_or(|until| on <= until))
            .max_by_key(|v| (v.local, v.from))?;
        Some(InForce { parameter, value })
    }

    /// Templates of the platform above.
    #[must_use]
    pub fn forward_templates(&self) -> &[ForwardTemplate] {
        &self.forward
    }

    /// All code lists.
    #[must_use]
    pub fn code_lists(&self) -> &[CodeList] {
        &self.lists
    }

    /// The code list with this id.
    #[must_use]
    pub fn code_list(&self, id: &str) -> Option<&CodeList> {
        self.lists.iter().find(|l| l.id == id)
    }

    /// Working days, by the moment they became known.
    #[must_use]
    pub const fn calendars(&self) -> &CalendarSet {
        &self.calendars
    }

    /// The calendar files as read, for the page of rules.
    #[must_use]
    pub fn calendar_years(&self) -> &[CalendarYear] {
        &self.years
    }

    /// Holidays that hold for a year without a notice.
    #[must_use]
    pub fn provisional(&self) -> &Provisional {
        &self.provisional
    }

    /// Sentences for every finding code.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// The sentences for a finding code.
    #[must_use]
    pub fn message(&self, code: &str) -> Option<&Message> {
        self.messages.iter().find(|m| m.code == code)
    }

    /// A refusal in words, with its article.
    ///
    /// # Panics
    /// Never: the loader lets no rulebook through that lacks a code.
    #[must_use]
    pub fn refusal(&self, code: RefusalCode, places: &[(&str, &str)]) -> Refusal {
        let known = self.refusals.iter().find(|text| text.code == code);
        let Some(text) = known else {
            unreachable!("the loader demands every code: {}", code.as_str())
        };
        text.filled(places, text.basis.as_ref().map(|basis| self.cite(basis)))
    }

    /// What is said of every refusal.
    #[must_use]
    pub fn refusals(&self) -> &[RefusalText] {
        &self.refusals
    }

    /// Who may do what.
    #[must_use]
    pub const fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    /// Case kinds, in all their editions.
    #[must_use]
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The edition of a case kind that holds on a day.
    #[must_use]
    pub fn kind(&self, id: &str, on: Date) -> Option<&Kind> {
        let editions = self.kinds.iter().filter(|k| k.id == id && k.covers(on));
        editions.max_by_key(|k| k.from)
    }

    /// The edition of a case kind that began on a day: cases keep the one they were opened under.
    #[must_use]
    pub fn edition(&self, id: &str, from: Date) -> Option<&Kind> {
        self.kinds.iter().find(|k| k.id == id && k.from == from)
    }

    /// Publicity regimes of every table.
    #[must_use]
    pub fn regimes(&self) -> &[Regime] {
        &self.regimes
    }

    /// What withholds a record whatever its class.
    #[must_use]
    pub fn effects(&self) -> &Effects {
        &self.effects
    }

    /// A publicity class by id, as the regime in force on the day of the decision describes it.
    /// Where that one has no such class, an older decision is in one of a newer regime: the
    /// newest that has it.
    #[must_use]
    pub fn class(&self, table: &str, id: &str, decided_on: Option<Date>) -> Option<&Class> {
        let own = |r: &Regime| decided_on.is_some_and(|day| r.covers(day));
        self.regimes
            .iter()
            .filter(|r| r.table == table)
            .filter_map(|r| Some(((own(r), r.from), r.class(id)?)))
            .max_by_key(|(order, _)| *order)
            .map(|(_, class)| class)
    }

    /// Authority pairs, divisions and accepted exceptions, for the code checker.
    #[must_use]
    pub fn code_tables(&self) -> &CodeTables {
        &self.code_tables
    }

    /// The finder of personal data, compiled from `rulebook/personal/`.
    #[must_use]
    pub fn finder(&self) -> &Finder {
        &self.finder
    }

    /// The same, for who keeps it.
    #[must_use]
    pub fn shared_finder(&self) -> Arc<Finder> {
        Arc::clone(&self.finder)
    }

    /// Whether an individual business is named by a person (I6), whoever runs it: it bears the
    /// name of the one in its representative's cell, or one with a word of trade behind. In doubt
    /// it is. `trade_words`: [`trade_words`](Self::trade_words), kept by whoever asks often.
    #[must_use]
    pub fn is_person_named<W: AsRef<str>>(
        &self,
        name: &str,
        kind: SubjectKind,
        representative: Option<&str>,
        trade_words: &[W],
    ) -> bool {
        name::is_person_named(name, kind, representative, trade_words)
            || self
                .finder
                .person_named(name, kind, representative, trade_words)
                .is_some()
    }

    /// Titles of a code list's values; empty where the list does not exist.
    #[must_use]
    pub fn titles(&self, list: &str) -> Vec<&str> {
        self.code_list(list)
            .map(|l| l.entries.iter().map(|e| e.title.as_str()).collect())
            .unwrap_or_default()
    }

    /// Words that show that a business is not named by a person alone (I6). Without the list
    /// every individual business counts as named by a person: in doubt a name is hidden.
    #[must_use]
    pub fn trade_words(&self) -> Vec<&str> {
        self.titles("trade-word")
    }

    /// Which characters of names look alike and what names end with, for suggestions in the
    /// search. Without the lists a character that looks alike is a slip like any other.
    #[must_use]
    pub fn likeness(&self) -> Likeness {
        let entries = self
            .code_list("look-alike")
            .map_or(&[][..], |list| &list.entries);
        let groups = entries.iter().map(|entry| {
            let others = entry.aliases.iter().flat_map(|alias| alias.chars());
            entry.title.chars().chain(others)
        });
        Likeness::new(groups, self.titles("legal-form"))
    }

    /// What kind of organisation a code is for, by its first two characters, e.g. `企业`; `None`
    /// where the list has no pair, or none that says more than `其他`.
    #[must_use]
    pub fn organisation_kind(&self, code: &str) -> Option<&str> {
        let pair = code.get(..2)?;
        let entries = &self.code_list("uscc-authority-pair")?.entries;
        let entry = entries.iter().find(|e| e.code == pair)?;
        let (_, kind) = entry.title.split_once(" / ")?;
        (kind != "其他").then_some(kind)
    }

    /// A citation in short form, e.g. `《信用修复管理办法》（国家发展和改革委员会令第36号）第九条（未核实）`.
    #[must_use]
    pub fn cite(&self, basis: &Basis) -> String {
        let mut text = match self.source(&basis.source) {
            Some(s) => format!("《{}》（{}）", s.title, s.number),
            None => basis.source.clone(),
        };
        if let Some(article) = &basis.article {
            text.push_str(article);
        }
        if !basis.verified {
            text.push_str("（未核实）");
        }
        text
    }
}
