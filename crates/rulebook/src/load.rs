//! Reads the files into one rulebook. Every fault is collected; nothing stops at the first.

use crate::{
    Rulebook,
    files::{self, Layer, RawFile},
    model::{
        CodeExtension, CodeFile, MessageFile, Parameter, ParameterFile, PermissionFile,
        RefusalFile, RegimeExtension, Source, SourceFile,
    },
    problem::{LoadError, Problem},
};
use serde::de::DeserializeOwned;
use std::{path::Path, sync::Arc};
use xinheng_domain::{
    basis::Basis,
    calendar::{CalendarSet, CalendarYear, Provisional},
    case::{Kind, letter},
    catalogue::Item,
    code::CodeTables,
    code_list::CodeList,
    finder::{Finder, Words},
    forward::ForwardTemplate,
    layout::Layout,
    message::Message,
    permission::{Narrowing, Permissions, Role},
    publicity::{Effects, Regime},
    refusal::RefusalText,
};

/// List of accepted codes that the arithmetic speaks against; a deployment fills it.
pub(crate) const EXCEPTIONS: &str = "uscc-exception";
/// List of known first two characters.
pub(crate) const AUTHORITY_PAIRS: &str = "uscc-authority-pair";

/// The content of one file, with the file it came from.
pub(crate) struct Placed<T> {
    pub value: T,
    pub file: String,
    pub layer: Layer,
}

/// Division codes of one file, and the source its head names (`# basis: gb-2260`).
#[derive(Default)]
pub(crate) struct Divisions {
    pub codes: Vec<u32>,
    pub basis: Option<Basis>,
}

/// All files read, before they are put together.
#[derive(Default)]
pub(crate) struct Parts {
    pub sources: Vec<Placed<Source>>,
    pub parameters: Vec<Placed<Parameter>>,
    pub items: Vec<Placed<Item>>,
    pub formats: Vec<Placed<Item>>,
    pub layouts: Vec<Placed<Layout>>,
    pub lists: Vec<Placed<CodeList>>,
    pub list_extensions: Vec<Placed<CodeExtension>>,
    pub regimes: Vec<Placed<Regime>>,
    pub regime_extensions: Vec<Placed<RegimeExtension>>,
    pub effects: Vec<Placed<Effects>>,
    pub messages: Vec<Placed<Message>>,
    pub refusals: Vec<Placed<RefusalText>>,
    pub roles: Vec<Placed<Role>>,
    pub narrowings: Vec<Placed<Narrowing>>,
    pub kinds: Vec<Placed<Kind>>,
    pub forward: Vec<Placed<ForwardTemplate>>,
    pub calendars: Vec<Placed<CalendarYear>>,
    pub provisional: Vec<Placed<Provisional>>,
    pub divisions: Vec<Placed<Divisions>>,
    pub personal: Vec<Placed<Words>>,
}

impl Rulebook {
    /// Loads the rulebook in the binary and, beside it, a deployment's own files.
    ///
    /// # Errors
    /// A file cannot be read, does not fit its form, or contradicts another.
    pub fn load(local: Option<&Path>) -> Result<Self, LoadError> {
        let mut problems = Vec::new();
        let mut all = files::embedded();
        if let Some(root) = local {
            all.extend(files::local(root, &mut problems));
        }
        Self::read(&all, problems)
    }

    /// Puts together a rulebook from the files given, with all checks.
    ///
    /// # Errors
    /// As [`Rulebook::load`].
    pub fn from_files(files: &[RawFile]) -> Result<Self, LoadError> {
        Self::read(files, Vec::new())
    }

