//! Prepared files are sealed as long as they are kept: they hold what nobody has checked yet, persons
//! among it. The key lies in a file of its own, never in the database.

use super::Said;
use crate::{AppError, AppResult, Ctx, person::PersonKey};
use sha2::{Digest as _, Sha256};
use xinheng_domain::hex::{hex, unhex};
use xinheng_exchange::patch::Patches;
use xinheng_store::hand_in::{HandIn, HandInEdit};

const WHAT: &str = "待报送文件";

/// The key for prepared files, and for those made for the platform above.
pub(crate) struct StagedKey(PersonKey);

impl StagedKey {
    /// The key of this deployment, made where there is none yet.
    ///
    /// # Errors
    /// There is no place for it; it cannot be read or written.
    pub(crate) fn made(ctx: &Ctx<'_>) -> AppResult<Self> {
        let path = ctx.deployment().staged_key_path().ok_or_else(|| {
            AppError::BadInput(
                "本部署没有存放密钥的目录，不能接收准备报送的文件。请管理员启动时用“--data 目录”指明数据目录，或者用“--person-key 文件”指明密钥文件：待报送文件的密钥 staged.key 放在同一目录。"
                    .to_owned(),
            )
        })?;
        if !path.exists() {
            let made = PersonKey::create_for(&path, WHAT);
            // Another one was as quick: its key is read.
            if !path.exists() {
                made?;
            }
        }
        PersonKey::read_for(&path, WHAT).map(Self)
    }

    /// The key with which something was sealed.
    ///
    /// # Errors
    /// It is not where it should be.
    pub(crate) fn there(ctx: &Ctx<'_>) -> AppResult<Self> {
        let path = ctx.deployment().staged_key_path();
        let path = path.ok_or_else(cannot_open)?;
        PersonKey::read_for(&path, WHAT).map(Self)
    }

    /// Seals a file for its place.
    pub(crate) fn seal(&self, place: &str, bytes: &[u8]) -> AppResult<Vec<u8>> {
        self.0.seal_bytes(place, bytes)
    }

    /// Opens it: what does not have the hash of the file that was sealed there does not open.
    pub(crate) fn open(&self, place: &str, sealed: &[u8], hash: &str) -> AppResult<Vec<u8>> {
        let bytes = self.0.open_bytes(place, sealed);
        bytes
            .filter(|bytes| hex(&Sha256::digest(bytes)) == hash)
            .ok_or_else(cannot_open)
    }

    /// Opens a prepared file.
    pub(super) fn file(&self, file: &HandIn, sealed: &[u8]) -> AppResult<Vec<u8>> {
        self.open(&place_of(&file.id), sealed, &file.file_hash)
    }

    /// Seals what a check said.
    pub(super) fn seal_said(&self, id: &str, said: &Said) -> AppResult<Vec<u8>> {
        let text = serde_json::to_vec(said).map_err(|e| AppError::Fault(e.to_string()))?;
        self.0.seal_bytes(&format!("findings:{id}"), &text)
    }

    /// Opens it.
    pub(super) fn said(&self, file: &HandIn, sealed: &[u8]) -> AppResult<Said> {
        let place = format!("findings:{}", file.id);
        let text = self.0.open_bytes(&place, sealed).ok_or_else(cannot_open)?;
        serde_json::from_slice(&text).map_err(|e| AppError::Fault(e.to_string()))
    }

    /// Seals a corrected cell.
    pub(super) fn seal_cell(
        &self,
        id: &str,
        (row, column): (u64, u32),
        value: &str,
    ) -> AppResult<String> {
        self.0.seal(&cell(id, (row, column)), value)
    }

    /// Opens what was corrected.
    pub(super) fn patches(&self, edits: &[HandInEdit]) -> AppResult<Patches> {
        let mut patches = Patches::default();
        for edit in edits {
            let at = (edit.sheet_row, edit.column);
            let sealed = unhex(&edit.value).ok_or_else(cannot_open)?;
            let value = self.0.open_bytes(&cell(&edit.hand_in_id, at), &sealed);
            let value = value.and_then(|bytes| String::from_utf8(bytes).ok());
            patches.set(at, &value.ok_or_else(cannot_open)?);
        }
        Ok(patches)
    }
}

/// The place of a prepared file.
pub(super) fn place_of(id: &str) -> String {
    format!("file:{id}")
}

fn cell(id: &str, (row, column): (u64, u32)) -> String {
    format!("cell:{id}:{row}:{column}")
}

fn cannot_open() -> AppError {
    AppError::BadInput(
        "这份文件打不开：不是用现在的密钥加密的，或者内容被改动过。请重新上传或者生成，并请管理员核对 staged.key。"
            .to_owned(),
    )
}
