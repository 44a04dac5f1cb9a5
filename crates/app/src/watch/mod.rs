//! A folder that departments drop files into: `DIR/department code/…`.
//!
//! It is looked at again and again, since what tells of changes does not work on network shares.
//! A file is taken when neither its size nor its time has changed for a while; what is handed in
//! is a private copy of it, so that it is one state of the file. Every judged file gets a receipt;
//! those taken are moved with it into a folder beside them. Nothing is ever deleted or replaced
//! but our own receipts.

mod folder;
mod readers;
mod receipt;

pub use folder::{DONE, Watch, WatchLook};

use crate::{
    Act, AppError, AppResult, Ctx, Scope, department,
    intake::{self, Input, Landing, Outcome, Progress},
};
use folder::{Stamp, Waiting};
use receipt::Receipt;
use std::path::{Path, PathBuf};
use xinheng_domain::{batch::Counters, system};
use xinheng_store::StoreError;

/// A file that is ready to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyFile {
    path: PathBuf,
    place: FilePlace,
    stamp: Stamp,
}

/// Where a file was found.
#[derive(Debug, Clone, PartialEq, Eq)]
enum FilePlace {
    /// Below the folder of this department.
    Department(String),
    /// Beside the departments' folders.
    Outside,
    /// Something that is no file to be read: a link, a pipe, a device.
    NoFile,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Taken {
    /// It was handed in, and moved with its receipt to this place.
    Done {
        /// Path of the file now.
        moved_to: PathBuf,
        /// What became of it.
        landing: Landing,
        /// What became of its rows.
        counters: Counters,
    },
    /// It was handed in, and could not be moved: file and receipt are where it was.
    NotMoved {
        /// What became of it.
        landing: Landing,
        /// What became of its rows.
        counters: Counters,
        /// Why it stays (Chinese).
        why: String,
    },
    /// It cannot be handed in as it lies there: the receipt beside it says why.
    Stays(String),
    /// Not now: it is tried again at the next look.
    Later(String),
    /// It changed or vanished while it was taken: it is looked at anew.
    Changed,
}

impl ReadyFile {
    /// The path below the watched folder, as it may be shown.
    #[must_use]
    pub fn shown(&self, watch: &Watch) -> String {
        let path = self.path.strip_prefix(watch.root()).unwrap_or(&self.path);
        shown(&path.to_string_lossy())
    }

    fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        shown(&name.to_string_lossy())
    }
}

/// A name without what steers a terminal, parts a line or turns its order.
fn shown(name: &str) -> String {
    let odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    name.replace(odd, "\u{fffd}")
}

