//! A deployment copied: who may, what the audit says, what a use case finds in the copy.

use crate::support::*;
use xinheng_app::{AppError, Deployment, copy, noon};

#[test]
fn a_copy_is_the_deployment() {
    let desk = Desk::new();
    desk.land(&[penalty(1, 1), penalty(1, 2).fine()], TODAY);
    let (now, to) = (noon(TODAY).unwrap(), place(&desk.dir.path().join("there")));
    let here = desk.operator(TODAY);
    let done = copy::copy(here.deployment(), operator("甲"), now, &to, &mut |_| ()).unwrap();
    assert!(
        done.equal && !done.already && done.written_since == 0,
        "{done:#?}"
    );
    let entries = desk.audited("database.copy");
    assert_eq!(
        entries.len(),
        1,
        "the copy itself is in the audit, and so in both"
    );
    let there = Deployment::open(&to).unwrap();
    let ctx = there.ctx(operator("甲"), now);
    let verified = xinheng_app::ops::verify(&ctx).unwrap();
    assert!(verified.sound, "{verified:#?}");
    assert_eq!(verified.audit_head, done.audit_head);
    let code = org(1);
    let dossier = |ctx| xinheng_app::site::dossier(ctx, &code, None, None).unwrap();
    assert_eq!(
        serde_json::to_value(dossier(&ctx)).unwrap(),
        serde_json::to_value(dossier(&here)).unwrap()
    );
    // Again: nothing more, on either side.
    let again = copy::copy(here.deployment(), operator("甲"), now, &to, &mut |_| ()).unwrap();
    assert!(again.already && again.equal);
    assert_eq!(desk.audited("database.copy").len(), 1);
}

#[test]
fn only_the_office_copies_and_only_elsewhere() {
    let desk = Desk::new();
    let (now, to) = (noon(TODAY).unwrap(), place(&desk.dir.path().join("there")));
    let office = desk.operator(TODAY).deployment().clone();
    for actor in outsiders() {
        forbidden(copy::copy(&office, actor, now, &to, &mut |_| ()));
    }
    assert!(to.data.as_ref().is_some_and(|dir| !dir.exists()));
    let here = place(desk.dir.path());
    bad_input(copy::copy(&office, operator("甲"), now, &here, &mut |_| ()));
    let nowhere = copy::place_of("postgres://nobody:geheim@127.0.0.1:1/none");
    let fault = copy::copy(&office, operator("甲"), now, &nowhere, &mut |_| ()).unwrap_err();
    assert!(
        matches!(fault, AppError::Store(_)) && !fault.to_string().contains("geheim"),
        "{fault}"
    );
    assert!(desk.audited("database.copy").is_empty());
}
