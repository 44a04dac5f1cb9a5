//! A file for the platform above, made from stored records.

use super::{keys, scope, template};
use crate::{
    Act, AppError, AppResult, Ctx,
    ctx::new_id,
    handin::{StagedKey, kept_since},
    intake::kept_file_name,
    person::{self, PersonKey},
    present::Payload,
    site,
    wording::{self, About, Wordings},
};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    io::{BufReader, BufWriter, Read as _, Seek as _},
    path::Path,
};
use xinheng_domain::{
    catalogue::{Field, FieldKind, Item, Role},
    condition::Values as _,
    forward::{ForwardColumn, ForwardTemplate},
    hex::hex,
    record::EndKind,
    subject::{Subject, SubjectKey},
};
use xinheng_exchange::plain::{MOST_ROWS, PlainKind, PlainTable};
use xinheng_store::{
    Map,
    forward::{self, Above, Dispatch, DispatchContent, DispatchRow},
    person::PersonFilter,
    record::{self, ListFilter, Stored},
    subject,
};

/// Which file to make.
#[derive(Debug, Clone, Copy)]
pub struct Make<'a> {
    /// Template id.
    pub template: &'a str,
    /// One department; all where absent.
    pub department: Option<&'a str>,
    /// First decision day.
    pub from: Date,
    /// Last decision day.
    pub until: Date,
    /// Also what waits for an answer, and what was refused and has not been corrected.
    pub again: bool,
    /// Where to, `.xlsx` or `.csv`; never overwritten.
    pub out: &'a Path,
}

/// Records that did not go into the file, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Why, in Chinese.
    pub reason: String,
    /// How many.
    pub count: u64,
    /// Their numbers, the first ones; none of natural persons.
    pub records: Vec<String>,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Id of the file; absent where no row was to be sent and none was made.
    pub dispatch: Option<String>,
    /// Template, in Chinese.
    pub template_title: String,
    /// Rows in the file.
    pub rows: u64,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// Rows of which a text went in its public wording, not as it came.
    pub worded: u64,
    /// Records of which a field was withheld whole.
    pub withheld: Vec<String>,
    /// What did not go in, and why.
    pub skipped: Vec<Skipped>,
}

/// Records read at once.
const PAGE: u32 = 500;
/// Numbers of records named per reason.
const NAMED: usize = 100;

const ACCEPTED: &str = "上级平台已接收，且此后没有更正";
const WAITING: &str = "已经报送，等待回执";
const UNCORRECTED: &str = "上级平台已退回，尚未更正";
const OVER: &str = "已撤下、撤回或者被替换，没有报送过";
const WITHHELD: &str = "暂时撤下，等待确认";
const TO_WITHDRAW: &str = "已撤下、撤回或者被替换，而上级平台接收过：请在上级平台申请撤回";

/// Whether a file can be asked for so; nothing is looked up.
///
/// # Errors
/// The days are reversed; the name of the file says no kind; its folder is not there.
pub fn usable(input: &Make<'_>) -> AppResult<()> {
    checked(input).map(drop)
}

/// The name of the file and its kind.
fn checked(input: &Make<'_>) -> AppResult<(String, PlainKind)> {
    if input.until < input.from {
        return Err(AppError::BadInput(format!(
            "起始日期{}晚于截止日期{}，请核对。",
            input.from, input.until
        )));
    }
    let name = input.out.file_name();
    let name = name.map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let Some(kind) = PlainKind::of(&name) else {
        return Err(AppError::BadInput(format!(
            "文件名“{name}”应当以 .xlsx 或者 .csv 结尾。"
        )));
    };
    let folder = input.out.parent();
    if let Some(folder) = folder.filter(|f| !f.as_os_str().is_empty() && !f.is_dir()) {
        return Err(AppError::BadInput(format!(
            "文件夹“{}”不存在，没有生成文件。请先建立，或者换一个地方。",
            folder.display()
        )));
    }
    Ok((kept_file_name(&name), kind))
}