impl Watch {
    /// Hands in one file that is ready, as its department's.
    ///
    /// # Errors
    /// Forbidden. Whatever else goes wrong with a file is what became of it, so that one file does
    /// not stop the others.
    pub fn take(
        &mut self,
        ctx: &Ctx<'_>,
        file: &ReadyFile,
        progress: &mut dyn FnMut(Progress),
    ) -> AppResult<Taken> {
        ctx.allow_in(Act::BatchStage, Scope::District)?;
        let code = match &file.place {
            FilePlace::Department(code) => code,
            FilePlace::Outside => {
                return Ok(self.stays(ctx, file, Waiting::Judged,
                    "文件没有放在部门的文件夹里，不知道由哪个部门报送，没有导入。请移到以部门编号命名的文件夹里（没有的请新建），编号见“xinheng department list”。"));
            }
            FilePlace::NoFile => {
                return Ok(self.stays(
                    ctx,
                    file,
                    Waiting::Judged,
                    "这是链接、管道或者设备，不是普通文件，没有读取。请放入文件本身。",
                ));
            }
        };
        let department = match department::require(ctx, code) {
            Ok(department) => department,
            Err(AppError::NotFound(_)) => {
                let said = format!(
                    "文件夹“{}”不是部门编号，不知道由哪个部门报送，没有导入。请用“xinheng department list”查看编号，把文件移到正确的文件夹里；部门名单补上这个编号以后，文件会自动导入。",
                    shown(code)
                );
                return Ok(self.stays(ctx, file, Waiting::Department(code.clone()), &said));
            }
            Err(error) => return Ok(Taken::Later(error.to_string())),
        };
        let copy = match folder::copy(&file.path, &file.stamp) {
            Ok(Some(copy)) => copy,
            Ok(None) => return Ok(Taken::Changed),
            Err(folder::CopyFault::Here(error)) => {
                return Ok(Taken::Later(format!(
                    "不能建立临时文件：{}",
                    system::told(&error)
                )));
            }
            Err(folder::CopyFault::There(error)) => {
                let said = format!(
                    "文件不能读取：{}。请检查文件的权限，或者重新放入。",
                    system::told(&error)
                );
                return Ok(self.stays(ctx, file, Waiting::Judged, &said));
            }
        };
        let name = file.name();
        let input = Input {
            path: copy.path(),
            file_name: &name,
            sheet: None,
            department: &department.code,
            dry_run: false,
        };
        match intake::import(ctx, input, progress) {
            Ok(outcome) => {
                // Without a receipt it stays: handed in again, it changes nothing and gets one.
                Ok(match Receipt::of(ctx, input, &department, &outcome) {
                    Ok(receipt) => self.put_away(file, &receipt, outcome),
                    Err(error) => Taken::Later(error.to_string()),
                })
            }
            Err(error) if again(&error) => Ok(Taken::Later(error.to_string())),
            Err(error) => Ok(self.stays(ctx, file, Waiting::Judged, &error.to_string())),
        }
    }

    /// Moves a file with its receipt among those done.
    fn put_away(&mut self, file: &ReadyFile, receipt: &Receipt, outcome: Outcome) -> Taken {
        let Outcome {
            landing, counters, ..
        } = outcome;
        let moved = self.done_folder(&file.path).and_then(|folder| {
            let to = folder::free_place(&folder, &file.path);
            receipt.write(&to, &file.path)?;
            std::fs::rename(&file.path, &to)?;
            Ok(to)
        });
        match moved {
            Ok(moved_to) => {
                receipt::withdraw(&file.path);
                self.forget(&file.path);
                Taken::Done {
                    moved_to,
                    landing,
                    counters,
                }
            }
            Err(error) => {
                let mut why = format!("文件不能移到“{DONE}”：{}", system::told(&error));
                if let Err(error) = receipt.write_words(&file.path) {
                    why.push_str(&format!("；回执也不能写入：{}", system::told(&error)));
                }
                self.wait(file, Waiting::Judged);
                Taken::NotMoved {
                    landing,
                    counters,
                    why,
                }
            }
        }
    }

    /// Leaves a file where it is, with a receipt beside it that says why.
    fn stays(&mut self, ctx: &Ctx<'_>, file: &ReadyFile, waiting: Waiting, said: &str) -> Taken {
        let mut said = said.to_owned();
        let receipt = Receipt::refusal(ctx, &file.name(), &said);
        if let Err(error) = receipt.write(&file.path, &file.path) {
            said.push_str(&format!("（回执不能写入：{}）", system::told(&error)));
        }
        self.wait(file, waiting);
        Taken::Stays(said)
    }
}

/// Whether the same file may well go in at another time: nothing is wrong with it.
fn again(error: &AppError) -> bool {
    match error {
        AppError::Busy { .. } | AppError::Rulebook(_) | AppError::Fault(_) => true,
        AppError::Store(error) => !matches!(error, StoreError::Unsupported(_)),
        AppError::File { .. } => true,
        _ => false,
    }
}

/// The name of something in a folder, as text.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_steer() {
        assert_eq!(
            shown("处\n罚\u{1b}[2J\u{202e}.csv"),
            "处\u{fffd}罚\u{fffd}[2J\u{fffd}.csv"
        );
        assert_eq!(name_of(Path::new("a/处罚.csv")), "处罚.csv");
    }
}
