//! Receiving a file: streamed to disk. How much of it and how fast is the gate's (`incoming.rs`).

use crate::{
    check::results::{Checked, Kept},
    error::WebError,
    incoming::Incoming,
    site::Site,
};
use axum::{
    body::Body,
    extract::{FromRequest as _, Multipart, Request, multipart::Field},
};
use http_body_util::BodyExt;
use std::{
    fs::File,
    io::{BufReader, BufWriter, Seek as _, Write as _},
    sync::Arc,
};
use tempfile::{NamedTempFile, TempPath};
use tokio::io::AsyncWriteExt as _;
use xinheng_app::{Ctx, check::Input, sealed::SealedFile};
use xinheng_domain::finding::Summary;

/// A file that was handed in; deleted when dropped.
pub(crate) struct Upload {
    pub(crate) path: TempPath,
    /// Base name.
    pub(crate) name: String,
    pub(crate) sheet: Option<String>,
    /// What the form carried of whoever has signed in.
    pub(crate) token: String,
}

/// A fault of ours with its cause in the log.
fn fault(what: &'static str) -> impl Fn(std::io::Error) -> WebError {
    move |error| {
        tracing::error!(%error, what, "an upload could not be received");
        WebError::of_io(&error)
    }
}

/// Writes what arrives, as long as it fits.
struct Writer {
    file: tokio::fs::File,
    path: TempPath,
    left: u64,
    limit: u64,
}

impl Writer {
    fn new(site: &Site) -> Result<Self, WebError> {
        let (file, path) = site
            .results()
            .file(".upload")
            .map_err(fault("create"))?
            .into_parts();
        let limit = site.limits().upload_bytes;
        Ok(Self {
            file: tokio::fs::File::from_std(file),
            path,
            left: limit,
            limit,
        })
    }

    async fn write(&mut self, chunk: &[u8]) -> Result<(), WebError> {
        let size = chunk.len() as u64;
        self.left = self
            .left
            .checked_sub(size)
            .ok_or_else(|| WebError::too_large(self.limit >> 20))?;
        self.file.write_all(chunk).await.map_err(fault("write"))
    }

    async fn finish(mut self) -> Result<TempPath, WebError> {
        self.file.flush().await.map_err(fault("flush"))?;
        Ok(self.path)
    }
}

/// The whole body is the file; an empty one is none.
pub(crate) async fn raw(
    site: &Site,
    mut body: Body,
    name: String,
    sheet: Option<String>,
) -> Result<Option<Upload>, WebError> {
    let mut writer = Writer::new(site)?;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| WebError::bad_input("文件没有传完就断开了，请再传一次。"))?;
        if let Some(chunk) = frame.data_ref() {
            writer.write(chunk).await?;
        }
    }
    if writer.left == writer.limit {
        return Ok(None);
    }
    Ok(Some(Upload {
        path: writer.finish().await?,
        name,
        sheet,
        token: String::new(),
    }))
}

/// Most parts of a form: ours has two, and a client of the interface may add a few.
const PARTS: usize = 32; // no law: each part costs a step of the reader

fn several() -> WebError {
    WebError::bad_input("一次只能上传一个文件，这次收到了不止一个，都没有检查。请分几次上传。")
}

/// A form with the fields `file` and `sheet`. Of two files none is checked: whoever sent them
/// would take the answer for that of both. What follows the second is not read.
pub(crate) async fn form(
    site: &Site,
    request: Request,
    no_form: &'static str,
) -> Result<Option<Upload>, WebError> {
    let incoming = request.extensions().get::<Incoming>().cloned();
    let incoming = incoming.unwrap_or_default();
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| WebError::bad_input(no_form))?;
    let (mut file, mut sheet, mut others, mut parts) = (None, None, false, 0);
    let mut token = String::new();
    while let Some(mut field) = incoming.part(form.next_field()).await.map_err(broken)? {
        parts += 1;
        if parts > PARTS {
            return Err(WebError::bad_input(format!(
                "表单里的字段太多，最多 {PARTS} 个，没有检查。请只提交 file（文件）和 sheet（工作表名称）两个字段。"
            )));
        }
        match field.name() {
            Some("file") => {
                let name = base_name(field.file_name().unwrap_or_default());
                let second = others || file.is_some();
                if second && !name.is_empty() {
                    return Err(several());
                }
                let mut writer = Writer::new(site)?;
                while let Some(chunk) = field.chunk().await.map_err(broken)? {
                    if second && !chunk.is_empty() {
                        return Err(several());
                    }
                    writer.write(&chunk).await?;
                }
                let empty = writer.left == writer.limit;
                let path = writer.finish().await?;
                // A browser sends a nameless empty part where no file was chosen.
                if !(empty && name.is_empty()) {
                    file = Some((path, name));
                }
            }
            Some("sheet") => sheet = Some(short_text(field).await?).filter(|s| !s.is_empty()),
            Some("form_token") => token = short_text(field).await?,
            _ => {
                others |= field.file_name().is_some_and(|name| !name.is_empty());
                if others && file.is_some() {
                    return Err(several());
                }
                // Read to its end here: what comes while the next part is awaited is its header.
                while field.chunk().await.map_err(broken)?.is_some() {}
            }
        }
    }
    incoming.whole()?;
    Ok(file.map(|(path, name)| Upload {
        path,
        name,
        sheet,
        token,
    }))
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn broken(error: axum::extract::multipart::MultipartError) -> WebError {
    tracing::debug!(%error, "a form could not be read");
    WebError::bad_input("表单没有传完整，请再选择一次文件后提交。")
}