/// Makes a file of what has not been accepted above yet. What is left out is counted with its
/// reason; nothing is silently omitted.
///
/// # Errors
/// Forbidden; unknown template or department; the file exists or cannot be written; too many rows;
/// for natural persons, no key.
pub fn make(ctx: &Ctx<'_>, input: Make<'_>) -> AppResult<Made> {
    let (file_name, kind) = begun(ctx, input)?;
    if input.out.exists() {
        return Err(exists(input.out));
    }
    let failed = |source| failed(input, source);
    let folder = match input.out.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Readable by its owner alone until it has its name, and afterwards.
    let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let filled = fill(ctx, input, (file_name, kind), file.as_file())?;
    if filled.rows.is_empty() {
        return Ok(filled.made);
    }
    // Named first and noted afterwards: a file that nobody noted can be deleted and made again,
    // rows that were noted and never sent would wait for ever.
    file.persist_noclobber(input.out)
        .map_err(|e| match e.error.kind() {
            std::io::ErrorKind::AlreadyExists => exists(input.out),
            _ => failed(e.error),
        })?;
    if let Err(error) = note(ctx, &filled, None) {
        // Not to be sent by mistake: its answer would find no row.
        let _ = std::fs::remove_file(input.out);
        return Err(error);
    }
    Ok(filled.made)
}

/// The same, kept sealed in the place of a file, to be downloaded for some days: it and its rows are
/// noted at once, or neither.
///
/// # Errors
/// As [`make`]; there is no place for the key.
pub fn keep(ctx: &Ctx<'_>, input: Make<'_>) -> AppResult<Made> {
    let named = begun(ctx, input)?;
    let key = StagedKey::made(ctx)?;
    let failed = |source| failed(input, source);
    let mut file = tempfile::tempfile().map_err(failed)?;
    let filled = fill(ctx, input, named, &file)?;
    if filled.rows.is_empty() {
        return Ok(filled.made);
    }
    let mut bytes = Vec::new();
    file.rewind().map_err(failed)?;
    file.read_to_end(&mut bytes).map_err(failed)?;
    let id = &filled.dispatch.id;
    let content = DispatchContent {
        id: id.clone(),
        content: key.seal(&super::place_of(id), &bytes)?,
    };
    note(ctx, &filled, Some(&content))?;
    Ok(filled.made)
}

/// Judges who asks, and gives the name of the file and its kind.
fn begun(ctx: &Ctx<'_>, input: Make<'_>) -> AppResult<(String, PlainKind)> {
    ctx.allow_in(Act::ForwardMake, scope(input.department))?;
    template(ctx, input.template)?;
    if let Some(code) = input.department {
        crate::department::require(ctx, code)?;
    }
    checked(&input)
}

fn failed(input: Make<'_>, source: std::io::Error) -> AppError {
    AppError::File {
        path: input.out.display().to_string(),
        source,
    }
}

/// A file that was filled, and not noted yet.
struct Filled {
    dispatch: Dispatch,
    rows: Vec<DispatchRow>,
    made: Made,
}

/// Fills a file.
fn fill(
    ctx: &Ctx<'_>,
    input: Make<'_>,
    (file_name, kind): (String, PlainKind),
    file: &std::fs::File,
) -> AppResult<Filled> {
    let template = template(ctx, input.template)?;
    let item = ctx
        .deployment()
        .rulebook()
        .item(&template.item)
        .ok_or_else(|| AppError::Fault(format!("报送模板的目录项“{}”不存在", template.item)))?;
    let failed = |source| failed(input, source);
    let columns: Vec<Column<'_>> = template
        .columns
        .iter()
        .map(|c| Column::of(c, item))
        .collect();
    let header: Vec<&str> = columns.iter().map(|c| c.header).collect();
    let table = PlainTable::new(BufWriter::new(file), kind, &template.sheet, &header);
    let mut filling = Filling {
        ctx,
        input,
        template,
        item,
        columns,
        table: table.map_err(failed)?,
        rows: Vec::new(),
        worded: 0,
        withheld: Vec::new(),
        skipped: BTreeMap::new(),
    };
    if template.persons {
        filling.persons()?;
    } else {
        filling.records()?;
    }
    let (rows, left) = filling.finish().map_err(failed)?;
    let (id, sha256) = match rows.is_empty() {
        true => (None, String::new()),
        false => (Some(new_id(ctx.now())), digest(file).map_err(failed)?),
    };
    let dispatch = Dispatch {
        id: id.clone().unwrap_or_default(),
        template: template.id.clone(),
        item: item.id.clone(),
        persons: template.persons,
        department: input.department.unwrap_or_default().to_owned(),
        decided_from: input.from,
        decided_until: input.until,
        file_name,
        file_hash: sha256.clone(),
        rows: rows.len() as u64,
        rulebook: ctx.deployment().rulebook().digest().to_owned(),
        actor: ctx.actor().audit_name(),
        made_at: ctx.now(),
        number: 0,
    };
    let made = Made {
        dispatch: id,
        template_title: template.title.clone(),
        rows: dispatch.rows,
        sha256,
        worded: left.worded,
        withheld: left.withheld,
        skipped: left.skipped,
    };
    Ok(Filled {
        dispatch,
        rows,
        made,
    })
}

