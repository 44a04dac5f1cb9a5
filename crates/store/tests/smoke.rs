#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]
use xinheng_store::*;
#[test]
fn opens() {
    let dir = tempfile::tempdir().unwrap();
    let location = Location::in_folder(dir.path());
    let at = "2026-01-05T00:00:00Z".parse().unwrap();
    Db::migrate(&location, at).unwrap();
    let db = Db::open(&location).unwrap();
    let d: Result<_> = db.read(|conn| deployment::get(conn));
    println!("{:?}", d.unwrap());
    let r: Result<_> = db.write(|tx| {
        deployment::set(tx, "a", "b")?;
        Ok((
            (),
            AuditEntry::new(at, "x", "setting.set", serde_json::json!({})),
        ))
    });
    r.unwrap();
    println!("{:?}", audit::seal(&db, at));
    println!("{:?}", ops::verify(&db));
}