    /// The same rulebook with one file read otherwise: what would follow if a value were another?
    /// Unchecked, since an experiment may contradict other files.
    ///
    /// # Errors
    /// The file cannot be read, or the calendars do not fit together with it.
    pub fn with_file(&self, file: &RawFile) -> Result<Self, LoadError> {
        fn put<T>(into: &mut Vec<T>, values: Vec<Placed<T>>, same: impl Fn(&T, &T) -> bool) {
            for Placed { value, .. } in values {
                match into.iter_mut().find(|known| same(known, &value)) {
                    Some(known) => *known = value,
                    None => into.push(value),
                }
            }
        }
        let mut problems = Vec::new();
        let mut parts = Parts::default();
        parts.read(file, &mut problems);
        let mut book = self.clone();
        put(&mut book.sources, parts.sources, |a, b| a.id == b.id);
        put(&mut book.parameters, parts.parameters, |a, b| a.id == b.id);
        put(&mut book.items, parts.items, |a, b| a.id == b.id);
        put(&mut book.formats, parts.formats, |a, b| a.id == b.id);
        put(&mut book.layouts, parts.layouts, |a, b| a.id == b.id);
        put(&mut book.lists, parts.lists, |a, b| a.id == b.id);
        put(&mut book.regimes, parts.regimes, |a, b| a.id == b.id);
        put(&mut book.messages, parts.messages, |a, b| a.code == b.code);
        put(&mut book.kinds, parts.kinds, |a, b| {
            (&a.id, a.from) == (&b.id, b.from)
        });
        if !parts.calendars.is_empty() || !parts.provisional.is_empty() {
            put(&mut book.years, parts.calendars, |a, b| a.year == b.year);
            if let Some(provisional) = parts.provisional.pop() {
                book.provisional = provisional.value;
            }
            match CalendarSet::new(book.years.clone(), &book.provisional) {
                Ok(calendars) => book.calendars = calendars,
                Err(e) => problems.push(Problem::new(file.shown(), "", e.to_string())),
            }
        }
        if !parts.personal.is_empty() {
            let words = words_of(parts.personal);
            book.finder = Arc::new(Finder::new(&words));
        }
        if problems.is_empty() {
            Ok(book)
        } else {
            Err(LoadError { problems })
        }
    }

    fn read(files: &[RawFile], mut problems: Vec<Problem>) -> Result<Self, LoadError> {
        let mut parts = Parts::default();
        for file in files {
            parts.read(file, &mut problems);
        }
        crate::check::parts(&parts, &mut problems);
        let files_of_items: Vec<String> = parts.items.iter().map(|i| i.file.clone()).collect();
        let book = assemble(parts, files, &mut problems);
        if let Some(book) = book {
            crate::check::book(&book, &mut problems);
            crate::check::examples(&book, &files_of_items, &mut problems);
            if problems.is_empty() {
                return Ok(book);
            }
        }
        problems.sort();
        problems.dedup();
        Err(LoadError { problems })
    }
}

impl Parts {
    fn read(&mut self, file: &RawFile, problems: &mut Vec<Problem>) {
        fn push<T>(into: &mut Vec<Placed<T>>, file: &RawFile, values: impl IntoIterator<Item = T>) {
            into.extend(values.into_iter().map(|value| Placed {
                value,
                file: file.shown(),
                layer: file.layer,
            }));
        }
        match (file.folder(), file.name()) {
            ("sources", _) => {
                if let Some(f) = parse::<SourceFile>(file, problems) {
                    push(&mut self.sources, file, f.source);
                }
            }
            ("parameters", _) => {
                if let Some(mut f) = parse::<ParameterFile>(file, problems) {
                    if file.layer == Layer::Local {
                        let values = f.parameter.iter_mut().flat_map(|p| &mut p.values);
                        values.for_each(|v| v.local = true);
                    }
                    push(&mut self.parameters, file, f.parameter);
                }
            }
            ("catalogues", _) => push(&mut self.items, file, parse(file, problems)),
            ("formats", _) => push(&mut self.formats, file, parse(file, problems)),
            ("layouts", _) => push(&mut self.layouts, file, parse(file, problems)),
            ("codes", "divisions.txt") => {
                if let Some(codes) = parse_divisions(file, problems) {
                    push(&mut self.divisions, file, [codes]);
                }
            }
            ("codes", _) => {
                if let Some(f) = parse::<CodeFile>(file, problems) {
                    push(&mut self.lists, file, f.list);
                    push(&mut self.list_extensions, file, f.extend);
                }
            }
            ("publicity", name) if name.starts_with("effects") => {
                push(&mut self.effects, file, parse(file, problems));
            }
            ("publicity", _) if has_key(file, "extends") => {
                push(&mut self.regime_extensions, file, parse(file, problems));
            }
            ("publicity", _) => push(&mut self.regimes, file, parse(file, problems)),
            ("refusals", _) => {
                if let Some(f) = parse::<RefusalFile>(file, problems) {
                    push(&mut self.refusals, file, f.refusal);
                }
            }
            ("permissions", _) => {
                if let Some(f) = parse::<PermissionFile>(file, problems) {
                    push(&mut self.roles, file, f.role);
                    push(&mut self.narrowings, file, f.narrow);
                }
            }
            ("messages", _) => {
                if let Some(f) = parse::<MessageFile>(file, problems) {
                    push(&mut self.messages, file, f.message);
                }
            }
            ("cases", _) => {
                let kind = parse(file, problems).map(|kind| Kind {
                    digest: crate::edition::digest(&file.text),
                    ..letter::with_services(kind)
                });
                push(&mut self.kinds, file, kind);
            }
            ("forward", _) => push(&mut self.forward, file, parse(file, problems)),
            ("calendars", "provisional.toml") => {
                push(&mut self.provisional, file, parse(file, problems));
            }
            ("personal", _) => push(&mut self.personal, file, parse(file, problems)),
            ("calendars", _) => push(&mut self.calendars, file, parse(file, problems)),
            // Law cases are read by `law`, not needed to answer.
            ("tests", _) => {}
            (folder, _) => problems.push(Problem::new(
                file.shown(),
                "",
                format!(
                    "不认识的文件夹“{folder}”，可用的有 sources、parameters、catalogues、formats、layouts、codes、publicity、messages、refusals、permissions、cases、forward、calendars、personal、tests"
                ),
            )),
        }
    }
}

