//! A small invented district: one department, four organisations, five records.

use crate::TODAY;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use xinheng_app::{Actor, Ctx, Deployment, Place, department, intake, noon, register};
use xinheng_domain::{
    name::search_key,
    subject::{Subject, SubjectKey, SubjectName},
};
use xinheng_store::{register::RegisterEntry, subject};

/// An organisation with permits and penalties.
pub const QINGHE: &str = "91990100MA0X00015Q";
/// Its former code.
pub const QINGHE_OLD: &str = "91990100MA0X00074U";
/// Two organisations that bear the same name.
pub const HESHUN: [&str; 2] = ["91990100MA0X00023K", "91990100MA0X00031E"];
/// An individual business named by a person.
pub const PERSON_NAMED: &str = "92990100MA0X0004X3";
const BODY: &str = "11990100MB0X00051T";

/// The legal representative in every file: must never leave.
pub const LEGAL_REPRESENTATIVE: &str = "司徒守约";

pub struct District {
    pub office: Deployment,
    _dir: TempDir,
    dir: PathBuf,
}

const PENALTY_HEAD: &str = "CF_XDR_MC,CF_XDR_LB,CF_XDR_SHXYM,CF_FRDB,CF_WSH,CF_WFXW,CF_SY,CF_YJ,CF_CFLB,CF_NR,CF_NR_WFFF,CF_JDRQ,CF_YXQ,CF_CFJG,CF_CFJGDM,CF_SJLY,CF_SJLYDM,XH_CX,XH_ZYZT";
const PERMIT_HEAD: &str = "XK_XDR_MC,XK_XDR_LB,XK_XDR_SHXYM,XK_FRDB,XK_XKWS,XK_WSH,XK_XKLB,XK_NR,XK_JDRQ,XK_YXQZ,XK_YXQZI,XK_XKJG,XK_XKJGDM,XK_ZT,XK_LYDW,XK_LYDWDM";
const OFFICE_NAME: &str = "衡川市信衡区市场监督管理局";

/// A row of a penalty file.
pub fn penalty(
    name: &str,
    kind: &str,
    code: &str,
    number: u32,
    decided: &str,
    state: &str,
) -> String {
    format!(
        "{name},{kind},{code},{LEGAL_REPRESENTATIVE},衡信市监罚〔2026〕{number}号,违反食品安全法,销售超过保质期的食品，现场由{LEGAL_REPRESENTATIVE}签字，电话19900001234,《中华人民共和国食品安全法》第三十四条,没收违法所得,没收违法所得58元,0.0058,{decided},2099-12-31,{OFFICE_NAME},{BODY},{OFFICE_NAME},{BODY},普通程序,{state}"
    )
}

/// A row of a permit file.
pub fn permit(name: &str, code: &str, number: u32, decided: &str, until: &str) -> String {
    format!(
        "{name},法人及非法人组织,{code},{LEGAL_REPRESENTATIVE},食品经营许可决定书,衡信市监许〔2026〕{number}号,普通,食品销售,{decided},{decided},{until},{OFFICE_NAME},{BODY},1,{OFFICE_NAME},{BODY}"
    )
}

/// A penalty file of these rows.
pub fn penalty_file(rows: &[String]) -> String {
    format!("{PENALTY_HEAD}\n{}\n", rows.join("\n"))
}

