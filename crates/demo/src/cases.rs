//! Cases of every kind, opened and moved by the district's people, each step at its own moment and
//! through the use cases that a page goes through. What they are is data (`data/cases.toml`).

use crate::{
    BuildError, DemoError, Event, EventKind, Landmark, NaturalKey, people, season, tables,
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz};
use serde::Deserialize;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};
use xinheng_app::{
    Actor, AppError, Ctx, Deployment,
    case::{self, AskOutcome, Asking, CaseWork, Opening, Outcome, Stepping},
    intake::{self, Input, Landing},
    record::{self, Decide, Stated},
    site,
    view::{RecordAnswer, RecordLine},
};
use xinheng_domain::{case::CaseId, code::PLACEHOLDER, condition::Values, record::RecordId};

/// The people are there before the first step.
const PEOPLE_SINCE: i64 = 75;
/// Parties looked at for one case.
const TRIED: usize = 3;
/// The unit whose list entries are handed in.
const LISTS: &str = "scjg";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    entry: Vec<Entry>,
    case: Vec<Told>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    ago: i64,
    number: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    kind: String,
    #[serde(default)]
    about: String,
    steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
struct Step {
    ago: i64,
    by: String,
    #[serde(rename = "do")]
    what: String,
    #[serde(flatten)]
    fields: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy)]
enum Move {
    People,
    Entry(usize),
    Step(usize, usize),
}

/// Which records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Any,
    Penalty,
    Unlinked,
}

/// What is still to be done, in the order of its moments.
pub(crate) struct Cases<'d> {
    data: Data,
    today: Date,
    events: &'d [Event],
    landmarks: &'d [Landmark],
    /// Files are added where there is a folder for their key.
    files: bool,
    moves: std::vec::IntoIter<(Timestamp, Move)>,
    next: Option<(Timestamp, Move)>,
    people: BTreeMap<&'static str, Actor>,
    /// Number of each case that is open, by its place.
    ids: BTreeMap<usize, String>,
    /// What each of them is about.
    abouts: BTreeMap<usize, String>,
    /// Records and parties that are in a case already.
    used: BTreeSet<String>,
    /// Code and name of the party of each list entry.
    parties: BTreeMap<String, (String, String)>,
    /// Records that were public when a case was looked for, as their lists show them.
    looked: RefCell<BTreeMap<RecordId, RecordLine>>,
    clock: Option<Date>,
}

impl<'d> Cases<'d> {
    pub(crate) fn new(
        today: Date,
        events: &'d [Event],
        landmarks: &'d [Landmark],
        files: bool,
    ) -> Result<Self, BuildError> {
        let data: Data = toml::from_str(include_str!("../data/cases.toml"))
            .map_err(|e| DemoError::Data(format!("cases.toml: {e}")))?;
        let mut days = vec![(season::working_day(ago(today, PEOPLE_SINCE)), Move::People)];
        let entries = data.entry.iter().enumerate();
        days.extend(entries.map(|(at, e)| (day(today, e.ago), Move::Entry(at))));
        for (at, told) in data.case.iter().enumerate() {
            let steps = told.steps.iter().enumerate();
            days.extend(steps.map(|(n, s)| (day(today, s.ago), Move::Step(at, n))));
        }
        days.sort_by_key(|(day, _)| *day);
        let mut moves = Vec::new();
        let (mut last, mut nth) = (Date::MIN, 0);
        for (day, what) in days {
            nth = if day == last { nth + 1 } else { 0 };
            last = day;
            // After the day's files; on the demo's own day before its noon.
            let start = if day < today {
                day.at(17, 10, 0, 0)
            } else {
                day.at(11, 40, 0, 0)
            };
            let start = start
                .to_zoned(tz::TimeZone::fixed(tz::offset(8)))
                .map_or(Timestamp::UNIX_EPOCH, |z| z.timestamp());
            let at = start.saturating_add(SignedDuration::from_secs(nth * 20));
            moves.push((at.unwrap_or(start), what));
        }
        let mut moves = moves.into_iter();
        Ok(Self {
            data,
            today,
            events,
            landmarks,
            files,
            next: moves.next(),
            moves,
            people: BTreeMap::new(),
            ids: BTreeMap::new(),
            abouts: BTreeMap::new(),
            used: BTreeSet::new(),
            parties: BTreeMap::new(),
            looked: RefCell::default(),
            clock: None,
        })
    }

