//! The list of departments.

use crate::support::*;
use xinheng_app::department;

#[test]
fn departments_are_loaded_and_corrected() {
    let desk = Desk::bare();
    let ctx = desk.operator(TODAY);
    let path = desk.file("departments.csv", &departments());
    assert_eq!(department::import(&ctx, &path).unwrap(), 2);
    let path = desk.file(
        "again.csv",
        &format!("编号,名称\n{D2},衡川市信衡区水务局\n"),
    );
    assert_eq!(department::import(&ctx, &path).unwrap(), 1);
    let all = department::list(&desk.public(TODAY)).unwrap();
    assert_eq!(all.len(), 2);
    let second = all.iter().find(|d| d.code == D2).unwrap();
    assert_eq!(second.name, "衡川市信衡区水务局");
    let entries = desk.audited("department.import");
    assert_eq!(entries.len(), 2);
    assert!(entries.iter().any(|e| e.detail["count"] == 2));
}

#[test]
fn a_list_with_a_fault_is_not_loaded_at_all() {
    let desk = Desk::bare();
    let audit = desk.audit();
    for text in [
        format!(
            "编号,名称,代码\n{D1},{D1_NAME},{}\n{D2},{D2_NAME},91990100MA0Y00019X\n",
            body(1)
        ),
        format!("编号,名称\n{D1},{D1_NAME}\n{D1},{D2_NAME}\n"),
        format!("名称\n{D1_NAME}\n"),
        String::new(),
    ] {
        let path = desk.file("departments.csv", &text);
        bad_input(department::import(&desk.operator(TODAY), &path));
    }
    assert!(department::list(&desk.public(TODAY)).unwrap().is_empty());
    assert_eq!(desk.audit(), audit);
}

#[test]
fn what_belongs_to_a_person_is_no_code_and_no_name() {
    let desk = Desk::bare();
    for (line, said) in [
        (
            "990102190001010559,衡川市信衡区水务局,",
            "“部门编号”中写有像身份证件号码",
        ),
        (
            "990101900307882,衡川市信衡区水务局,",
            "“部门编号”中写有像身份证件号码",
        ),
        ("D1,衡川市信衡区水务局,990102190001010559", "身份证件号码"),
        (
            "D1,衡川市信衡区水务局（联系电话19900001234）,",
            "“部门名称”里有手机号码",
        ),
    ] {
        let path = desk.file("departments.csv", &format!("编号,名称,代码\n{line}\n"));
        let told = department::import(&desk.operator(TODAY), &path)
            .unwrap_err()
            .to_string();
        assert!(
            told.contains("第2行") && told.contains(said),
            "{line}: {told}"
        );
        assert!(
            !told.contains("0101055") && !told.contains("0307882"),
            "{told}"
        );
    }
    assert!(department::list(&desk.public(TODAY)).unwrap().is_empty());
}

#[test]
fn how_to_reach_a_department_is_public_and_nobodys_own() {
    let desk = Desk::bare();
    let ctx = desk.operator(TODAY);
    let own = format!("编号,名称,联系方式\n{D1},{D1_NAME},找经办人19900001234\n");
    let told = department::import(&ctx, &desk.file("own.csv", &own))
        .unwrap_err()
        .to_string();
    assert!(
        told.contains("公开的联系方式") && !told.contains("19900001234"),
        "{told}"
    );
    let office = "平准路1号，办公电话 0990-0000001";
    let text = format!("编号,名称,联系方式\n{D1},{D1_NAME},\"{office}\"\n");
    department::import(&ctx, &desk.file("office.csv", &text)).unwrap();
    let all = department::list(&desk.public(TODAY)).unwrap();
    assert_eq!(all[0].contact, office);
}

#[test]
fn only_the_office_keeps_the_list() {
    let desk = Desk::bare();
    let path = desk.file("departments.csv", &departments());
    for actor in outsiders() {
        forbidden(department::import(&desk.ctx(actor, TODAY), &path));
    }
    assert!(department::list(&desk.public(TODAY)).unwrap().is_empty());
}
