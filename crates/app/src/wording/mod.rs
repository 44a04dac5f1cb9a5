//! The public wording (公示文本) of a text: the one place that makes it, for pages, interface, lists
//! and the files for the platform above. The original stays with the department and the office.
//!
//! The truth is the finder at this moment and what departments have said: nothing of it is stored
//! with a record, so that a better finder and a reading hold for all there is at once.

mod fill;
mod kept;
mod names;

pub use fill::fill;
pub(crate) use fill::{all_noted, may_be_read, names_are_kept};
pub(crate) use kept::Texts;
pub(crate) use names::land;

use crate::{AppResult, Deployment, present::Payload};
use kept::Found;
use sha2::{Digest as _, Sha256};
use std::{borrow::Cow, sync::Arc};
use xinheng_domain::{
    catalogue::{Field, FieldKind, FieldPublicity, Item, Role},
    condition::Values as _,
    finder::{Context, Finder, Kind, Reading, Reason, Span, Verdict},
    name::mask_business,
    reading::{OfDepartment, OfText, TextReadings},
    subject::{Subject, SubjectKey},
};
use xinheng_store::{Conn, Map};

/// Stands in place of a text that a person has withheld.
pub(crate) const WITHHELD: &str = "（依法不公开）";

/// How often a masked text is read again: what is masked may let something else be seen.
const MOST_READINGS: usize = 4;

/// Characters of a text that can be said to be mostly masked.
const SHORTEST: usize = 12; // no law: as the finder has it

/// Whether a field is read before it is shown or sent: running text whoever the reader is, and every
/// other column that is published, but for what has a form that holds no person.
pub(crate) fn is_read(field: &Field) -> bool {
    let known = [
        FieldKind::Date,
        FieldKind::AmountWan,
        FieldKind::UnifiedCode,
        FieldKind::Coded,
    ];
    let shown = field.publicity != FieldPublicity::Withheld
        && field.role != Some(Role::SubjectName)
        && !known.contains(&field.kind);
    field.kind == FieldKind::Text || shown
}

/// What a record tells about who and what its texts name.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    /// Whose texts they are.
    department: String,
    /// Persons to be masked wherever they stand.
    persons: Vec<String>,
    /// Names that stay whole.
    whole: Vec<String>,
}

/// A text as it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wording<'t> {
    /// The wording.
    pub text: Cow<'t, str>,
    /// It is not the original.
    pub worded: bool,
    /// It is withheld whole.
    pub withheld: bool,
}

/// What somebody has to read in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// SHA-256 of the text.
    pub text_hash: String,
    /// SHA-256 of the text without what was found.
    pub skeleton_hash: String,
    /// Doubtful pieces that nobody has spoken of.
    pub pieces: Vec<String>,
    /// Everything that is masked.
    pub masked: usize,
    /// Why the finder withholds the whole.
    pub withhold: Option<Reason>,
    /// What was said of it.
    pub said: OfText,
    /// The department has read it, or its like.
    pub settled: bool,
}

/// What texts are worded by at this moment: the finder, what departments have said, and the names
/// of the organisations whose records are shown.
pub(crate) struct Wordings<'a> {
    deployment: &'a Deployment,
    said: Arc<TextReadings>,
    names: Map<SubjectKey, Vec<String>>,
}

impl<'a> Wordings<'a> {
    /// For records under these keys, as of the state of the database that `conn` sees.
    ///
    /// # Errors
    /// The store's own.
    pub fn of(
        deployment: &'a Deployment,
        conn: &mut Conn,
        keys: &[&SubjectKey],
    ) -> AppResult<Self> {
        Ok(Self {
            deployment,
            said: deployment.texts().said(conn)?,
            names: names::of(deployment, conn, keys)?,
        })
    }