/// Text of a small field.
async fn short_text(mut field: Field<'_>) -> Result<String, WebError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > 400 {
            return Err(WebError::bad_input("工作表名称太长，请核对后重新填写。"));
        }
    }
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

/// The last part of a name, however the browser wrote the folders; never a path.
pub(crate) fn base_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(120).collect()
}

/// Checks a file; answers with the JSON Lines. The file is gone afterwards.
pub(crate) async fn check(site: &Site, upload: Upload) -> Result<TempPath, WebError> {
    let lines = site.results().file(".jsonl").map_err(fault("findings"))?;
    site.check(move |ctx| {
        let (mut lines, path) = NamedTempFile::into_parts(lines);
        checked(ctx, &upload, &mut lines, None)?;
        Ok(path)
    })
    .await
}

/// Checks a file once; what is kept of it are its findings and the annotated workbook, sealed. The
/// file is gone afterwards.
pub(crate) async fn check_to_keep(site: &Site, upload: Upload) -> Result<Checked, WebError> {
    let lines = site.results().file(".jsonl").map_err(fault("findings"))?;
    let sealed = site.results().file(".sealed").map_err(fault("workbook"))?;
    let mut book = site.results().nameless().map_err(fault("workbook"))?;
    site.check(move |ctx| {
        let (mut lines, path) = NamedTempFile::into_parts(lines);
        let summary = checked(ctx, &upload, &mut lines, Some(&mut book))?;
        book.rewind().map_err(fault("workbook"))?;
        let (mut out, sealed) = NamedTempFile::into_parts(sealed);
        let key = SealedFile::write(&mut book, &mut out)?;
        Ok(Checked {
            lines: path,
            summary,
            book: Some((key, sealed)),
        })
    })
    .await
}

/// The findings of a kept result as a spreadsheet.
pub(crate) async fn list(site: &Site, kept: Arc<Kept>) -> Result<TempPath, WebError> {
    let list = site.results().file(".xlsx").map_err(fault("list"))?;
    site.check(move |ctx| {
        let (out, path) = NamedTempFile::into_parts(list);
        let lines = File::open(kept.path()).map_err(fault("list"))?;
        xinheng_app::check::list(ctx, BufReader::new(lines), &kept.summary, out)?;
        Ok(path)
    })
    .await
}

fn checked(
    ctx: &Ctx<'_>,
    upload: &Upload,
    lines: &mut File,
    book: Option<&mut File>,
) -> Result<Summary, WebError> {
    let mut out = BufWriter::with_capacity(1 << 16, lines);
    let input = input(upload);
    let summary = xinheng_app::check::file(ctx, input, &mut out, book)?;
    out.flush().map_err(fault("findings"))?;
    Ok(summary)
}

fn input(upload: &Upload) -> Input<'_> {
    Input {
        path: &upload.path,
        file_name: &upload.name,
        sheet: upload.sheet.as_deref(),
    }
}

/// Checks a file; answers with the annotated workbook. The file is gone afterwards.
pub(crate) async fn annotate(site: &Site, upload: Upload) -> Result<TempPath, WebError> {
    let book = site.results().file(".xlsx").map_err(fault("workbook"))?;
    site.check(move |ctx| {
        let (file, path) = NamedTempFile::into_parts(book);
        xinheng_app::check::workbook(ctx, input(&upload), None, file)?;
        Ok(path)
    })
    .await
}
