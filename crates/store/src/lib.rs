//! SQL, migrations and transactions: the only crate that knows a database.
