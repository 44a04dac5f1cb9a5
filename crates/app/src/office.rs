//! A running deployment: its database, its rulebook, its secret, its district.

use crate::{Act, Actor, AppError, AppResult, Ctx, Scope, person::PersonKey};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use xinheng_domain::likeness::Likeness;
use xinheng_rulebook::{LoadError, Problem, Rulebook, files};
use xinheng_store::{Conn, Db, Location, Migrated, StoreError, audit::Sealer};

/// Where a deployment lives.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Folder with `xinheng.db` (unless `database` is given) and the local `rulebook/`.
    pub data: Option<PathBuf>,
    /// PostgreSQL address.
    pub database: Option<String>,
    /// Key file for rows of natural persons; `person.key` of the folder where absent.
    pub person_key: Option<PathBuf>,
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
        let local = self.local_rulebook();
        Rulebook::load(local.as_deref()).map_err(|e| AppError::Rulebook(e.to_string()))
    }

    /// The folder of the deployment's own rules, where there is one.
    #[must_use]
    pub fn local_rulebook(&self) -> Option<PathBuf> {
        self.data
            .as_deref()
            .map(|d| d.join("rulebook"))
            .filter(|p| p.is_dir())
    }

    /// The deployment's own files as they are now.
    fn local_files(&self) -> LocalFiles {
        let mut problems = Vec::new();
        let files = self
            .local_rulebook()
            .map(|local| files::local(&local, &mut problems))
            .unwrap_or_default();
        LocalFiles { files, problems }
    }
}

/// What lies in the folder of the deployment's own rules.
struct LocalFiles {
    files: Vec<files::RawFile>,
    problems: Vec<Problem>,
}

impl LocalFiles {
    /// Tells one state of the folder from another.
    fn stamp(&self) -> String {
        let problems: Vec<String> = self.problems.iter().map(ToString::to_string).collect();
        format!("{}{}", files::digest(&self.files), problems.join("\n"))
    }

    /// The rulebook and its files as one JSON text, path by path: what is kept for good.
    fn rulebook(self) -> AppResult<(Rulebook, String)> {
        let Self {
            files: local,
            problems,
        } = self;
        if !problems.is_empty() {
            return Err(AppError::Rulebook(LoadError { problems }.to_string()));
        }
        let mut all = files::embedded();
        all.extend(local);
        let book = Rulebook::from_files(&all).map_err(|e| AppError::Rulebook(e.to_string()))?;
        let by_path: BTreeMap<String, &str> =
            all.iter().map(|f| (f.shown(), f.text.as_str())).collect();
        let text = serde_json::to_string(&by_path).map_err(|e| AppError::Fault(e.to_string()))?;
        Ok((book, text))
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
    /// Lives as long as any of the deployments on this database.
    sealer: Arc<Sealer>,
    place: Place,
    /// The deployment's own files that were tried last, in use or refused.
    tried: Mutex<String>,
    /// How often a record was met whose item the rulebook does not know.
    unknown: AtomicU64,
    rulebook: Rulebook,
    rulebook_text: String,
    trade_words: Vec<String>,
    likeness: Likeness,
    cache: crate::site::Cache,
    texts: crate::wording::Texts,
    /// Keyed once; every id starts from a copy.
    mac: Hmac<Sha256>,
    district: District,
}

impl std::fmt::Debug for Office {
    // The secret stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Office")
            .field("district", &self.0.district)
            .finish_non_exhaustive()
    }
}

const DISTRICT: &str = "district";

/// The entries wait for the next sealing, and `db verify` counts them.
fn not_sealed(error: &StoreError) {
    tracing::warn!(%error, "audit entries were not sealed");
}

/// How the deployment of a database presents itself.
pub(crate) fn district(conn: &mut Conn) -> AppResult<District> {
    match xinheng_store::deployment::setting(conn, DISTRICT)? {
        Some(text) => serde_json::from_str(&text)
            .map_err(|e| AppError::Fault(format!("设置「{DISTRICT}」不是有效的 JSON：{e}"))),
        None => Ok(District::default()),
    }
}

impl Office {
    /// Opens a deployment whose database exists and is of this version.
    ///
    /// # Errors
    /// The database is missing, older, newer, locked; the rulebook does not load.
    pub fn open(place: &Place) -> AppResult<Self> {
        let files = place.local_files();
        let stamp = files.stamp();
        let loaded = files.rulebook()?;
        let db = Db::open(&place.location()?)?;
        let sealer = Arc::new(Sealer::new(db.clone(), not_sealed));
        Self::with((db, sealer), place.clone(), loaded, stamp)
    }

    /// The deployment with the rules that lie in its folder now, on the same database, where they
    /// are others than those tried last. What does not load is told once and changes nothing.
    ///
    /// # Errors
    /// The changed rulebook does not load; faults of the store.
    pub fn reload(&self) -> AppResult<Option<Self>> {
        let files = self.0.place.local_files();
        let stamp = files.stamp();
        {
            let mut tried = self.0.tried.lock().unwrap_or_else(PoisonError::into_inner);
            if *tried == stamp {
                return Ok(None);
            }
            tried.clone_from(&stamp);
        }
        let loaded = files.rulebook()?;
        let place = self.0.place.clone();
        let shared = (self.0.db.clone(), Arc::clone(&self.0.sealer));
        Self::with(shared, place, loaded, stamp).map(Some)
    }