    /// The deployment.
    pub const fn deployment(&self) -> &'a Deployment {
        self.deployment
    }

    /// What is known of a record from its row and the organisation. `person_named`: the party bears
    /// a person's name.
    pub fn about(
        &self,
        (item, department): (&Item, &str),
        payload: &Payload<'_>,
        key: &SubjectKey,
        (person_named, subject): (bool, Option<&Subject>),
    ) -> About {
        let finder = self.deployment.rulebook().finder();
        let cell = |role| {
            let field = item.by_role(role);
            field
                .and_then(|f| payload.value(&f.id))
                .filter(|v| !v.is_empty())
        };
        let mut about = About {
            department: department.to_owned(),
            ..About::default()
        };
        if let Some(cell) = cell(Role::LegalRepresentative) {
            about.persons = finder.persons_in_cell(cell);
        }
        about
            .persons
            .extend(self.names.get(key).into_iter().flatten().cloned());
        if person_named {
            about
                .persons
                .extend(cell(Role::SubjectName).map(str::to_owned));
        }
        let owner = subject.filter(|s| s.person_named);
        about.persons.extend(owner.map(|s| s.name.clone()));
        about.persons.sort_unstable();
        about.persons.dedup();
        let party = cell(Role::SubjectName).filter(|_| !person_named);
        let registered = subject.filter(|s| !s.person_named).map(|s| s.name.as_str());
        let bodies = [cell(Role::AuthorityName), cell(Role::SourceName)];
        let place = Some(self.deployment.district().name.as_str());
        let names = [party, registered, place].into_iter().chain(bodies);
        about.whole = names.flatten().map(str::to_owned).collect();
        about.whole.sort_unstable();
        about.whole.dedup();
        about
    }

    fn said_by(&self, department: &str) -> Option<&OfDepartment> {
        self.said.department(department)
    }

    /// The public wording of a text. What stands in a cell by itself is not kept whole for its own
    /// sake: an authority's cell may hold more than its name.
    pub fn worded<'t>(&self, text: &'t str, about: &About) -> Wording<'t> {
        let own = self.said_by(&about.department);
        let said = own
            .filter(|own| own.knows_texts())
            .and_then(|own| own.text(&hash(text)));
        if said.is_some_and(|said| said.withheld) {
            return Wording {
                text: Cow::Borrowed(WITHHELD),
                worded: true,
                withheld: true,
            };
        }
        if let Some(new) = said.and_then(|said| said.rewritten.as_deref()) {
            let found = self.found(new, about);
            return Wording {
                text: Cow::Owned(found.text.clone().unwrap_or_else(|| new.to_owned())),
                worded: true,
                withheld: found.withheld(),
            };
        }
        let first = self.found(text, about);
        let spoken = own.is_some_and(|own| {
            let pieces = pieces(text, &first.reading);
            pieces.into_iter().any(|piece| own.is_no_person(piece))
        });
        let more = said.map_or(&[][..], |said| &said.mask);
        let found = if spoken || !more.is_empty() {
            let finder = self.deployment.rulebook().finder();
            let near = Near::of(self.deployment, text, about);
            Arc::new(found(finder, text, &near, (own, more)))
        } else {
            first
        };
        let withheld = found.withheld();
        match &found.text {
            None => Wording {
                text: Cow::Borrowed(text),
                worded: false,
                withheld,
            },
            Some(worded) => Wording {
                text: Cow::Owned(worded.clone()),
                worded: true,
                withheld,
            },
        }
    }

    fn found(&self, text: &str, about: &About) -> Arc<Found> {
        let finder = self.deployment.rulebook().finder();
        let near = Near::of(self.deployment, text, about);
        self.deployment
            .texts()
            .found(text, &near, || found(finder, text, &near, (None, &[])))
    }

    /// What somebody has to read in a text, whether it was read or not; `None` where nothing is
    /// found in it and nothing was said of it.
    pub fn doubt(&self, text: &str, about: &About) -> Option<Doubt> {
        let own = self.said_by(&about.department);
        let text_hash = || hash(text);
        let said = own
            .filter(|own| own.knows_texts())
            .and_then(|own| own.text(&text_hash()));
        let found = self.found(text, about);
        let reading = &found.reading;
        if reading.spans.is_empty() && reading.withhold.is_none() && said.is_none() {
            return None;
        }
        let open = pieces(text, reading).into_iter().filter(|piece| {
            !own.is_some_and(|own| own.is_no_person(piece)) || is_own(piece, &about.persons)
        });
        let skeleton_hash = hash(&skeleton(text, reading));
        let said = said.cloned().unwrap_or_default();
        Some(Doubt {
            settled: said.settled
                || said.withheld
                || own.is_some_and(|own| own.keeps_skeleton(&skeleton_hash)),
            text_hash: text_hash(),
            pieces: open.map(str::to_owned).collect(),
            masked: reading.spans.len(),
            withhold: reading.withhold,
            skeleton_hash,
            said,
        })
    }
}

