//! A running deployment: what lives once (database, threads, caches, secret, district), under the
//! rules of a moment (`rules.rs`).

use crate::{
    Actor, AppError, AppResult, Ctx, District, Place, district,
    person::PersonKey,
    rules::{LocalFiles, Rules, stamp_of_set},
    site,
    wording::Texts,
};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{Timestamp, civil::Date};
use sha2::Sha256;
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};
use xinheng_domain::likeness::Likeness;
use xinheng_rulebook::Rulebook;
use xinheng_store::{
    Db, Migrated, StoreError,
    audit::Sealer,
    rule_set::{self, RuleSet},
};

/// A running deployment under the rules of a moment. Cheap to clone.
#[derive(Clone)]
pub struct Deployment {
    living: Arc<Living>,
    rules: Arc<Rules>,
}

/// What lives once, whatever the rules.
struct Living {
    db: Db,
    sealer: Sealer,
    place: Place,
    /// State of the deployment's own files that was tried last, in use or refused.
    tried: Mutex<String>,
    /// How often a record was met whose item the rulebook does not know.
    unknown: AtomicU64,
    /// Other rules were adopted in this process.
    adopted: AtomicBool,
    /// Keyed once; every id starts from a copy.
    mac: Hmac<Sha256>,
    district: Arc<District>,
    logo: Option<Vec<u8>>,
}

impl std::fmt::Debug for Deployment {
    // The secret stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deployment")
            .field("district", &self.living.district)
            .finish_non_exhaustive()
    }
}

/// The entries wait for the next sealing, and `db verify` counts them.
fn not_sealed(error: &StoreError) {
    tracing::warn!(%error, "audit entries were not sealed");
}

impl Deployment {
    /// Opens a deployment whose database exists and is of this version.
    ///
    /// # Errors
    /// The database is missing, older, newer, locked; the rulebook does not load.
    pub fn open(place: &Place) -> AppResult<Self> {
        Self::open_by(place, Rules::of)
    }

    /// As [`Deployment::open`]; where the deployment's own rules do not load, under ours alone: so that
    /// others can be adopted in their place.
    ///
    /// # Errors
    /// As [`Deployment::open`], but for the deployment's own rules.
    pub fn open_to_mend(place: &Place) -> AppResult<Self> {
        Self::open_by(place, |files| {
            Rules::of(files).or_else(|_| Rules::of(LocalFiles::none()))
        })
    }

    fn open_by(
        place: &Place,
        rules: impl FnOnce(LocalFiles) -> AppResult<Rules>,
    ) -> AppResult<Self> {
        let db = Db::open(&place.location()?)?;
        let files = db.read(|conn| LocalFiles::in_force(place, conn))?;
        let stamp = files.stamp();
        let rules = Arc::new(rules(files)?);
        let (secret, district, logo) = db.read(|conn| {
            let secret = xinheng_store::deployment::get(conn)?.secret;
            let district = district::of(conn)?;
            let logo = district::logo(conn, &district)?;
            Ok::<_, AppError>((secret, Arc::new(district), logo))
        })?;
        // Where every page says that nothing is real, any day may be given.
        db.clock_counts(!district.demo);
        let mac = Hmac::<Sha256>::new_from_slice(&secret)
            .map_err(|e| AppError::Fault(format!("部署密钥不可用：{e}")))?;
        let living = Living {
            sealer: Sealer::new(db.clone(), not_sealed),
            db,
            place: place.clone(),
            tried: Mutex::new(stamp),
            unknown: AtomicU64::new(0),
            adopted: AtomicBool::new(false),
            mac,
            district,
            logo,
        };
        Ok(Self {
            living: Arc::new(living),
            rules,
        })
    }

    /// The deployment under the rules that hold now, where they are others than those tried last:
    /// what was adopted last, or what lies in its folder. What does not load is told once and
    /// changes nothing.
    ///
    /// # Errors
    /// The changed rulebook does not load; the database does not answer.
    pub fn reload(&self) -> AppResult<Option<Self>> {
        let tried = self.living.tried.lock();
        let mut tried = tried.unwrap_or_else(PoisonError::into_inner);
        let place = &self.living.place;
        let files = self.db().read(|conn| match rule_set::mark(conn)? {
            Some(number) if *tried == stamp_of_set(number) => Ok(None),
            _ => LocalFiles::in_force(place, conn).map(Some),
        })?;
        let Some(files) = files.filter(|files| files.stamp() != *tried) else {
            return Ok(None);
        };
        *tried = files.stamp();
        drop(tried);
        Ok(Some(Self {
            living: Arc::clone(&self.living),
            rules: Arc::new(Rules::of(files)?),
        }))
    }

    /// The deployment's own files that hold at a place, read without opening more of it.
    pub(crate) fn files_of(place: &Place) -> AppResult<LocalFiles> {
        let db = Db::open(&place.location()?)?;
        db.read(|conn| LocalFiles::in_force(place, conn))
    }

    /// What two people adopted last.
    pub(crate) fn adopted(&self) -> AppResult<Option<RuleSet>> {
        self.db().read(|conn| Ok(rule_set::in_force(conn)?))
    }

    /// Where it lives.
    pub(crate) fn place(&self) -> &Place {
        &self.living.place
    }

    /// Notes that other rules were adopted: they are taken up at once.
    pub(crate) fn rules_adopted(&self) {
        self.living.adopted.store(true, Ordering::Relaxed);
    }

