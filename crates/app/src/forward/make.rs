//! A file for the platform above, made from stored records.

use super::{keys, template};
use crate::{
    Action, AppError, AppResult, Ctx,
    ctx::new_id,
    intake::{hex, kept_file_name},
    person::{self, PersonKey},
    present::Payload,
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
    record::EndKind,
};
use xinheng_exchange::plain::{MOST_ROWS, PlainKind, PlainTable};
use xinheng_store::{
    Map,
    forward::{self, Above, Dispatch, DispatchRow},
    person::PersonFilter,
    record::{self, ListFilter, Stored},
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
            "文件名「{name}」应当以 .xlsx 或者 .csv 结尾。"
        )));
    };
    let folder = input.out.parent();
    if let Some(folder) = folder.filter(|f| !f.as_os_str().is_empty() && !f.is_dir()) {
        return Err(AppError::BadInput(format!(
            "文件夹「{}」不存在，没有生成文件。请先建立，或者换一个地方。",
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
    ctx.authorise(Action::Manage)?;
    let template = template(ctx, input.template)?;
    if let Some(code) = input.department {
        crate::department::require(ctx, code)?;
    }
    let (file_name, kind) = checked(&input)?;
    let shown = input.out.display();
    if input.out.exists() {
        return Err(exists(input.out));
    }
    let item = ctx
        .office()
        .rulebook()
        .item(&template.item)
        .ok_or_else(|| AppError::Fault(format!("报送模板的目录项「{}」不存在", template.item)))?;
    let failed = |source| AppError::File {
        path: shown.to_string(),
        source,
    };
    let folder = match input.out.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Readable by its owner alone until it has its name, and afterwards.
    let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let columns: Vec<Column<'_>> = template
        .columns
        .iter()
        .map(|c| Column::of(c, item))
        .collect();
    let header: Vec<&str> = columns.iter().map(|c| c.header).collect();
    let table = PlainTable::new(
        BufWriter::new(file.as_file()),
        kind,
        &template.sheet,
        &header,
    )
    .map_err(failed)?;
    let mut filling = Filling {
        ctx,
        input,
        template,
        item,
        columns,
        table,
        rows: Vec::new(),
        skipped: BTreeMap::new(),
    };
    if template.persons {
        filling.persons()?;
    } else {
        filling.records()?;
    }
    let (rows, skipped) = filling.finish().map_err(failed)?;
    if rows.is_empty() {
        return Ok(Made {
            dispatch: None,
            template_title: template.title.clone(),
            rows: 0,
            sha256: String::new(),
            skipped,
        });
    }
    let sha256 = digest(file.as_file()).map_err(failed)?;
    let dispatch = Dispatch {
        id: new_id(ctx.now()),
        template: template.id.clone(),
        item: item.id.clone(),
        persons: template.persons,
        department: input.department.unwrap_or_default().to_owned(),
        decided_from: input.from,
        decided_until: input.until,
        file_name,
        file_hash: sha256.clone(),
        rows: rows.len() as u64,
        rulebook: ctx.office().rulebook().digest().to_owned(),
        actor: ctx.actor().audit_name(),
        made_at: ctx.now(),
    };
    // Named first and noted afterwards: a file that nobody noted can be deleted and made again,
    // rows that were noted and never sent would wait for ever.
    file.persist_noclobber(input.out)
        .map_err(|e| match e.error.kind() {
            std::io::ErrorKind::AlreadyExists => exists(input.out),
            _ => failed(e.error),
        })?;
    let noted = ctx.office().db().write(|tx| {
        forward::keep(tx, &dispatch, &rows)?;
        let detail = json!({
            "dispatch": dispatch.id, "template": dispatch.template, "rows": dispatch.rows,
            "sha256": dispatch.file_hash, "department": dispatch.department,
        });
        Ok::<_, AppError>(((), ctx.audit("forward.make", detail)))
    });
    if let Err(error) = noted {
        // Not to be sent by mistake: its answer would find no row.
        let _ = std::fs::remove_file(input.out);
        return Err(error);
    }
    crate::ops::seal_audit(ctx)?;
    Ok(Made {
        dispatch: Some(dispatch.id),
        template_title: template.title.clone(),
        rows: dispatch.rows,
        sha256,
        skipped,
    })
}

fn exists(path: &Path) -> AppError {
    AppError::BadInput(format!(
        "「{}」已经存在，没有覆盖。请换一个文件名；那一份如果没有报送，可以先移走。",
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

    fn cell(&self, template: &ForwardTemplate, row: &Payload<'_>) -> String {
        let Some(field) = self.field else {
            return self.constant.to_owned();
        };
        let value = row.value(&field.id).unwrap_or_default();
        match field.kind {
            FieldKind::Date => template.dates.write(value),
            FieldKind::AmountWan => template.amounts.write(value),
            _ => value.to_owned(),
        }
    }
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
    skipped: BTreeMap<String, (u64, Vec<String>)>,
}

impl<W: std::io::Write + std::io::Seek + Send> Filling<'_, W> {
    /// Ends the file; gives its rows and what did not go in.
    fn finish(self) -> std::io::Result<(Vec<DispatchRow>, Vec<Skipped>)> {
        self.table.finish()?;
        let skipped = self.skipped.into_iter();
        let skipped = skipped.map(|(reason, (count, records))| Skipped {
            reason,
            count,
            records,
        });
        Ok((self.rows, skipped.collect()))
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
            let (page, above, accepted) = self.ctx.office().db().read(|conn| {
                let page = record::list(conn, &filter)?;
                let names: Vec<(String, u32)> = page
                    .iter()
                    .map(|s| (s.record.id.to_string(), s.record.version))
                    .collect();
                let above = forward::states(conn, &names)?;
                let ids: Vec<&str> = names.iter().map(|(id, _)| id.as_str()).collect();
                let accepted = forward::accepted_before(conn, &ids)?;
                Ok::<_, AppError>((page, above, accepted))
            })?;
            for stored in &page {
                self.record(stored, &above, &accepted)?;
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
        above: &Map<(String, u32), Above>,
        accepted: &Map<String, u32>,
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
        self.row(&payload, (&id, record.version), &party)
    }

    fn persons(&mut self) -> AppResult<()> {
        let key = person::key(self.ctx)?.ok_or_else(|| {
            AppError::BadInput(
                "本部署没有配置密钥，自然人信息只计数、不保存，所以没有可以报送的。请先用「xinheng person key」建立密钥文件，再重新导入。"
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
            let (page, above) = self.ctx.office().db().read(|conn| {
                let page = xinheng_store::person::page(conn, &filter)?;
                let names: Vec<(String, u32)> =
                    page.iter().map(|r| (r.key.clone(), r.version)).collect();
                let above = forward::states(conn, &names)?;
                Ok::<_, AppError>((page, above))
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
        self.row(&payload, name, &party)
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
        let cells: Vec<String> = self
            .columns
            .iter()
            .map(|column| column.cell(self.template, payload))
            .collect();
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