impl District {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let place = Place {
            data: Some(dir.path().to_owned()),
            database: None,
            ..Place::default()
        };
        let office =
            Deployment::create(&place, noon(jiff::civil::date(2026, 5, 1)).unwrap()).unwrap();
        // Files come in here in the order in which they are told, not in that of their days.
        xinheng_app::testing::db(&office).clock_counts(false);
        let district = Self {
            office,
            dir: dir.path().to_owned(),
            _dir: dir,
        };
        district.fill();
        district
    }

    fn operator(&self, day: jiff::civil::Date) -> Ctx<'_> {
        self.office.ctx(
            Actor::Operator {
                name: "测试".to_owned(),
            },
            noon(day).unwrap(),
        )
    }

    /// A file in the folder of the deployment.
    /// The same deployment as one that was invented, opened anew.
    pub fn as_demo(&self) -> Deployment {
        self.set(|district| district.demo = true)
    }

    /// The same deployment with other settings, opened anew.
    pub fn set(&self, change: impl FnOnce(&mut xinheng_app::District)) -> Deployment {
        let mut district = self.office.district().clone();
        change(&mut district);
        Deployment::set_district(&self.operator(TODAY), &district).unwrap();
        let place = Place {
            data: Some(self.dir.clone()),
            ..Place::default()
        };
        let opened = Deployment::open(&place).unwrap();
        xinheng_app::testing::db(&opened).clock_counts(false);
        opened
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Takes in a file on a day; it must land.
    pub fn take_in(&self, name: &str, text: &str, day: jiff::civil::Date) {
        let path = self.write(name, text);
        self.import(&path, name, day);
    }

    fn import(&self, path: &Path, name: &str, day: jiff::civil::Date) {
        let input = intake::Input {
            path,
            file_name: name,
            sheet: None,
            department: "d1",
            dry_run: false,
        };
        let outcome = intake::import(&self.operator(day), input, &mut |_| {}).unwrap();
        assert_eq!(outcome.counters.refused, 0, "{:#?}", outcome.refused);
        assert!(
            matches!(outcome.landing, intake::Landing::Sealed { .. }),
            "{outcome:?}"
        );
    }

    fn fill(&self) {
        let ctx = self.operator(jiff::civil::date(2026, 5, 20));
        let departments = self.write("departments.csv", &format!("编号,名称,代码\nd1,{OFFICE_NAME},{BODY}\nd2,衡川市信衡区文化和旅游局,11990100MB0X0006XJ\n"));
        assert_eq!(department::import(&ctx, &departments).unwrap(), 2);
        let register = self.write(
            "register.csv",
            &format!(
                "代码,名称,成立日期,状态,曾用名,曾用代码,法定代表人\n\
                 {QINGHE},衡川市青禾食品有限公司,2017-04-06,存续,衡川市青禾副食店,{QINGHE_OLD},{LEGAL_REPRESENTATIVE}\n\
                 {a},衡川市和顺物流有限公司,2019-01-02,存续,,,\n\
                 {b},衡川市和顺物流有限公司,2021-08-09,存续,,,\n\
                 {PERSON_NAMED},司徒守约,2020-02-03,存续,,,{LEGAL_REPRESENTATIVE}\n",
                a = HESHUN[0],
                b = HESHUN[1],
            ),
        );
        let outcome = register::import(&ctx, &register, None, &mut |_| {}).unwrap();
        assert!(outcome.refused.is_empty(), "{:#?}", outcome.refused);
        let organisation = |number, decided, state: &str| {
            penalty(
                "衡川市青禾食品有限公司",
                "法人及非法人组织",
                QINGHE,
                number,
                decided,
                state,
            )
        };
        self.take_in(
            "penalties.csv",
            &penalty_file(&[
                organisation(1, "2026-05-18", ""),
                organisation(2, "2026-05-11", ""),
                organisation(3, "2026-05-12", "复议中"),
            ]),
            jiff::civil::date(2026, 5, 20),
        );
        self.take_in(
            "permits.csv",
            &format!(
                "{PERMIT_HEAD}\n{}\n{}\n",
                permit(
                    "衡川市青禾食品有限公司",
                    QINGHE,
                    1,
                    "2026-11-17",
                    "2031-11-16"
                ),
                permit(
                    "衡川市和顺物流有限公司",
                    HESHUN[0],
                    2,
                    "2026-03-03",
                    "2027-03-02"
                )
            ),
            TODAY,
        );
        self.take_in(
            "persons.csv",
            &penalty_file(&[penalty(
                "司徒守约",
                "个体工商户",
                PERSON_NAMED,
                9,
                "2026-06-01",
                "",
            )]),
            jiff::civil::date(2026, 6, 3),
        );
    }

    /// Annuls penalty number 2: the record is over.
    pub fn annul(&self) {
        let row = penalty(
            "衡川市青禾食品有限公司",
            "法人及非法人组织",
            QINGHE,
            2,
            "2026-05-11",
            "已撤销",
        );
        self.take_in("annulled.csv", &penalty_file(&[row]), TODAY);
    }

    /// An officer withholds a record.
    pub fn withhold(&self, id: &str) {
        xinheng_app::record::withhold(&self.operator(TODAY), id, "核实中", None).unwrap();
    }

    /// Stores names of an organisation as they are, as an earlier program did: not by way of the
    /// intake, which refuses them. Its records are given the present one.
    pub fn rename(&self, code: &str, name: &str, former: &str) {
        let ctx = self.operator(TODAY);
        let db = xinheng_app::testing::db(&self.office);
        let key = SubjectKey(code.to_owned());
        let old = db.read(|conn| subject::get(conn, &key)).unwrap().unwrap();
        let span = |name: &str, until| SubjectName {
            name: name.to_owned(),
            from: None,
            until,
        };
        let names = vec![span(name, None), span(former, Some(TODAY))];
        let codes = db.read(|conn| subject::codes(conn, &key)).unwrap();
        let entry = RegisterEntry {
            search_names: names.iter().map(|n| search_key(&n.name)).collect(),
            subject: Subject {
                name: name.to_owned(),
                ..old.clone()
            },
            codes,
            names,
        };
        db.write(|tx| {
            xinheng_store::register::apply(tx, std::slice::from_ref(&entry))?;
            let nothing = serde_json::Value::Null;
            let told = xinheng_store::AuditEntry::new(ctx.now(), "测试", "test.names", nothing);
            Ok::<_, xinheng_app::AppError>(((), told))
        })
        .unwrap();
        let sql = format!(
            "UPDATE record SET payload = replace(payload, '{}', '{name}') WHERE subject_key = '{code}'",
            old.name
        );
        xinheng_store::testing::doctor(db.location(), &sql).unwrap();
    }

    /// Lays the files of a further kind of information beside the running deployment.
    pub fn add_item(&self) {
        copy(&example("rulebook"), &self.dir.join("rulebook"));
    }

    /// Lays a file of rules beside it.
    pub fn lay(&self, path: &str, text: &str) {
        let file = self.dir.join("rulebook").join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }

    /// Lays a change of law beside it that is not in force yet.
    pub fn add_coming_change(&self) {
        let file = self.dir.join("rulebook/parameters/coming.toml");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let text = r#"
[[parameter]]
id = "sgs.report_deadline"
[[parameter.value]]
from = "2027-01-01"
integer = 3
basis = { source = "xinheng-conventions" }
"#;
        std::fs::write(file, text).unwrap();
    }

    /// Takes them away again.
    pub fn remove_item(&self) {
        std::fs::remove_dir_all(self.dir.join("rulebook")).unwrap();
    }

    /// Lays a file that is no rule beside them.
    pub fn spoil_rules(&self) {
        let path = self.dir.join("rulebook/catalogues/broken.toml");
        std::fs::write(path, "id = [").unwrap();
    }

    /// Takes in a file of that kind, as the command does: another process with its own rulebook.
    pub fn import_new_item(&self) {
        let place = Place {
            data: Some(self.dir.clone()),
            database: None,
            ..Place::default()
        };
        let other = Deployment::open(&place).unwrap();
        let ctx = other.ctx(
            Actor::Operator {
                name: "测试".to_owned(),
            },
            noon(TODAY).unwrap(),
        );
        let path = example("water-saving-correct.csv");
        let input = intake::Input {
            path: &path,
            file_name: "water-saving.csv",
            sheet: None,
            department: "d1",
            dry_run: false,
        };
        let outcome = intake::import(&ctx, input, &mut |_| {}).unwrap();
        assert!(outcome.counters.new > 0, "{outcome:?}");
    }
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples/custom-item")
        .join(name)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