    /// Cases that were opened.
    pub(crate) fn opened(&self) -> usize {
        self.ids.len()
    }

    /// Keys of the organisations that have a case, those first that let somebody see their records.
    pub(crate) fn organisations(&self) -> Vec<String> {
        let kind = |of: &usize| self.data.case.get(*of).map(|told| told.kind.as_str());
        let mut all: Vec<(bool, String)> = self
            .ids
            .iter()
            .map(|(of, id)| {
                let key = CaseId(id.clone()).key().to_owned();
                (kind(of) != Some("authorisation"), key)
            })
            .filter(|(_, key)| !key.contains(':'))
            .collect();
        all.sort_by_key(|(other, _)| *other);
        all.into_iter().map(|(_, key)| key).collect()
    }

    /// Everybody who acts, by login.
    pub(crate) const fn people(&self) -> &BTreeMap<&'static str, Actor> {
        &self.people
    }

    /// Who brings a unit's file: its clerk; the office, where a reviewer of the unit would have to
    /// release it.
    pub(crate) fn brought_by(&self, department: &str) -> Actor {
        let own = |actor: &Actor| matches!(actor, Actor::Account { department: Some(d), .. } if d == department);
        if self.people.values().any(own) {
            return operator();
        }
        Actor::Department {
            code: department.to_owned(),
            name: "经办人".to_owned(),
        }
    }

    /// Does what comes before a moment.
    pub(crate) fn until(
        &mut self,
        deployment: &Deployment,
        moment: Timestamp,
    ) -> Result<(), BuildError> {
        while let Some((at, what)) = self.next.filter(|(at, _)| *at < moment) {
            self.next = self.moves.next();
            match what {
                Move::People => {
                    self.people = people::settle(&deployment.ctx(operator(), at), self.today)?
                }
                Move::Entry(place) => self.hand_in(deployment, at, place)?,
                Move::Step(of, place) => {
                    // What time has brought comes at the day on which somebody looks.
                    let today = xinheng_app::civil_day(at);
                    if self.clock != Some(today) {
                        self.clock = Some(today);
                        case::clocks(&deployment.ctx(operator(), at))?;
                    }
                    self.take(deployment, at, of, place)?;
                }
            }
        }
        Ok(())
    }

    fn take(
        &mut self,
        deployment: &Deployment,
        at: Timestamp,
        of: usize,
        place: usize,
    ) -> Result<(), BuildError> {
        let Some(told) = self.data.case.get(of) else {
            return Ok(());
        };
        let Some(step) = told.steps.get(place) else {
            return Ok(());
        };
        let (kind, about) = (told.kind.clone(), told.about.clone());
        let what = step.what.clone();
        let actor = match step.by.as_str() {
            "public" => Actor::Public,
            login => self.people.get(login).cloned().ok_or_else(|| {
                DemoError::Data(format!("cases.toml: {login} is none of the people"))
            })?,
        };
        let fields = step.fields.clone();
        let mut typed = BTreeMap::new();
        for (field, text) in &fields {
            typed.insert(field.clone(), self.filled(deployment, at, text)?);
        }
        let typed = |field: &str| typed.get(field).cloned().unwrap_or_default();
        let ctx = deployment.ctx(actor, at);
        let blame = |e: String| DemoError::Data(format!("cases.toml: {kind} {about} {what}: {e}"));
        if place > 0 {
            let Some(id) = self.ids.get(&of) else {
                return Ok(());
            };
            if what == "attach" {
                if self.files {
                    case::attach(&ctx, id, &typed("NAME"), &pdf(&typed("TEXT")))?;
                }
                return Ok(());
            }
            if what == "stated" {
                let about = self.abouts.get(&of).map_or("", String::as_str);
                let ctx = deployment.ctx(operator(), at);
                return stated(&ctx, about, &typed("DOCUMENT"));
            }
            let stepping = Stepping {
                id,
                step: &what,
                seen: None,
                typed: &typed,
            };
            return match case::step(&ctx, &stepping) {
                Ok(Outcome::Moved(_)) => Ok(()),
                Ok(Outcome::Wrong(wrong)) => Err(blame(format!("{wrong:?}")).into()),
                Err(e) => Err(blame(e.to_string()).into()),
            };
        }
        if !deployment
            .rulebook()
            .kinds()
            .iter()
            .any(|k| k.id == kind && k.covers(ctx.today()))
        {
            return Ok(());
        }
        if matches!(ctx.actor(), Actor::Public) {
            let stamp = case::ask_form(&ctx, &kind)?.stamp;
            let asking = Asking {
                kind: &kind,
                stamp: &stamp,
                typed: &typed,
            };
            if let AskOutcome::Wrong(wrong) = case::ask(&ctx, &asking)? {
                return Err(blame(format!("{wrong:?}")).into());
            }
            let id = self.newest(deployment, at, &kind)?;
            self.ids.insert(of, id);
            return Ok(());
        }
        let mut why = "nothing that it could be about".to_owned();
        for about in self.matters(deployment, at, &about)? {
            let opening = Opening {
                kind: &kind,
                step: &what,
                about: &about,
                typed: &typed,
            };
            match case::open(&ctx, &opening) {
                Ok(Outcome::Moved(moved)) => {
                    self.used.insert(about.clone());
                    self.abouts.insert(of, about);
                    self.ids.insert(of, moved.id);
                    return Ok(());
                }
                Ok(Outcome::Wrong(wrong)) => return Err(blame(format!("{wrong:?}")).into()),
                // Another one, then.
                Err(AppError::Refused(refused)) => why = refused.to_string(),
                Err(e) => return Err(blame(e.to_string()).into()),
            }
        }
        // On some days no record waits for its class.
        if about.starts_with("held") {
            return Ok(());
        }
        Err(blame(why).into())
    }

    /// The case that somebody has just begun without an account.
    fn newest(
        &self,
        deployment: &Deployment,
        at: Timestamp,
        kind: &str,
    ) -> Result<String, BuildError> {
        let asked = CaseWork {
            kind: Some(kind.to_owned()),
            ..CaseWork::default()
        };
        let all = case::list(&deployment.ctx(operator(), at), &asked)?;
        let known = |id: &String| self.ids.values().any(|k| k == id);
        let new = all.lines.into_iter().map(|l| l.id).find(|id| !known(id));
        new.ok_or_else(|| DemoError::Data(format!("cases.toml: {kind} is not listed")).into())
    }

    /// What a case may be about, the likeliest first.
    fn matters(
        &mut self,
        deployment: &Deployment,
        at: Timestamp,
        about: &str,
    ) -> Result<Vec<String>, BuildError> {
        let about = self.filled(deployment, at, about)?;
        let (what, which) = about.split_once(' ').unwrap_or((&about, ""));
        let day = xinheng_app::civil_day(at);
        Ok(match what {
            "department" => vec![which.to_owned()],
            "subject" => self.subjects(deployment, at, which)?,
            "shown" => ids(self.shown(deployment, at, (which, Wanted::Any), |line| {
                // It stays public long enough for the case to be looked at.
                line.shown_until.is_none_or(|until| until > self.today)
            })?),
            "repairable" => ids(
                self.shown(deployment, at, (which, Wanted::Penalty), |line| {
                    let until = line.shown_until.is_none_or(|until| until > self.today);
                    until && line.earliest_repair.is_some_and(|from| from <= day)
                })?,
            ),
            "unlinked" => ids(self.shown(deployment, at, ("", Wanted::Unlinked), |_| true)?),
            "held" => {
                let ctx = deployment.ctx(operator(), at);
                let mut told = BTreeSet::new();
                for key in self.landmarks.iter().filter_map(|l| l.key.as_ref()) {
                    told.extend(intake::number_of(&ctx, key.item, key)?.map(|id| id.to_string()));
                }
                let all = record::held(&ctx)?.into_iter().map(|line| line.id);
                let free = all.filter(|id| !self.used.contains(id));
                // A landmark is taken where there is nothing else.
                let (last, mut first): (Vec<_>, Vec<_>) = free.partition(|id| told.contains(id));
                first.extend(last);
                first
            }
            "entry" => vec![self.party(deployment, at, which)?.0],
            "record" => {
                let cells = self.cells(deployment, at, which)?;
                let ctx = deployment.ctx(operator(), at);
                let id = intake::number_of(&ctx, "list-entry", &Cells(cells))?;
                id.into_iter().map(|id| id.to_string()).collect()
            }
            _ => Vec::new(),
        })
    }

    /// Parties of a unit's records that are in no case yet; of all units where it is `any`.
    fn subjects(
        &self,
        deployment: &Deployment,
        at: Timestamp,
        department: &str,
    ) -> Result<Vec<String>, BuildError> {
        let free = |line: &RecordLine| {
            let code = line.subject_code.as_ref();
            code.is_some_and(|code| !self.used.contains(code))
        };
        let found = self.shown(deployment, at, (department, Wanted::Any), free)?;
        Ok(found.into_iter().filter_map(|l| l.subject_code).collect())
    }

    /// Records of a unit that are public, permits first, then the latest.
    fn shown(
        &self,
        deployment: &Deployment,
        at: Timestamp,
        (department, which): (&str, Wanted),
        wanted: impl Fn(&RecordLine) -> bool,
    ) -> Result<Vec<RecordLine>, BuildError> {
        let ctx = deployment.ctx(operator(), at);
        let public = deployment.ctx(Actor::Public, at);
        let apart: BTreeSet<&str> = self
            .landmarks
            .iter()
            .filter_map(|l| l.code.as_deref())
            .filter(|code| !code.is_empty())
            .collect();
        let mut found = Vec::new();
        let permits = keys(self.events, at, department, "permit");
        let penalties = keys(self.events, at, department, "penalty");
        let permits = permits.filter(|_| which == Wanted::Any);
        for key in permits.chain(penalties) {
            if found.len() >= TRIED {
                break;
            }
            let bare = key.subject_code == PLACEHOLDER;
            let landmark = !bare && apart.contains(key.subject_code.as_str());
            let taken = department == "any" && self.used.contains(&key.subject_code);
            if landmark || taken || bare != (which == Wanted::Unlinked) {
                continue;
            }
            let Some(id) = intake::number_of(&ctx, key.item, &key)? else {
                continue;
            };
            if self.used.contains(id.as_str()) {
                continue;
            }
            // What was public once is looked at once; whether it still is, the case's opening says.
            let known = self.looked.borrow().get(&id).cloned();
            let line = match known {
                Some(line) => line,
                None => match site::record(&public, id.as_str(), None, None)? {
                    RecordAnswer::Shown(view) => view.line,
                    RecordAnswer::Gone(_) | RecordAnswer::Unknown => continue,
                },
            };
            let mut looked = self.looked.borrow_mut();
            looked.entry(id).or_insert_with(|| line.clone());
            drop(looked);
            if line.marks.is_empty() && wanted(&line) {
                let again = |l: &RecordLine| l.id == line.id;
                if !found.iter().any(again) {
                    found.push(line);
                }
            }
        }
        Ok(found)
    }

    /// The party of a list entry: chosen when it is first spoken of.
    fn party(
        &mut self,
        deployment: &Deployment,
        at: Timestamp,
        number: &str,
    ) -> Result<(String, String), BuildError> {
        if let Some(known) = self.parties.get(number) {
            return Ok(known.clone());
        }
        let plain = |line: &RecordLine| {
            let code = line.subject_code.as_ref();
            let free = code.is_some_and(|code| !self.used.contains(code));
            free && !line.subject_name.contains(['*', '＊', '×'])
        };
        let found = self.shown(deployment, at, ("any", Wanted::Any), plain)?;
        let party = found.into_iter().find_map(|l| {
            let code = l.subject_code?;
            Some((code, l.subject_name))
        });
        let party = party.ok_or_else(|| DemoError::Data(format!("{number}: no party")))?;
        self.used.insert(party.0.clone());
        self.parties.insert(number.to_owned(), party.clone());
        Ok(party)
    }

    /// The cells of a list entry.
    fn cells(
        &mut self,
        deployment: &Deployment,
        at: Timestamp,
        number: &str,
    ) -> Result<BTreeMap<&'static str, String>, BuildError> {
        let (code, name) = self.party(deployment, at, number)?;
        let year = self.filled(deployment, at, "{year}")?;
        let entries = self.data.entry.iter();
        let found = entries.clone().find(|e| {
            let last = (self.today.year() - 1).to_string();
            e.number.replace("{year}", &year).replace("{last}", &last) == number
        });
        let entry = found.ok_or_else(|| DemoError::Data(format!("{number}: no entry")))?;
        // The department decided some days before it handed in.
        let decided = day(self.today, entry.ago + 8).to_string();
        let delivered = day(self.today, entry.ago + 4).to_string();
        let unit = tables::departments()?
            .into_iter()
            .find(|d| d.short == LISTS);
        let unit = unit.ok_or_else(|| DemoError::Data(format!("{LISTS}: no unit")))?;
        let kind = if code.starts_with("92") {
            "个体工商户"
        } else {
            "法人及非法人组织"
        };
        let cell = |text: &str| text.to_owned();
        Ok(BTreeMap::from([
            ("LB_XDR_MC", name),
            ("LB_XDR_LB", cell(kind)),
            ("LB_XDR_SHXYM", code),
            ("LB_MD", cell("市场监督管理严重违法失信名单")),
            ("LB_WSH", number.to_owned()),
            (
                "LB_SY",
                cell("经营不符合食品安全标准的食品，受到较重行政处罚。"),
            ),
            ("LB_YJ", cell("《市场监督管理严重违法失信名单管理办法》")),
            ("LB_YCTJ", cell("满一年且已经改正的，可以申请提前移出。")),
            ("LB_JDRQ", decided),
            ("LB_JDJG", unit.name.clone()),
            ("LB_JDJGDM", unit.code.clone()),
            ("LB_LYDW", unit.name),
            ("LB_LYDWDM", unit.code),
            ("XH_SDRQ", delivered),
        ]))
    }

    /// A list entry comes in, as the unit's file.
    fn hand_in(
        &mut self,
        deployment: &Deployment,
        at: Timestamp,
        place: usize,
    ) -> Result<(), BuildError> {
        let Some(number) = self.data.entry.get(place).map(|e| e.number.clone()) else {
            return Ok(());
        };
        let number = self.filled(deployment, at, &number)?;
        let cells = self.cells(deployment, at, &number)?;
        let head: Vec<&str> = cells.keys().copied().collect();
        let row: Vec<&str> = cells.values().map(String::as_str).collect();
        let text = format!("{}\r\n{}\r\n", head.join(","), row.join(","));
        let desk = tempfile::tempdir().map_err(|source| BuildError::File {
            path: std::env::temp_dir().display().to_string(),
            source,
        })?;
        let file_name = format!("严重失信主体名单-{}.csv", day(self.today, 0).year());
        let path = crate::build::put(desk.path(), &file_name, text.as_bytes())?;
        let input = Input {
            path: &path,
            file_name: &file_name,
            sheet: None,
            department: LISTS,
            dry_run: false,
        };
        let outcome = intake::import(
            &deployment.ctx(self.brought_by(LISTS), at),
            input,
            &mut |_| (),
        )?;
        let landed = matches!(outcome.landing, Landing::Sealed { .. });
        if landed && outcome.counters.new == 1 {
            return Ok(());
        }
        Err(DemoError::Data(format!("{number}: {outcome:?}")).into())
    }

    /// A text with its days, years and codes.
    fn filled(
        &mut self,
        deployment: &Deployment,
        at: Timestamp,
        text: &str,
    ) -> Result<String, BuildError> {
        let mut whole = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            whole.push_str(before);
            let Some((place, after)) = after.split_once('}') else {
                break;
            };
            let (what, of) = place.split_once(':').unwrap_or((place, ""));
            let days = || of.parse::<i64>().unwrap_or_default();
            match what {
                "ago" => whole.push_str(&day(self.today, days()).to_string()),
                "in" => whole.push_str(&day(self.today, -days()).to_string()),
                "year" => whole.push_str(&self.today.year().to_string()),
                "last" => whole.push_str(&(self.today.year() - 1).to_string()),
                "subject" => {
                    let found = self.subjects(deployment, at, of)?;
                    whole.push_str(found.first().map_or("", String::as_str));
                }
                _ => return Err(DemoError::Data(format!("cases.toml: {{{place}}}")).into()),
            }
            rest = after;
        }
        whole.push_str(rest);
        Ok(whole)
    }
}