    /// Notes that something of an item was met which the rulebook does not know: its files may
    /// have come after these were read.
    pub fn meet_unknown_item(&self) {
        self.0.unknown.fetch_add(1, Ordering::Relaxed);
    }

    /// How often that was noted.
    #[must_use]
    pub fn unknown_items_met(&self) -> u64 {
        self.0.unknown.load(Ordering::Relaxed)
    }

    /// Opens a deployment, making or upgrading its database first.
    ///
    /// # Errors
    /// As [`Office::open`].
    pub fn create(place: &Place, at: Timestamp) -> AppResult<Self> {
        Self::migrate(place, at)?;
        Self::open(place)
    }

    /// Makes the database where there is none, or upgrades it to this program's version.
    ///
    /// # Errors
    /// The folder cannot be made; the database is newer, locked, out of reach.
    pub fn migrate(place: &Place, at: Timestamp) -> AppResult<Migrated> {
        if let (None, Some(dir)) = (&place.database, &place.data) {
            std::fs::create_dir_all(dir).map_err(|source| AppError::File {
                path: dir.display().to_string(),
                source,
            })?;
        }
        Ok(Db::migrate(&place.location()?, at)?)
    }

    fn with(
        (db, sealer): (Db, Arc<Sealer>),
        place: Place,
        (rulebook, rulebook_text): (Rulebook, String),
        stamp: String,
    ) -> AppResult<Self> {
        let (secret, district) = db.read(|conn| {
            let secret = xinheng_store::deployment::get(conn)?.secret;
            Ok::<_, AppError>((secret, district(conn)?))
        })?;
        // Where every page says that nothing is real, any day may be given.
        db.clock_counts(!district.demo);
        let mac = Hmac::<Sha256>::new_from_slice(&secret)
            .map_err(|e| AppError::Fault(format!("部署密钥不可用：{e}")))?;
        let trade_words = rulebook
            .trade_words()
            .iter()
            .map(|w| (*w).to_owned())
            .collect();
        let likeness = rulebook.likeness();
        let cache = crate::site::Cache::default();
        Ok(Self(Arc::new(Inner {
            db,
            sealer,
            place,
            tried: Mutex::new(stamp),
            unknown: AtomicU64::new(0),
            rulebook,
            rulebook_text,
            trade_words,
            likeness,
            cache,
            texts: crate::wording::Texts::default(),
            mac,
            district,
        })))
    }

    /// A context for `actor` at `now`.
    #[must_use]
    pub fn ctx(&self, actor: Actor, now: Timestamp) -> Ctx<'_> {
        Ctx::new(self, actor, now)
    }

    /// The database: for the ways to it alone (`kernel.rs`).
    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    /// The thread that chains audit entries.
    pub(crate) fn sealer(&self) -> &Sealer {
        &self.0.sealer
    }

    /// The rulebook in force.
    #[must_use]
    pub fn rulebook(&self) -> &Rulebook {
        &self.0.rulebook
    }

    /// The rulebook's files as one JSON text.
    #[must_use]
    pub(crate) fn rulebook_text(&self) -> &str {
        &self.0.rulebook_text
    }

    /// The key for rows of natural persons, where one is configured.
    ///
    /// # Errors
    /// Bad input: the key file named is missing, open to others, or no key file.
    pub fn person_key(&self) -> AppResult<Option<PersonKey>> {
        let place = &self.0.place;
        let own = place.data.as_ref().map(|dir| dir.join("person.key"));
        let path = match &place.person_key {
            Some(path) => Some(path.clone()),
            None => own.filter(|path| path.exists()),
        };
        path.as_deref().map(PersonKey::read).transpose()
    }

    /// Words that tell a business's name from a person's.
    #[must_use]
    pub(crate) fn trade_words(&self) -> &[String] {
        &self.0.trade_words
    }

    /// How near names are to what was typed.
    #[must_use]
    pub(crate) fn likeness(&self) -> &Likeness {
        &self.0.likeness
    }

    /// Figures over many records, kept for moments.
    pub(crate) fn cache(&self) -> &crate::site::Cache {
        &self.0.cache
    }

    /// What was found in texts and said of them, kept while it holds.
    pub(crate) fn texts(&self) -> &crate::wording::Texts {
        &self.0.texts
    }

    /// How many texts the finder has read so far: equal ones are read once.
    #[must_use]
    pub fn texts_read(&self) -> u64 {
        self.texts().read()
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
        let bits = digest
            .iter()
            .take(10)
            .fold(0_u128, |acc, b| acc << 8 | u128::from(*b));
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
        let text = serde_json::to_string(district).map_err(|e| AppError::Fault(e.to_string()))?;
        ctx.change(Act::DistrictSet, |load| {
            let mut tx = load.permit(Scope::District)?;
            xinheng_store::deployment::set(&mut tx, DISTRICT, &text)?;
            Ok(tx.done((), serde_json::json!({"value": district})))
        })
    }
}