/// Whether a file has this key at its top: tells an extension from a whole regime.
fn has_key(file: &RawFile, key: &str) -> bool {
    toml::from_str::<toml::Table>(&file.text).is_ok_and(|t| t.contains_key(key))
}

pub(crate) fn parse<T: DeserializeOwned>(file: &RawFile, problems: &mut Vec<Problem>) -> Option<T> {
    match toml::from_str(&file.text) {
        Ok(value) => Some(value),
        Err(e) => {
            let place = e.span().map_or_else(String::new, |span| {
                let before = file.text.get(..span.start).unwrap_or_default();
                format!("第{}行", before.matches('\n').count() + 1)
            });
            problems.push(Problem::new(file.shown(), place, sentence(e.message())));
            None
        }
    }
}

/// The parser speaks English; its commonest words are told in Chinese, the rest is quoted.
fn sentence(message: &str) -> String {
    let quoted = || message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("missing field") {
        format!("缺少“{}”", quoted())
    } else if message.starts_with("unknown field") {
        format!("不认识的项目“{}”，请核对拼写", quoted())
    } else if message.starts_with("unknown variant") {
        format!("不认识的取值“{}”，请核对拼写", quoted())
    } else if message.starts_with("duplicate key") {
        format!("重复的项目“{}”", quoted())
    } else if message.contains("civil date") || message.contains("failed to parse") {
        format!("日期应当写成 \"2026-04-01\" 这样带引号的形式（{message}）")
    } else {
        format!("不符合规则文件的格式（{message}）")
    }
}

fn parse_divisions(file: &RawFile, problems: &mut Vec<Problem>) -> Option<Divisions> {
    let mut found = Divisions::default();
    for (i, line) in file.text.lines().enumerate() {
        let (line, comment) = line.split_once('#').unwrap_or((line, ""));
        if let Some(source) = comment.trim().strip_prefix("basis:") {
            found.basis = Some(Basis {
                source: source.trim().to_owned(),
                article: None,
                verified: true,
                reading: false,
                note: None,
            });
        }
        let mut words = line.split_whitespace();
        let Some(prefix) = words.next() else { continue };
        for tail in words {
            let code = format!("{prefix}{tail}");
            match code.parse() {
                Ok(number) if code.len() == 6 => found.codes.push(number),
                _ => {
                    problems.push(Problem::new(
                        file.shown(),
                        format!("第{}行", i + 1),
                        format!("“{prefix} {tail}”不是四位加两位的行政区划代码"),
                    ));
                    return None;
                }
            }
        }
    }
    if found.basis.is_none() {
        problems.push(Problem::new(
            file.shown(),
            "",
            "没有写明依据，请在开头加一行“# basis: 法律文件编号”",
        ));
    }
    Some(found)
}

/// The words of all files together.
fn words_of(files: Vec<Placed<Words>>) -> Words {
    let mut words = Words::default();
    for Placed { value, .. } in files {
        words.add(&value);
    }
    words
}

