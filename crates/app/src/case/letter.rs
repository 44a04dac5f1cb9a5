//! Letters of a case: written with a step, in its transaction; read, and asked after by anybody who
//! holds one.

use super::{
    Loaded, form,
    matter::{Matter, terms},
};
use crate::{
    Act, AppError, AppResult, Ctx,
    account::random_word,
    case::look::{Opened, opened},
    present::chinese_date,
};
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeMap;
use xinheng_domain::{
    calendar::civil_day,
    case::{
        self, Case, CaseId, Event, Filled, Kind,
        letter::{self, Addressee, Issuer, Letter, Piece, Place, SERVICE_WAY},
    },
    catalogue::FieldKind,
    condition::Values as _,
    subject::SubjectKey,
};
use xinheng_rulebook::Terms;
use xinheng_store::{
    Conn, Tx,
    case::letter::{self as letters, Letter as Kept, Numbered},
    department, subject,
};

/// Signs of a letter's code.
const SIGNS: usize = 16; // no law: eighty bits, none to be guessed
/// What stands before the year where the district has set nothing.
const MARK: &str = "信用函";

/// A letter, in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterLine {
    /// Its place in the case: event and id.
    pub place: String,
    /// Number; empty where the issuing department gives one of its own.
    pub number: String,
    /// Title.
    pub title: String,
    /// To whom.
    pub addressee: String,
    /// The day on it.
    pub made_on: Date,
    /// The day on which it was served, and the way.
    pub served: Option<(Date, String)>,
}

/// A letter, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterView {
    /// As in a list.
    pub line: LetterLine,
    /// Number of the case.
    pub case: String,
    /// What the case is about.
    pub about: String,
    /// Name of whoever issues it.
    pub issuer: String,
    /// Paragraphs.
    pub body: Vec<String>,
    /// The day on it, as official documents write it.
    pub day: String,
    /// What stands below it: the code by which anybody asks whether it is ours.
    pub note: Option<String>,
}

/// What anybody is told of a letter whose code they hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterMark {
    /// Code.
    pub code: String,
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// The day on it.
    pub made_on: Date,
    /// A later one of the same kind was written in its case.
    pub replaced: bool,
}

/// The letters of the office, in its register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// The day on it.
    pub made_on: Date,
    /// Number of the case.
    pub case: String,
    /// Its place in the case.
    pub place: String,
}

/// Writes the letters of the events after one.
pub(super) fn write(
    ctx: &Ctx<'_>,
    tx: &mut Tx<'_>,
    loaded: &Loaded<'_>,
    matter: &Matter,
    after: u32,
) -> AppResult<()> {
    let (kind, case) = (loaded.kind, &loaded.case);
    for (at, event) in case.events.iter().enumerate() {
        let step = kind.step(&event.step).filter(|_| event.seq > after);
        let ids = step.map_or(&[][..], |s| &s.letters);
        for letter in ids.iter().filter_map(|id| kind.letter(id)) {
            let then = Case {
                events: case.events.iter().take(at + 1).cloned().collect(),
                ..case.clone()
            };
            let writing = Writing {
                ctx,
                kind,
                case: &then,
                matter,
                days: terms(ctx),
            };
            writing.write(tx, letter, event)?;
        }
    }
    Ok(())
}

struct Writing<'a> {
    ctx: &'a Ctx<'a>,
    kind: &'a Kind,
    /// As it stood when the letter was written.
    case: &'a Case,
    matter: &'a Matter,
    days: Terms<'a>,
}

