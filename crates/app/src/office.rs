//! A running deployment: its database, its rulebook, its secret, its district.

use crate::{Actor, AppError, AppResult, Ctx};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use xinheng_rulebook::Rulebook;
use xinheng_store::{Db, Location};

/// Where a deployment lives.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Folder with `xinheng.db` (unless `database` is given) and the local `rulebook/`.
    pub data: Option<PathBuf>,
    /// PostgreSQL address.
    pub database: Option<String>,
}

impl Place {
    /// The database's place.
    ///
    /// # Errors
    /// Bad input where neither folder nor address is given.
    pub fn location(&self) -> AppResult<Location> {
        match (&self.database, &self.data) {
            (Some(url), _) => Ok(Location::Postgres(url.clone())),
            (None, Some(dir)) => Ok(Location::Sqlite(dir.join("xinheng.db"))),
            (None, None) => Err(AppError::BadInput(
                "没有指明数据放在哪里，请加上「--data 目录」（单机）或者「--database 地址」（PostgreSQL）。".to_owned(),
            )),
        }
    }

    /// The rulebook with the deployment's own files beside ours.
    ///
    /// # Errors
    /// [`AppError::Rulebook`], one problem a line.
    pub fn rulebook(&self) -> AppResult<Rulebook> {
        let local = self.data.as_deref().map(|d| d.join("rulebook"));
        let local: Option<&Path> = local.as_deref().filter(|p| p.is_dir());
        Rulebook::load(local).map_err(|e| AppError::Rulebook(e.to_string()))
    }
}

/// The district office as it presents itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct District {
    /// District, e.g. `信衡区`.
    pub name: String,
    /// Office, e.g. `信衡区社会信用体系建设办公室`.
    pub office: String,
    /// How to reach it, shown to the public.
    pub contact: String,
    /// Invented district: every page says so.
    pub demo: bool,
}

impl Default for District {
    fn default() -> Self {
        Self {
            name: "本区".to_owned(),
            office: "本区信用办".to_owned(),
            contact: "联系方式尚未设置，请运行「xinheng district set」。".to_owned(),
            demo: false,
        }
    }
}

/// A running deployment. Cheap to clone.
#[derive(Clone)]
pub struct Office(Arc<Inner>);

struct Inner {
    db: Db,
    rulebook: Rulebook,
    /// Keyed once; every id starts from a copy.
    mac: Hmac<Sha256>,
    district: District,
}

impl std::fmt::Debug for Office {
    // The secret stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Office").field("district", &self.0.district).finish_non_exhaustive()
    }
}

const DISTRICT: &str = "district";

impl Office {
    /// Opens a deployment whose database exists and is of this version.
    ///
    /// # Errors
    /// The database is missing, older, newer, locked; the rulebook does not load.
    pub fn open(place: &Place) -> AppResult<Self> {
        let rulebook = place.rulebook()?;
        let db = Db::open(&place.location()?)?;
        Self::with(db, rulebook)
    }

    /// Opens a deployment, making or upgrading its database first.
    ///
    /// # Errors
    /// As [`Office::open`].
    pub fn create(place: &Place) -> AppResult<Self> {
        if let (None, Some(dir)) = (&place.database, &place.data) {
            std::fs::create_dir_all(dir)
                .map_err(|source| AppError::File { path: dir.display().to_string(), source })?;
        }
        Db::migrate(&place.location()?)?;
        Self::open(place)
    }

    fn with(db: Db, rulebook: Rulebook) -> AppResult<Self> {
        let (secret, district) = db.read(|conn| {
            let secret = xinheng_store::deployment::secret(conn)?;
            let district = xinheng_store::deployment::setting(conn, DISTRICT)?;
            Ok::<_, AppError>((secret, district))
        })?;
        let district = match district {
            Some(text) => serde_json::from_str(&text)
                .map_err(|e| AppError::Fault(format!("设置「{DISTRICT}」不是有效的 JSON：{e}")))?,
            None => District::default(),
        };
        let mac = Hmac::<Sha256>::new_from_slice(&secret)
            .map_err(|e| AppError::Fault(format!("部署密钥不可用：{e}")))?;
        Ok(Self(Arc::new(Inner { db, rulebook, mac, district })))
    }

    /// A context for `actor` at `now`.
    #[must_use]
    pub fn ctx(&self, actor: Actor, now: Timestamp) -> Ctx<'_> {
        Ctx::new(self, actor, now)
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The rulebook in force.
    #[must_use]
    pub fn rulebook(&self) -> &Rulebook {
        &self.0.rulebook
    }

    /// The district.
    #[must_use]
    pub fn district(&self) -> &District {
        &self.0.district
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub fn ready(&self) -> AppResult<()> {
        self.db().read(|conn| {
            xinheng_store::deployment::setting(conn, DISTRICT)?;
            Ok(())
        })
    }

    /// Sixteen unguessable characters for parts of a natural key: the same key gives the same
    /// characters in this deployment, and nobody outside can compute them (I10).
    #[must_use]
    pub fn tail(&self, purpose: &str, parts: &[&str]) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let mut mac = self.0.mac.clone();
        mac.update(purpose.as_bytes());
        for part in parts {
            mac.update(&[0]);
            mac.update(part.as_bytes());
        }
        let digest = mac.finalize().into_bytes();
        // Five bits each of the first ten bytes: eighty bits.
        let bits = digest.iter().take(10).fold(0_u128, |acc, b| acc << 8 | u128::from(*b));
        (0..16)
            .rev()
            .filter_map(|i| ALPHABET.get(((bits >> (i * 5)) & 31) as usize))
            .map(|b| char::from(*b))
            .collect()
    }

    /// Writes how the district presents itself.
    ///
    /// # Errors
    /// Refused to anybody but the operator; faults of the store.
    pub fn set_district(ctx: &Ctx<'_>, district: &District) -> AppResult<()> {
        ctx.authorise(crate::Action::Manage)?;
        let text = serde_json::to_string(district).map_err(|e| AppError::Fault(e.to_string()))?;
        ctx.office().db().write(|tx| {
            xinheng_store::deployment::set(tx, DISTRICT, &text)?;
            Ok(((), ctx.audit("district.set", DISTRICT, serde_json::json!({"value": district}))))
        })
    }
}