/// Whether the finder leaves something to be read by somebody.
fn is_open(reading: &Reading) -> bool {
    let doubtful = |s: &Span| s.verdict == Verdict::Doubtful;
    reading.withhold.is_some() || reading.spans.iter().any(doubtful)
}

/// What is found in a text of which nothing else is known.
fn alone(deployment: &Deployment, text: &str) -> Arc<Found> {
    let near = Near::default();
    let read = || found(deployment.rulebook().finder(), text, &near, (None, &[]));
    deployment.texts().found(text, &near, read)
}

/// Whether a piece is, or is part of, a name that the record itself holds.
pub(crate) fn is_own(piece: &str, persons: &[String]) -> bool {
    persons.iter().any(|person| person.contains(piece))
}

impl About {
    /// Whether a piece is part of the name of the row's own person.
    pub fn is_own(&self, piece: &str) -> bool {
        is_own(piece, &self.persons)
    }

    /// The same for a cell that is itself one of the names kept whole.
    pub fn for_cell(&self, cell: &str) -> Cow<'_, Self> {
        if self.whole.iter().all(|name| name != cell) {
            return Cow::Borrowed(self);
        }
        let mut about = self.clone();
        about.whole.retain(|name| name != cell);
        Cow::Owned(about)
    }
}

/// What is found in a name by itself, and the name without what no licence has in one. Kept as texts
/// are, apart from them: the same few names stand on every page.
fn in_name(deployment: &Deployment, name: &str) -> Arc<Found> {
    let finder = deployment.rulebook().finder();
    let near = Near::default();
    deployment
        .texts()
        .found(&format!("\u{3}{name}"), &near, || Found {
            reading: finder.read(name, &Context::default()),
            text: finder
                .organisation_name_fault(name)
                .map(|fault| fault.masked),
        })
}

/// The name of an organisation as the public sees it, wherever one leaves. A business named by a
/// person is masked; so is what no licence has in a name, a number or a representative in brackets:
/// it is refused at intake, but may have been taken in before it was.
pub(crate) fn public_name(deployment: &Deployment, name: &str, person_named: bool) -> String {
    if person_named {
        return mask_business(name);
    }
    let found = in_name(deployment, name);
    found.text.clone().unwrap_or_else(|| name.to_owned())
}

/// Whether a name holds nothing but a name: a cell with a telephone number behind it is no name
/// that may stay whole.
fn is_clean(deployment: &Deployment, name: &str) -> bool {
    const SHORTEST_NAME: usize = 3; // no law: 信衡区
    let certain = |s: &Span| s.verdict == Verdict::Certain;
    if name.chars().count() < SHORTEST_NAME {
        return false;
    }
    let found = in_name(deployment, name);
    found.text.is_none() && !found.reading.spans.iter().any(certain)
}

/// What of a record bears on one text: equal texts of different records have the same, so that
/// they are read once.
#[derive(Default)]
pub(crate) struct Near<'a> {
    persons: Vec<&'a str>,
    whole: Vec<&'a str>,
}

impl<'a> Near<'a> {
    fn of(deployment: &Deployment, text: &str, about: &'a About) -> Self {
        let whole = about.whole.iter().map(String::as_str);
        // The finder looks for a name by two of its characters at least, and knows traditional forms.
        let finder = deployment.rulebook().finder();
        let stands = |c: &char| finder.forms(*c).any(|form| contains(text, form));
        let near = |person: &&str| {
            let here = person.chars().filter(|c| c.is_alphanumeric());
            here.filter(stands).take(2).count() == 2
        };
        Self {
            persons: about
                .persons
                .iter()
                .map(String::as_str)
                .filter(near)
                .collect(),
            whole: whole
                .filter(|name| text.contains(name) && is_clean(deployment, name))
                .collect(),
        }
    }

