//! PostgreSQL: connecting, prepared statements, error codes.

use super::Value;
use crate::{db::Options, error::StoreError};
use postgres::{Client, NoTls, Statement, error::SqlState, types::ToSql};
use std::collections::HashMap;
use xinheng_domain::system;

/// Statements kept prepared per client; list filters make a bounded number of texts.
const STATEMENTS: usize = 512;

/// A client with its prepared statements.
pub(super) struct PgClient {
    pub(super) client: Client,
    statements: HashMap<String, Statement>,
}

impl PgClient {
    pub(super) fn open(address: &str, options: &Options) -> Result<Self, StoreError> {
        let mut config: postgres::Config = address
            .parse()
            .map_err(|e: postgres::Error| StoreError::Unreachable(format!("地址有误：{e}")))?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(options.patience);
        }
        let mut client = config.connect(NoTls).map_err(|e| match translate(&e) {
            StoreError::Other(text) => StoreError::Unreachable(text),
            told => told,
        })?;
        // Plans are made for the values at hand: how common a term is decides the way.
        let settings = format!(
            "SET statement_timeout = '60s'; SET lock_timeout = {}; \
             SET idle_in_transaction_session_timeout = '60s'; SET timezone = 'UTC'; \
             SET plan_cache_mode = force_custom_plan; SET client_min_messages = warning;",
            options.patience.as_millis().max(1)
        );
        client.batch_execute(&settings).map_err(|e| translate(&e))?;
        Ok(Self {
            client,
            statements: HashMap::new(),
        })
    }

    pub(super) fn prepare(&mut self, sql: &str) -> Result<Statement, postgres::Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

/// The driver wants references to trait objects.
pub(super) fn references<'a>(values: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

pub(super) fn translate(error: &postgres::Error) -> StoreError {
    let Some(db) = error.as_db_error() else {
        let text = chain(error);
        return if error.is_closed() || is_io(error) {
            StoreError::Unreachable(text)
        } else {
            StoreError::Other(text)
        };
    };
    let text = format!("{}（{}）", db.message(), db.code().code());
    match db.code() {
        &SqlState::UNIQUE_VIOLATION
        | &SqlState::T_R_SERIALIZATION_FAILURE
        | &SqlState::T_R_DEADLOCK_DETECTED => StoreError::Conflict(text),
        &SqlState::LOCK_NOT_AVAILABLE
        | &SqlState::QUERY_CANCELED
        | &SqlState::TOO_MANY_CONNECTIONS => StoreError::Busy(text),
        &SqlState::DISK_FULL => StoreError::Full(text),
        &SqlState::INVALID_CATALOG_NAME => StoreError::Missing(text),
        &SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED => StoreError::Corrupt(text),
        code if matches!(code.code().get(..2), Some("08" | "28" | "57")) => {
            StoreError::Unreachable(text)
        }
        _ => StoreError::Other(text),
    }
}

fn is_io(error: &postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(|s| s.is::<std::io::Error>())
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let said = error
            .downcast_ref::<std::io::Error>()
            .map_or_else(|| error.to_string(), system::told);
        text = format!("{text}：{said}");
        source = error.source();
    }
    text
}