/// Notes a file with its rows, and the file itself where it is kept.
fn note(ctx: &Ctx<'_>, filled: &Filled, content: Option<&DispatchContent>) -> AppResult<()> {
    let Filled {
        dispatch,
        rows,
        made,
    } = filled;
    let since = kept_since(ctx)?;
    ctx.change(Act::ForwardMake, |load| {
        let department = Some(dispatch.department.as_str()).filter(|d| !d.is_empty());
        let mut tx = load.permit(scope(department))?;
        forward::sweep(&mut tx, since)?;
        forward::keep(&mut tx, dispatch, rows)?;
        if let Some(content) = content {
            forward::keep_content(&mut tx, content)?;
        }
        let detail = json!({
            "dispatch": dispatch.id, "template": dispatch.template, "rows": dispatch.rows,
            "sha256": dispatch.file_hash, "department": dispatch.department,
            "worded": made.worded, "withheld": made.withheld.len(),
        });
        Ok(tx.done((), detail))
    })
}

fn exists(path: &Path) -> AppError {
    AppError::BadInput(format!(
        "“{}”已经存在，没有覆盖。请换一个文件名；那一份如果没有报送，可以先移走。",
        path.display()
    ))
}

fn digest(mut file: &std::fs::File) -> std::io::Result<String> {
    file.rewind()?;
    let (mut hash, mut reader) = (Sha256::new(), BufReader::new(file));
    let mut buffer = [0; 8192];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            n => hash.update(buffer.get(..n).unwrap_or_default()),
        }
    }
}

/// A column with its field found.
struct Column<'a> {
    header: &'a str,
    field: Option<&'a Field>,
    constant: &'a str,
}

impl<'a> Column<'a> {
    fn of(column: &'a ForwardColumn, item: &'a Item) -> Self {
        let field = column.field.as_deref().and_then(|id| item.field(id));
        let own = field.map_or("", |f| f.name.as_str());
        Self {
            header: column.header.as_deref().unwrap_or(own),
            field,
            constant: column.constant.as_deref().unwrap_or_default(),
        }
    }

    fn cell(
        &self,
        template: &ForwardTemplate,
        row: &Payload<'_>,
        texts: Option<&Texts<'_>>,
        done: &mut Done,
    ) -> String {
        let Some(field) = self.field else {
            return self.constant.to_owned();
        };
        let value = row.value(&field.id).unwrap_or_default();
        if let Some(texts) = texts.filter(|_| wording::is_read(field)) {
            let wording = texts.wordings.worded(value, &texts.about.for_cell(value));
            done.worded |= wording.worded;
            done.withheld |= wording.withheld;
            return wording.text.into_owned();
        }
        match field.kind {
            FieldKind::Date => template.dates.write(value),
            FieldKind::AmountWan => template.amounts.write(value),
            _ => value.to_owned(),
        }
    }
}

/// How versions stand above.
type States = Map<(String, u32), Above>;

/// What the texts of a row are worded by.
struct Texts<'a> {
    wordings: &'a Wordings<'a>,
    about: About,
}

/// What became of the texts of a row.
#[derive(Default)]
struct Done {
    worded: bool,
    withheld: bool,
}