/// The operator records what the unit that decided has stated in a document: no officer classes.
fn stated(ctx: &Ctx<'_>, id: &str, document: &str) -> Result<(), BuildError> {
    let held = record::held(ctx)?;
    let line = held.iter().find(|line| line.id == id);
    let Some((line, class)) = line.and_then(|l| Some((l, l.candidates.first()?))) else {
        return Ok(());
    };
    let decide = Decide {
        id,
        class,
        stated: Stated {
            document,
            dated: ctx.today(),
            by: &line.authority,
        },
        seen: None,
    };
    record::decide(ctx, &decide)?;
    Ok(())
}

fn operator() -> Actor {
    Actor::Operator {
        name: "demo".to_owned(),
    }
}

fn ago(today: Date, days: i64) -> Date {
    today.saturating_sub(days.days())
}

/// So many days before the demo's day, and on no day off; the day itself stands.
fn day(today: Date, days: i64) -> Date {
    if days == 0 {
        return today;
    }
    season::working_day(ago(today, days))
}

fn ids(lines: Vec<RecordLine>) -> Vec<String> {
    lines.into_iter().map(|line| line.id).collect()
}

/// The natural keys of a unit's records that came in before a moment, the latest first.
fn keys<'e>(
    events: &'e [Event],
    at: Timestamp,
    department: &'e str,
    item: &'e str,
) -> impl Iterator<Item = NaturalKey> + 'e {
    let before = events.iter().rev().filter(move |e| e.at < at);
    before
        .filter_map(move |event| match &event.kind {
            EventKind::Batch(batch)
                if batch.item == item
                    && (["", "any"].contains(&department) || batch.department == department) =>
            {
                Some(batch)
            }
            _ => None,
        })
        .flat_map(|batch| batch.keys())
}

struct Cells(BTreeMap<&'static str, String>);

impl Values for Cells {
    fn value(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}

/// A document of one page with one line. Its font is one that every reader has or replaces.
fn pdf(line: &str) -> Vec<u8> {
    let line: String = line
        .encode_utf16()
        .map(|unit| format!("{unit:04X}"))
        .collect();
    let content = format!("BT /F 16 Tf 72 760 Td <{line}> Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [6 0 R] >>".to_owned(),
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 7 0 R >>".to_owned(),
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>".to_owned(),
    ];
    let mut text = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(text.len());
        text.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let table = text.len();
    text.push_str(&format!(
        "xref\n0 {}\n0000000000 65535 f \n",
        objects.len() + 1
    ));
    for place in places {
        text.push_str(&format!("{place:010} 00000 n \n"));
    }
    text.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        objects.len() + 1
    ));
    text.into_bytes()
}