/// `None` where there is no calendar to count with.
fn assemble(parts: Parts, files: &[RawFile], problems: &mut Vec<Problem>) -> Option<Rulebook> {
    let plain = |items: Vec<Placed<Item>>| items.into_iter().map(|p| p.value).collect();
    let mut lists: Vec<CodeList> = parts.lists.into_iter().map(|p| p.value).collect();
    for Placed { value, file, .. } in parts.list_extensions {
        match lists.iter_mut().find(|l| l.id == value.id) {
            Some(list) => {
                list.entries.extend(value.entry);
                list.basis.extend(value.basis);
            }
            None => problems.push(Problem::new(file, value.id, "要扩充的代码集不存在")),
        }
    }
    let mut regimes: Vec<Regime> = parts.regimes.into_iter().map(|p| p.value).collect();
    for Placed { value, file, .. } in parts.regime_extensions {
        match regimes.iter_mut().find(|r| r.id == value.extends) {
            // Before the rules in the binary: a sector's standard is asked first.
            Some(regime) => drop(regime.rules.splice(0..0, value.rule)),
            None => problems.push(Problem::new(file, value.extends, "要扩充的公示规定不存在")),
        }
    }
    let mut parameters: Vec<Parameter> = Vec::new();
    for Placed { value, .. } in parts.parameters {
        match parameters.iter_mut().find(|p| p.id == value.id) {
            Some(known) => known.values.extend(value.values),
            None => parameters.push(value),
        }
    }
    let mut effects = Effects::default();
    for Placed { value, .. } in parts.effects {
        effects.publish.extend(value.publish);
        effects.dispute.extend(value.dispute);
    }
    let mut years: Vec<CalendarYear> = Vec::new();
    for Placed { value, .. } in parts.calendars {
        // A deployment may add a later notice to a year that is known.
        match years.iter_mut().find(|y| y.year == value.year) {
            Some(known) => known.editions.extend(value.editions),
            None => years.push(value),
        }
    }
    let mut provisional = Provisional::default();
    for Placed { value, .. } in parts.provisional {
        provisional.rules.extend(value.rules);
    }
    let calendars = match CalendarSet::new(years.clone(), &provisional) {
        Ok(calendars) => Some(calendars),
        Err(e) => {
            problems.push(Problem::new("calendars", "", e.to_string()));
            None
        }
    };
    let codes_of = |id: &str| {
        let list = lists.iter().find(|l| l.id == id);
        let entries = list.map_or(&[][..], |l| &l.entries);
        entries.iter().map(|e| e.code.as_str()).collect::<Vec<_>>()
    };
    let divisions = parts.divisions.into_iter().flat_map(|p| p.value.codes);
    let tables = CodeTables::new(codes_of(AUTHORITY_PAIRS), divisions, codes_of(EXCEPTIONS));
    let code_tables = tables.unwrap_or_else(|e| {
        problems.push(Problem::new("codes", "", e.to_string()));
        CodeTables::default()
    });
    let words = words_of(parts.personal);
    for fault in words.faults() {
        problems.push(Problem::new("personal", "", fault));
    }
    let local = files.iter().filter(|f| f.layer == Layer::Local).count();
    Some(Rulebook {
        digest: files::digest(files),
        publicity_digest: files::publicity_digest(files),
        texts_digest: files::texts_digest(files),
        local_files: local,
        sources: parts.sources.into_iter().map(|p| p.value).collect(),
        parameters,
        items: plain(parts.items),
        formats: plain(parts.formats),
        layouts: parts.layouts.into_iter().map(|p| p.value).collect(),
        lists,
        regimes,
        effects,
        messages: parts.messages.into_iter().map(|p| p.value).collect(),
        refusals: parts.refusals.into_iter().map(|p| p.value).collect(),
        permissions: {
            let roles = parts.roles.into_iter().map(|p| p.value).collect();
            let narrowings = parts.narrowings.into_iter().map(|p| p.value);
            Permissions::new(roles, &narrowings.collect::<Vec<_>>())
        },
        kinds: parts.kinds.into_iter().map(|p| p.value).collect(),
        forward: parts.forward.into_iter().map(|p| p.value).collect(),
        years,
        provisional,
        calendars: calendars?,
        code_tables,
        finder: Arc::new(Finder::new(&words)),
    })
}