impl Writing<'_> {
    fn write(&self, tx: &mut Tx<'_>, letter: &Letter, event: &Event) -> AppResult<()> {
        let mut body = Vec::new();
        for paragraph in &letter.text {
            body.push(self.paragraph(tx, paragraph)?);
        }
        let id = &self.case.id;
        let number = match letter.issuer {
            Issuer::Assigned => None,
            Issuer::Office => Some(self.number(tx, letter, event)?),
        };
        let kept = Kept {
            subject_key: id.key().to_owned(),
            case_tail: id.tail().to_owned(),
            seq: event.seq,
            letter: letter.id.clone(),
            number: number.as_ref().map_or_else(String::new, Numbered::shown),
            issuer: match letter.issuer {
                Issuer::Office => String::new(),
                Issuer::Assigned => self.case.assigned().unwrap_or_default().to_owned(),
            },
            title: letter.title.clone(),
            addressee: self.addressee(tx, &letter.to)?,
            body: body.join("\n"),
            made_at: event.at,
        };
        Ok(letters::add(tx, &kept, number.as_ref())?)
    }

    fn number(&self, conn: &mut Conn, letter: &Letter, event: &Event) -> AppResult<Numbered> {
        let set = self.ctx.deployment().district().letter_mark.clone();
        let series = set.unwrap_or_else(|| MARK.to_owned());
        let year = i64::from(event.day().year());
        let id = &self.case.id;
        Ok(Numbered {
            number: letters::next(conn, &series, year)?,
            series,
            year,
            code: random_word(SIGNS)?,
            subject_key: id.key().to_owned(),
            case_tail: id.tail().to_owned(),
            seq: event.seq,
            letter: letter.id.clone(),
            made_on: event.day(),
        })
    }

    fn paragraph(&self, conn: &mut Conn, text: &str) -> AppResult<String> {
        let mut whole = String::new();
        for piece in letter::pieces(text) {
            match piece {
                Piece::Text(text) => whole.push_str(text),
                Piece::Place(place) => whole.push_str(&self.place(conn, place)?),
            }
        }
        // What somebody typed in several lines stands in one paragraph.
        Ok(whole.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn place(&self, conn: &mut Conn, place: Place<'_>) -> AppResult<String> {
        Ok(match place {
            Place::Subject => self.party(conn, true)?,
            Place::About => self.matter.title.clone(),
            Place::Department => name_of(conn, self.case.assigned())?,
            Place::Office => self.ctx.deployment().district().office.clone(),
            Place::Case => self.case.id.to_string(),
            Place::Due(clock) => {
                let due = case::term(self.kind, self.case, clock, &self.days);
                let on = due.and_then(|due| due.on);
                on.map_or_else(|| "规定的期限".to_owned(), chinese_date)
            }
            Place::Field(id) => self.field(conn, id)?,
        })
    }

    fn field(&self, conn: &mut Conn, id: &str) -> AppResult<String> {
        let (Some(value), Some(field)) = (self.value(id), self.kind.field(id)) else {
            return Ok("（未填写）".to_owned());
        };
        Ok(match field.kind {
            FieldKind::Date => value.parse().map_or_else(|_| value.clone(), chinese_date),
            _ => form::called(self.ctx, conn, field, &value, self.matter)?,
        })
    }

    /// What a field holds, an organisation by its name alone.
    fn field_alone(&self, conn: &mut Conn, id: &str) -> AppResult<String> {
        let field = self.kind.field(id);
        if field.is_some_and(|f| f.kind == FieldKind::UnifiedCode)
            && let Some(code) = self.value(id)
            && let Some(known) = subject::get(conn, &SubjectKey(code))?
        {
            return Ok(known.name);
        }
        self.field(conn, id)
    }

    fn value(&self, id: &str) -> Option<String> {
        let nothing = BTreeMap::new();
        let filled = Filled {
            case: Some(self.case),
            now: &nothing,
        };
        filled.value(id).map(str::to_owned)
    }

    /// The organisation, with its code where a text asks for it.
    fn party(&self, conn: &mut Conn, code: bool) -> AppResult<String> {
        let key = SubjectKey(self.matter.key.clone());
        let known = subject::get(conn, &key)?;
        let name = known.map_or_else(|| "（登记库中没有名称）".to_owned(), |s| s.name);
        Ok(match code && !key.is_unlinked() {
            true => form::with_code(&name, &key.0),
            false => name,
        })
    }

    fn addressee(&self, conn: &mut Conn, to: &Addressee) -> AppResult<String> {
        match to {
            Addressee::Subject => self.party(conn, false),
            Addressee::Assigned => name_of(conn, self.case.assigned()),
            Addressee::Office => Ok(self.ctx.deployment().district().office.clone()),
            Addressee::Field(id) => self.field_alone(conn, id),
        }
    }
}

fn name_of(conn: &mut Conn, code: Option<&str>) -> AppResult<String> {
    let code = code.unwrap_or_default();
    let known = department::get(conn, code)?;
    Ok(known.map_or_else(|| code.to_owned(), |d| d.name))
}

/// The letters of a case, as its page lists them.
pub(crate) fn of(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    loaded: &Loaded<'_>,
) -> AppResult<Vec<LetterLine>> {
    let kept = letters_of(ctx, conn, loaded)?;
    Ok(kept.iter().map(|letter| line(loaded, letter)).collect())
}

/// The letters of a case that whoever asks may see: an organisation those that were written to it.
fn letters_of(ctx: &Ctx<'_>, conn: &mut Conn, loaded: &Loaded<'_>) -> AppResult<Vec<Kept>> {
    let mut kept = letters::of_case(conn, &loaded.case.id)?;
    if ctx.own_subject().is_ok() {
        let to = |kept: &Kept| loaded.kind.letter(&kept.letter).map(|l| &l.to);
        kept.retain(|kept| to(kept) == Some(&Addressee::Subject));
    }
    Ok(kept)
}

fn line(loaded: &Loaded<'_>, kept: &Kept) -> LetterLine {
    let case = &loaded.case;
    // A letter that was written again is served again.
    let written = case.written(loaded.kind, &kept.letter);
    let is_last = written.is_some_and(|event| event.seq == kept.seq);
    let service = case.served(loaded.kind, &kept.letter).filter(|_| is_last);
    LetterLine {
        place: format!("{}-{}", kept.seq, kept.letter),
        number: kept.number.clone(),
        title: kept.title.clone(),
        addressee: kept.addressee.clone(),
        made_on: civil_day(kept.made_at),
        served: service.and_then(|event| {
            let way = event.fields.get(SERVICE_WAY).cloned();
            Some((letter::served_on(event)?, way.unwrap_or_default()))
        }),
    }
}

/// A letter of a case. Leaves a line.
///
/// # Errors
/// Forbidden; no such case or letter.
pub fn letter(ctx: &Ctx<'_>, id: &str, place: &str) -> AppResult<LetterView> {
    ctx.look(Act::CaseLook, "查看文书", |read| {
        let Opened {
            mut seen,
            loaded,
            matter,
            ..
        } = opened(ctx, read, id)?;
        let kept = letters_of(ctx, &mut seen, &loaded)?;
        let mut kept = kept.into_iter();
        let kept = kept.find(|l| format!("{}-{}", l.seq, l.letter) == place);
        let kept = kept.ok_or_else(|| AppError::NotFound("办件中没有这份文书。".to_owned()))?;
        let number = letters::number_of(&mut seen, &kept)?;
        let issuer = match kept.issuer.as_str() {
            "" => ctx.deployment().district().office.clone(),
            code => name_of(&mut seen, Some(code))?,
        };
        let view = LetterView {
            line: line(&loaded, &kept),
            case: loaded.case.id.to_string(),
            about: matter.title,
            issuer,
            day: chinese_date(civil_day(kept.made_at)),
            body: kept.body.lines().map(str::to_owned).collect(),
            note: number.map(|n| {
                let code = n.code;
                format!(
                    "凭证编号 {code}，可以在本区信用信息公示网站的“核验凭证”页面核验本文书的真伪。"
                )
            }),
        };
        let detail = json!({"case": loaded.case.id.0, "letter": place});
        Ok(seen.done(view, detail))
    })
}

/// A letter as an editable .docx file, with its name. Leaves a line.
///
/// # Errors
/// As [`letter()`].
pub fn letter_file(ctx: &Ctx<'_>, id: &str, place: &str) -> AppResult<(String, Vec<u8>)> {
    let view = letter(ctx, id, place)?;
    let bytes = xinheng_exchange::letter::docx(&xinheng_exchange::letter::Letter {
        issuer: &view.issuer,
        number: &view.line.number,
        title: &view.line.title,
        addressee: &view.line.addressee,
        body: &view.body,
        day: &view.day,
        note: view.note.as_deref(),
    });
    let bytes = bytes.map_err(|e| AppError::Fault(format!("文书不能生成：{e}")))?;
    let name = format!("{}-{}.docx", view.line.title, view.line.made_on);
    Ok((name, bytes))
}

/// The office's register of letters of a year, the last first.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn register(ctx: &Ctx<'_>, year: i16) -> AppResult<Vec<Registered>> {
    /// Letters listed at once.
    const LISTED: u32 = 500; // no law: ours, about one page
    ctx.desk(Act::LetterList, |conn, _| {
        let numbers = letters::register(conn, i64::from(year), LISTED)?;
        let book = ctx.deployment().rulebook();
        let title = |of: &Numbered| {
            let mut kinds = book.kinds().iter();
            let known = kinds.find_map(|kind| kind.letter(&of.letter));
            known.map_or_else(|| of.letter.clone(), |letter| letter.title.clone())
        };
        let all = numbers.iter().map(|of| Registered {
            number: of.shown(),
            title: title(of),
            made_on: of.made_on,
            case: of.case().to_string(),
            place: format!("{}-{}", of.seq, of.letter),
        });
        Ok(all.collect())
    })
}

/// What anybody is told of the letter on which a code is printed: that it is ours, and whether a
/// later one took its place. Nothing of the case.
///
/// # Errors
/// Faults of the store.
pub fn letter_mark(ctx: &Ctx<'_>, code: &str) -> AppResult<Option<LetterMark>> {
    ctx.public(Act::ProofCheck, |conn| {
        let Some(number) = letters::by_code(conn, code)? else {
            return Ok(None);
        };
        let id: CaseId = number.case();
        let of_case = letters::of_case(conn, &id)?;
        let same = |l: &&Kept| l.letter == number.letter;
        let own = of_case.iter().filter(same).find(|l| l.seq == number.seq);
        Ok(own.map(|own| LetterMark {
            code: number.code.clone(),
            number: number.shown(),
            title: own.title.clone(),
            made_on: number.made_on,
            replaced: of_case.iter().filter(same).any(|l| l.seq > own.seq),
        }))
    })
}