/// What is told of a file beside its rows.
struct Left {
    worded: u64,
    withheld: Vec<String>,
    skipped: Vec<Skipped>,
}

/// A file that is being filled.
struct Filling<'a, W: std::io::Write> {
    ctx: &'a Ctx<'a>,
    input: Make<'a>,
    template: &'a ForwardTemplate,
    item: &'a Item,
    columns: Vec<Column<'a>>,
    table: PlainTable<W>,
    rows: Vec<DispatchRow>,
    worded: u64,
    withheld: Vec<String>,
    skipped: BTreeMap<String, (u64, Vec<String>)>,
}

impl<W: std::io::Write + std::io::Seek + Send> Filling<'_, W> {
    /// Ends the file; gives its rows and what did not go in.
    fn finish(self) -> std::io::Result<(Vec<DispatchRow>, Left)> {
        self.table.finish()?;
        let skipped = self.skipped.into_iter();
        let skipped = skipped.map(|(reason, (count, records))| Skipped {
            reason,
            count,
            records,
        });
        let left = Left {
            worded: self.worded,
            withheld: self.withheld,
            skipped: skipped.collect(),
        };
        Ok((self.rows, left))
    }

    fn skip(&mut self, reason: &str, record: Option<&str>) {
        let (count, records) = self.skipped.entry(reason.to_owned()).or_default();
        *count += 1;
        if let Some(record) = record.filter(|_| records.len() < NAMED) {
            records.push(record.to_owned());
        }
    }

    /// Why a version is not sent, by how it stands above.
    const fn unsent(&self, above: Option<&Above>) -> Option<&'static str> {
        match above {
            Some(Above::Accepted { .. }) => Some(ACCEPTED),
            Some(Above::Waiting) if !self.input.again => Some(WAITING),
            Some(Above::Refused { .. }) if !self.input.again => Some(UNCORRECTED),
            _ => None,
        }
    }

    fn records(&mut self) -> AppResult<()> {
        let mut filter = ListFilter {
            item: Some(self.item.id.clone()),
            department: self.input.department.map(str::to_owned),
            decided_from: Some(self.input.from),
            decided_until: Some(self.input.until),
            limit: PAGE,
            ..ListFilter::default()
        };
        loop {
            let (page, above, accepted, subjects, wordings) =
                self.ctx.load(Act::ForwardMake, |conn| {
                    let page = record::list(conn, &filter)?;
                    let names: Vec<(String, u32)> = page
                        .iter()
                        .map(|s| (s.record.id.to_string(), s.record.version))
                        .collect();
                    let above = forward::states(conn, &names)?;
                    let ids: Vec<&str> = names.iter().map(|(id, _)| id.as_str()).collect();
                    let accepted = forward::accepted_before(conn, &ids)?;
                    let keys: Vec<&SubjectKey> =
                        page.iter().map(|s| &s.record.subject_key).collect();
                    let subjects = subject::get_many(conn, &keys)?;
                    let wordings = Wordings::of(self.ctx.deployment(), conn, &keys)?;
                    Ok((page, above, accepted, subjects, wordings))
                })?;
            for stored in &page {
                let subject = subjects.get(&stored.record.subject_key);
                self.record(stored, (&above, &accepted), (&wordings, subject))?;
            }
            match page.last().filter(|_| page.len() == PAGE as usize) {
                Some(last) => filter.after = Some(last.cursor()),
                None => return Ok(()),
            }
        }
    }

    fn record(
        &mut self,
        stored: &Stored,
        (above, accepted): (&States, &Map<String, u32>),
        (wordings, subject): (&Wordings<'_>, Option<&Subject>),
    ) -> AppResult<()> {
        let record = &stored.record;
        let id = record.id.to_string();
        if let Some(ended) = &record.ended {
            let reason = match (ended.kind, accepted.contains_key(&id)) {
                (_, true) => TO_WITHDRAW,
                (EndKind::Withheld, false) => WITHHELD,
                _ => OVER,
            };
            self.skip(reason, Some(&id));
            return Ok(());
        }
        if let Some(reason) = self.unsent(above.get(&(id.clone(), record.version))) {
            self.skip(reason, Some(&id));
            return Ok(());
        }
        let payload = Payload::parse(&record.payload)?;
        let party = keys::Party::organisation(
            self.value(&payload, Role::SubjectCode),
            self.value(&payload, Role::SubjectName),
        );
        let person_named = subject.is_some_and(|s| s.person_named)
            || site::names_a_person(self.ctx.deployment(), self.item, &payload, subject);
        let place = (self.item, record.department.as_str());
        let named = (person_named, subject);
        let texts = Texts {
            about: wordings.about(place, &payload, &record.subject_key, named),
            wordings,
        };
        self.row(&payload, (&id, record.version), &party, Some(&texts))
    }

    fn persons(&mut self) -> AppResult<()> {
        let key = person::key(self.ctx)?.ok_or_else(|| {
            AppError::BadInput(
                "本部署没有配置密钥，自然人信息只计数、不保存，所以没有可以报送的。请先用“xinheng person key”建立密钥文件，再重新导入。"
                    .to_owned(),
            )
        })?;
        let mut after = None;
        loop {
            let filter = PersonFilter {
                item: &self.item.id,
                department: self.input.department,
                decided_from: self.input.from,
                decided_until: self.input.until,
                after: after.take(),
                limit: PAGE,
            };
            let (page, above) = self.ctx.load(Act::ForwardMake, |conn| {
                let page = xinheng_store::person::page(conn, &filter)?;
                let names: Vec<(String, u32)> =
                    page.iter().map(|r| (r.key.clone(), r.version)).collect();
                let above = forward::states(conn, &names)?;
                Ok((page, above))
            })?;
            for row in &page {
                if let Some(reason) = self.unsent(above.get(&(row.key.clone(), row.version))) {
                    self.skip(reason, None);
                    continue;
                }
                let text = person::opened(row, &key)?;
                self.person(&text, (&row.key, row.version), &key)?;
            }
            match page.last().filter(|_| page.len() == PAGE as usize) {
                Some(last) => {
                    let day = last.decided_on.unwrap_or(self.input.from);
                    after = Some((day, last.key.clone()));
                }
                None => return Ok(()),
            }
        }
    }

    fn person(&mut self, text: &str, name: (&str, u32), key: &PersonKey) -> AppResult<()> {
        let payload = Payload::parse(text)?;
        let party = keys::Party::person(
            key,
            self.value(&payload, Role::PartyIdentity),
            self.value(&payload, Role::SubjectName),
        );
        self.row(&payload, name, &party, None)
    }

    fn value<'v>(&self, payload: &'v Payload<'_>, role: Role) -> &'v str {
        let field = self.item.by_role(role);
        field.and_then(|f| payload.value(&f.id)).unwrap_or_default()
    }

    fn row(
        &mut self,
        payload: &Payload<'_>,
        (name, version): (&str, u32),
        party: &keys::Party,
        texts: Option<&Texts<'_>>,
    ) -> AppResult<()> {
        let excluded = self.template.exclude.iter().find(|e| e.when.holds(payload));
        if let Some(exclusion) = excluded {
            self.skip(&exclusion.reason, (!self.template.persons).then_some(name));
            return Ok(());
        }
        if self.rows.len() as u64 == MOST_ROWS {
            return Err(AppError::BadInput(format!(
                "这一期间要报送的超过{MOST_ROWS}行，一份文件放不下，没有生成。请缩短期间，或者按部门分别生成。"
            )));
        }
        let mut done = Done::default();
        let cells: Vec<String> = self
            .columns
            .iter()
            .map(|column| column.cell(self.template, payload, texts, &mut done))
            .collect();
        self.worded += u64::from(done.worded);
        if done.withheld {
            self.withheld.push(name.to_owned());
        }
        self.table.row(&cells).map_err(|source| AppError::File {
            path: self.input.out.display().to_string(),
            source,
        })?;
        self.rows.push(DispatchRow {
            position: self.rows.len() as u64 + 1,
            name: name.to_owned(),
            version,
            number_key: keys::number(self.value(payload, Role::DocumentNumber)),
            party_key: party.text(),
        });
        Ok(())
    }
}
