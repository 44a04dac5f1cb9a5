//! Use cases: authorise, load, decide, write with its audit entry in one transaction.
//!
//! Folder or file = noun, function = verb. The page, the API and the command call the same one.

pub mod account;
pub mod agent;
pub mod audit;
pub mod auditor;
pub mod case;
pub mod check;
pub mod copy;
mod ctx;
pub mod department;
mod deployment;
pub mod desk;
mod district;
mod error;
pub mod forward;
pub mod handin;
pub mod intake;
mod kernel;
pub mod law;
pub mod ops;
pub mod person;
mod place;
mod present;
pub mod proof;
pub mod publicity;
pub mod record;
pub mod register;
pub mod roster;
pub mod rule_set;
mod rules;
pub mod sealed;
pub mod site;
pub mod space;
pub mod template;
pub mod view;
pub mod watch;
pub mod wording;

pub use ctx::{Actor, Ctx, noon};
pub use deployment::Deployment;
pub use district::{District, Imprint, Link, Logo, Portal, SitePath, web_address, words};
pub use error::{AppError, AppResult};
pub use kernel::{Done, Scope, take_allowed};
pub use place::Place;
pub use xinheng_domain::calendar::civil_day;
pub use xinheng_domain::{
    act::{Act, Way},
    refusal::{Refusal, RefusalCode},
};
pub use xinheng_rulebook as rulebook;

/// For tests: what lies behind the use cases.
#[cfg(debug_assertions)]
#[doc(hidden)]
pub mod testing {
    /// The rules in the binary on a day.
    ///
    /// # Panics
    /// They do not load.
    #[must_use]
    #[allow(clippy::panic, reason = "for tests alone")]
    pub fn law(today: jiff::civil::Date) -> crate::law::Law<'static> {
        static SHIPPED: std::sync::LazyLock<xinheng_rulebook::Rulebook> =
            std::sync::LazyLock::new(|| match xinheng_rulebook::Rulebook::load(None) {
                Ok(rulebook) => rulebook,
                Err(error) => unreachable!("the rules in the binary load: {error}"),
            });
        crate::law::Law::new(&SHIPPED, today)
    }

    /// The database of a deployment.
    #[must_use]
    pub fn db(deployment: &crate::Deployment) -> &xinheng_store::Db {
        deployment.db()
    }
}