    /// Whether other rules were adopted here since this was asked last.
    #[must_use]
    pub fn take_adopted(&self) -> bool {
        self.living.adopted.swap(false, Ordering::Relaxed)
    }

    /// Notes that something of an item was met which the rulebook does not know: its files may
    /// have come after these were read.
    pub fn meet_unknown_item(&self) {
        self.living.unknown.fetch_add(1, Ordering::Relaxed);
    }

    /// How often that was noted.
    #[must_use]
    pub fn unknown_items_met(&self) -> u64 {
        self.living.unknown.load(Ordering::Relaxed)
    }

    /// Opens a deployment, making or upgrading its database first.
    ///
    /// # Errors
    /// As [`Deployment::open`].
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

    /// A context for `actor` at `now`.
    #[must_use]
    pub fn ctx(&self, actor: Actor, now: Timestamp) -> Ctx<'_> {
        Ctx::new(self, actor, now)
    }

    /// The database: for the ways to it alone (`kernel.rs`).
    pub(crate) fn db(&self) -> &Db {
        &self.living.db
    }

    /// The thread that chains audit entries.
    pub(crate) fn sealer(&self) -> &Sealer {
        &self.living.sealer
    }

    /// Which rules are in use, in Chinese: for the log.
    #[must_use]
    pub fn rules_label(&self) -> String {
        self.rulebook().label()
    }

    /// Title of a finding's code, in Chinese; the code itself where there is none.
    #[must_use]
    pub fn finding_title(&self, code: &str) -> String {
        let message = self.rulebook().message(code);
        message.map_or_else(|| code.to_owned(), |m| m.title.clone())
    }

    /// Whether both work by the same rules.
    #[must_use]
    pub fn same_rules(&self, other: &Self) -> bool {
        self.rulebook().digest() == other.rulebook().digest()
    }

    /// The rulebook in force.
    #[must_use]
    pub fn rulebook(&self) -> &Rulebook {
        &self.rules.rulebook
    }

    /// A number of the rulebook on a day, of those that the program cannot work without.
    ///
    /// # Errors
    /// None is in force.
    pub(crate) fn number(&self, parameter: &str, day: Date) -> AppResult<u32> {
        let value = self.rulebook().parameter(parameter, day);
        value.and_then(|value| value.number()).ok_or_else(|| {
            AppError::Rulebook(format!(
                "规则库没有 {day} 有效的“{parameter}”，不能办理。请在规则库中补上这一天的数值。"
            ))
        })
    }

    /// The rulebook's files as one JSON text.
    #[must_use]
    pub(crate) fn rulebook_text(&self) -> &str {
        &self.rules.text
    }

    /// The key for rows of natural persons, where one is configured.
    ///
    /// # Errors
    /// Bad input: the key file named is missing, open to others, or no key file.
    pub fn person_key(&self) -> AppResult<Option<PersonKey>> {
        let place = &self.living.place;
        let own = place.data.as_ref().map(|dir| dir.join("person.key"));
        let path = match &place.person_key {
            Some(path) => Some(path.clone()),
            None => own.filter(|path| path.exists()),
        };
        path.as_deref().map(PersonKey::read).transpose()
    }

    /// Where the key for prepared files lies: in the data folder, or beside the key for rows of
    /// natural persons; none where there is neither.
    pub(crate) fn staged_key_path(&self) -> Option<std::path::PathBuf> {
        let place = &self.living.place;
        let beside = place.person_key.as_ref().and_then(|path| path.parent());
        let folder = place.data.as_deref().or(beside);
        folder.map(|folder| folder.join("staged.key"))
    }

    /// Words that tell a business's name from a person's.
    #[must_use]
    pub(crate) fn trade_words(&self) -> &[String] {
        &self.rules.trade_words
    }

    /// How near names are to what was typed.
    #[must_use]
    pub(crate) fn likeness(&self) -> &Likeness {
        &self.rules.likeness
    }

    /// Figures over many records, kept for moments.
    pub(crate) fn cache(&self) -> &site::Cache {
        &self.rules.cache
    }

    /// What was found in texts and said of them, kept while it holds.
    pub(crate) fn texts(&self) -> &Texts {
        &self.rules.texts
    }

    /// How many texts the finder has read so far: equal ones are read once.
    #[must_use]
    pub fn texts_read(&self) -> u64 {
        self.texts().read()
    }

    /// The district.
    #[must_use]
    pub fn district(&self) -> &District {
        &self.living.district
    }

    /// The same, for who keeps it.
    #[must_use]
    pub fn district_shared(&self) -> Arc<District> {
        Arc::clone(&self.living.district)
    }

    /// The bytes of the portal's logo, where it has one.
    #[must_use]
    pub fn logo(&self) -> Option<&[u8]> {
        self.living.logo.as_deref()
    }

    /// Whether the database is there and answers.
    ///
    /// # Errors
    /// It does not.
    pub fn ready(&self) -> AppResult<()> {
        Ok(self.db().ping()?)
    }

    /// Sixteen unguessable characters for parts of a natural key: the same key gives the same
    /// characters in this deployment, and nobody outside can compute them (I10).
    #[must_use]
    pub fn tail(&self, purpose: &str, parts: &[&str]) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let mut mac = self.living.mac.clone();
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
}
