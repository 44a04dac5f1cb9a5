//! The ways to the database: what they refuse, and what they leave.

use crate::support::*;
use serde_json::json;
use xinheng_app::{Act, AppError, Scope};

#[test]
fn a_closure_is_not_run_for_whoever_does_not_hold_the_act() {
    let desk = Desk::new();
    let before = desk.audit().len();
    let public = desk.public(TODAY);
    let done: Result<(), _> = public.change(Act::RecordEnd, |_| panic!("it was run"));
    forbidden(done);
    let seen: Result<(), _> = public.look(Act::RecordLook, "核查", |_| panic!("it was run"));
    forbidden(seen);
    let loaded: Result<(), _> = public.load(Act::ForwardMake, |_| panic!("it was run"));
    forbidden(loaded);
    assert!(matches!(
        public.whole(Act::DatabaseVerify),
        Err(AppError::Forbidden(_))
    ));
    assert_eq!(desk.audit().len(), before);
}

#[test]
fn a_scope_is_judged_in_the_transaction() {
    let desk = Desk::new();
    let clerk = desk.ctx(clerk(D1), TODAY);
    let permit = |scope| {
        clerk.rehearse(Act::BatchAbandon, |load| {
            Ok(load.permit(scope)?.nothing(()))
        })
    };
    permit(Scope::Department(D1)).unwrap();
    forbidden(permit(Scope::Department(D2)));
    forbidden(permit(Scope::District));
}

#[test]
fn only_a_change_that_is_done_leaves_an_entry() {
    let desk = Desk::new();
    let ctx = desk.operator(TODAY);
    let before = desk.audit().len();
    let nothing = ctx.change(Act::DatabaseBackup, |load| {
        Ok(load.permit(Scope::District)?.nothing(1))
    });
    assert_eq!(nothing.unwrap(), 1);
    let tried = ctx.rehearse(Act::DatabaseBackup, |load| {
        Ok(load.permit(Scope::District)?.done(2, json!({})))
    });
    assert_eq!(tried.unwrap(), 2);
    assert_eq!(desk.audit().len(), before);
    let done = ctx.change(Act::DatabaseBackup, |load| {
        Ok(load.permit(Scope::District)?.done(3, json!({})))
    });
    assert_eq!(done.unwrap(), 3);
    assert_eq!(desk.audit().len(), before + 1);
}

/// It would wait for itself.
#[test]
fn nothing_begins_inside_a_change() {
    let desk = Desk::new();
    let ctx = desk.operator(TODAY);
    let inside = ctx.change(Act::DatabaseBackup, |load| {
        let tx = load.permit(Scope::District)?;
        let again: Result<(), _> = ctx.load(Act::DatabaseBackup, |_| Ok(()));
        assert!(matches!(again, Err(AppError::Fault(_))), "{again:?}");
        Ok(tx.nothing(()))
    });
    inside.unwrap();
    // And afterwards it does.
    ctx.load(Act::DatabaseBackup, |_| Ok(())).unwrap();
}