    fn context(&self) -> Context<'_> {
        Context {
            persons: &self.persons,
            whole: &self.whole,
        }
    }
}

/// Whether a character stands in a text, in either width and case.
fn contains(text: &str, wanted: char) -> bool {
    if !wanted.is_ascii() {
        return text.contains(wanted);
    }
    let fold = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    text.chars().any(|c| fold(c).eq_ignore_ascii_case(&wanted))
}

/// Doubtful pieces that are taken for names.
fn pieces<'t>(text: &'t str, reading: &Reading) -> Vec<&'t str> {
    let doubtful = reading.spans.iter();
    let doubtful = doubtful.filter(|s| s.verdict == Verdict::Doubtful);
    let mut pieces: Vec<&str> = doubtful.filter_map(|s| text.get(s.start..s.end)).collect();
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

/// The text with blanks for what was found in it.
fn skeleton(text: &str, reading: &Reading) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for span in &reading.spans {
        out.push_str(text.get(done..span.start).unwrap_or_default());
        out.push('\u{0}');
        done = span.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// SHA-256 of a text, hex.
pub(crate) fn hash(text: &str) -> String {
    xinheng_domain::hex::hex(&Sha256::digest(text.as_bytes()))
}

/// Reads a text and what is left of it until nothing more is found.
fn found(
    finder: &Finder,
    text: &str,
    near: &Near<'_>,
    (own, more): (Option<&OfDepartment>, &[String]),
) -> Found {
    let context = near.context();
    let read = |text: &str| {
        let mut reading = finder.read(text, &context);
        let found = reading.spans.len();
        reading.spans.retain(|s| !is_spoken_for(text, s, near, own));
        if reading.spans.len() < found && reading.withhold == Some(Reason::MostlyMasked) {
            reading.withhold = mostly_masked(text, &reading).then_some(Reason::MostlyMasked);
        }
        for piece in more.iter().filter(|piece| !piece.is_empty()) {
            // Any kind of which nothing is left to be seen.
            let hits = text.match_indices(piece.as_str()).map(|(at, _)| Span {
                start: at,
                end: at + piece.len(),
                kind: Kind::Account,
                verdict: Verdict::Certain,
                announced_by: None,
            });
            reading.spans.extend(hits);
        }
        reading.spans.sort_by_key(|s| (s.start, s.end));
        reading
    };
    let reading = read(text);
    if let Some(reason) = reading.withhold {
        return Found {
            text: Some(reason.sentence().to_owned()),
            reading,
        };
    }
    if reading.spans.is_empty() {
        return Found {
            text: None,
            reading,
        };
    }
    let mut worded = reading.masked(text).into_owned();
    for _ in 0..MOST_READINGS {
        let again = read(&worded);
        let next = again.masked(&worded).into_owned();
        if again.spans.is_empty() || next == worded {
            break;
        }
        worded = next;
    }
    Found {
        text: Some(worded),
        reading,
    }
}

/// Whether the department has said that a piece names no person. It is asked about doubtful names
/// alone, and its word does not count for the row's own person.
fn is_spoken_for(text: &str, span: &Span, near: &Near<'_>, own: Option<&OfDepartment>) -> bool {
    let piece = text.get(span.start..span.end).unwrap_or_default();
    span.verdict == Verdict::Doubtful
        && span.kind == Kind::Name
        && own.is_some_and(|own| own.is_no_person(piece))
        && !near.persons.iter().any(|person| person.contains(piece))
}

fn mostly_masked(text: &str, reading: &Reading) -> bool {
    let letters = |part: &str| part.chars().filter(|c| c.is_alphanumeric()).count();
    let parts = reading.spans.iter();
    let masked: usize = parts
        .map(|s| letters(text.get(s.start..s.end).unwrap_or_default()))
        .sum();
    text.chars().count() >= SHORTEST && masked * 2 > letters(text)
}
