//! The small district in a deployment: every state is there, by the product's own answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may stop anywhere

use jiff::civil::{Date, date};
use xinheng_app::{
    Actor, Ctx, Deployment, Place, account, agent,
    case::{self, CaseWork, Listed},
    department, noon, ops, record, site, space,
    view::{Dossier, RecordAnswer, RecordView, SearchAnswer, Tombstone},
};
use xinheng_demo::{BuildError, Built, Landmark, Size, build};

const TODAY: Date = date(2026, 11, 22);

/// On each of these landmarks the record page answers so.
const SHOWN: &[&str] = &[
    "current",
    "ending_soon",
    "held_decided",
    "stated",
    "late",
    "before_regime",
    "after_regime",
    "holiday",
    "reconsideration",
    "litigation",
    "replacement",
    "two_versions",
    "alias_record",
    "old_name_in_file",
    "redacted",
    "person_named_record",
    "without_code",
    "permit_long_term",
    "permit_ending_soon",
];
const GONE: &[&str] = &["ended", "stayed", "withdrawn", "replaced", "permit_ended"];
const UNKNOWN: &[&str] = &[
    "held",
    "never_public_summary",
    "never_public_warning",
    "not_published",
];

struct District {
    built: Built,
    _folder: tempfile::TempDir,
}

impl District {
    fn found() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place {
            data: Some(folder.path().join("data")),
            database: None,
            ..Place::default()
        };
        let built = build(&place, TODAY, Size::Small, &mut |_| ()).unwrap();
        Self {
            built,
            _folder: folder,
        }
    }

    fn ctx(&self, actor: Actor) -> Ctx<'_> {
        self.built.deployment.ctx(actor, noon(TODAY).unwrap())
    }

    fn public(&self) -> Ctx<'_> {
        self.ctx(Actor::Public)
    }

    fn landmark(&self, id: &str) -> &Landmark {
        self.built.landmarks.iter().find(|l| l.id == id).expect(id)
    }

    fn id(&self, landmark: &str) -> &str {
        self.landmark(landmark)
            .record_id
            .as_deref()
            .expect(landmark)
    }

    fn code(&self, landmark: &str) -> &str {
        self.landmark(landmark).code.as_deref().expect(landmark)
    }

    fn answer(&self, landmark: &str) -> RecordAnswer {
        site::record(&self.public(), self.id(landmark), None, None).unwrap()
    }

    fn shown(&self, landmark: &str) -> RecordView {
        match self.answer(landmark) {
            RecordAnswer::Shown(view) => *view,
            other => panic!("{landmark}: {other:?}"),
        }
    }

    fn gone(&self, landmark: &str) -> Tombstone {
        match self.answer(landmark) {
            RecordAnswer::Gone(stone) => *stone,
            other => panic!("{landmark}: {other:?}"),
        }
    }

    fn dossier(&self, landmark: &str) -> Dossier {
        let found = site::dossier(&self.public(), self.code(landmark), None, None);
        found.unwrap().expect(landmark)
    }

    fn search(&self, query: &str) -> SearchAnswer {
        site::search(&self.public(), query, 20).unwrap()
    }
}

/// One test, since every test would build the district anew.
#[test]
fn every_state_is_there() {
    let d = District::found();
    rows(&d);
    records(&d);
    texts(&d);
    organisations(&d);
    cases(&d);
    let officer = Actor::Operator {
        name: "officer".to_owned(),
    };
    let waiting = record::held(&d.ctx(officer)).unwrap();
    assert!(
        waiting.len() > 3 && waiting.len() < 60,
        "{} wait",
        waiting.len()
    );
    assert!(waiting.iter().any(|w| w.id == d.id("held")));
    assert!(waiting.iter().any(|w| w.alarmed) && d.built.decided > 3);
}

/// The demo's people who have a role in a kind.
const AT_DESKS: [&str; 7] = [
    "clerk",
    "reviewer",
    "responsible",
    "officer",
    "head",
    "market-clerk",
    "market-responsible",
];

/// Every kind has cases, some over, some late; everybody finds work; the audit is whole.
fn cases(d: &District) {
    let ctx = d.ctx(Actor::Operator {
        name: "t".to_owned(),
    });
    let listed = |phase: Option<&str>, kind: Option<&str>, late: bool| {
        let asked = CaseWork {
            kind: kind.map(str::to_owned),
            phase: phase.map(str::to_owned),
            late,
            ..CaseWork::default()
        };
        let Listed { lines, .. } = case::list(&ctx, &asked).unwrap();
        lines
    };
    assert_eq!(listed(None, None, false).len(), d.built.cases);
    for kind in d.built.deployment.rulebook().kinds() {
        let count = |phase| listed(Some(phase), Some(&kind.id), false).len();
        let (open, done) = (count("open"), count("rest") + count("end"));
        assert!(open > 0, "{}: none is open", kind.id);
        // A link is over when the department's next row has come.
        let over = done > 0 || kind.id == "link-confirmation";
        assert!(over, "{}: none is over", kind.id);
    }
    assert!(listed(Some("rest"), None, false).len() > 4);
    assert!(listed(None, None, true).len() > 4);
    let (mut letters, mut served, mut files) = (0, 0, 0);
    for line in listed(None, None, false) {
        let shown = case::show(&ctx, &line.id).unwrap();
        letters += shown.letters.len();
        served += shown.letters.iter().filter(|l| l.served.is_some()).count();
        files += shown.files.len();
    }
    assert!(
        letters > 20 && served > 10 && served < letters && files == 2,
        "{letters} {served} {files}"
    );
    assert_eq!(case::answers(&d.public()).unwrap().len(), 1);
    let accounts = account::list(&ctx).unwrap();
    for login in AT_DESKS {
        let known = accounts.iter().find(|a| a.login == login).expect(login);
        let mut department = known.roles.iter().map(|g| g.department.clone());
        let department = department.find(|d| !d.is_empty());
        let actor = Actor::Account {
            id: known.id.clone(),
            department,
        };
        let inbox = case::inbox(&d.ctx(actor)).unwrap();
        assert!(!inbox.lines.is_empty(), "{login} has nothing to do");
    }
    // Two organisations have agents, who find their records and a slip there.
    let agents = agent::list(&ctx).unwrap();
    assert_eq!(agents.len(), 2);
    let mut slips = 0;
    for line in agents {
        let known = accounts.iter().find(|a| a.login == line.agent.0).unwrap();
        let actor = Actor::Account {
            id: known.id.clone(),
            department: Some(known.roles[0].department.clone()),
        };
        let own = space::home(&d.ctx(actor)).unwrap();
        assert!(!own.records.is_empty(), "{own:?}");
        slips += own
            .cases
            .iter()
            .filter(|c| c.line.kind == "授权查询")
            .count();
    }
    assert!(slips > 0, "no slip");
    let verified = ops::verify(&ctx).unwrap();
    assert!(verified.sound, "{verified:?}");
    let backwards = |line: &String| line.contains("早于前面的审计");
    assert!(!verified.lines.iter().any(backwards), "{verified:?}");
}

fn rows(d: &District) {
    let c = d.built.counters;
    assert_eq!(d.built.departments, 50);
    assert!(
        c.new > 550 && c.new_version > 5 && c.unchanged > 3 && c.replaced > 1,
        "{c:?}"
    );
    assert!(
        c.refused > 3 && c.set_aside > 0 && c.warned > 3 && c.held > 3,
        "{c:?}"
    );
    assert!(c.provisional_subjects > 0, "{c:?}");
}

fn records(d: &District) {
    for landmark in SHOWN {
        d.shown(landmark);
    }
    for landmark in GONE {
        d.gone(landmark);
    }
    for landmark in UNKNOWN {
        assert!(
            matches!(d.answer(landmark), RecordAnswer::Unknown),
            "{landmark}"
        );
    }
    let numbered = d.built.landmarks.iter().filter(|l| l.item.is_some());
    assert!(
        numbered.clone().all(|l| l.record_id.is_some()),
        "a record without a number"
    );
    let told = SHOWN.len() + GONE.len() + UNKNOWN.len();
    assert_eq!(
        numbered.count(),
        told,
        "a landmark that this test does not look at"
    );

    let in_time = |landmark: &str| d.shown(landmark).timeliness.unwrap().received_in_time;
    assert!(in_time("holiday") && in_time("current") && !in_time("late"));
    assert_eq!(d.shown("two_versions").version, 2);
    assert_eq!(
        d.gone("replaced").replaced_by.as_deref(),
        Some(d.id("replacement"))
    );
    assert_eq!(d.shown("permit_long_term").line.shown_until, None);
    let soon = TODAY.saturating_add(jiff::Span::new().days(60));
    assert!(d.shown("ending_soon").line.shown_until.unwrap() < soon);
    assert_eq!(d.shown("reconsideration").line.marks, ["复议中"]);
}

fn texts(d: &District) {
    let view = d.shown("redacted");
    let told = view.fields.iter().find(|f| f.id == "CF_SY").unwrap();
    assert!(
        told.redacted && !told.value.contains("1990000"),
        "{}",
        told.value
    );
    assert!(!told.value.contains("990102"), "{}", told.value);
    // No legal representative, whose given names all carry one of these characters.
    let page = format!("{view:?}");
    assert!(
        !["例", "样", "拟", "设"]
            .iter()
            .any(|c| view.line.sentence.contains(c)),
        "{page}"
    );
}

fn organisations(d: &District) {
    // The register's, and one that only a file has named: the home page counts both.
    let home = site::home(&d.public()).unwrap();
    assert_eq!(home.subjects, d.built.organisations + 1);
    assert_eq!(d.search("信衡区如意面馆").hits.len(), 3);
    assert!(d.search("信衡区如意面馆").hits.iter().all(|h| h.homonym));
    assert_eq!(d.dossier("homonym_1").same_name.len(), 2);
    assert_eq!(d.search("澄岚器械").hits.len(), 1);
    assert_eq!(d.search("澄岗器械").hits.len(), 1);
    let former = d.landmark("former_name").name.clone().unwrap();
    assert_eq!(d.search(&former).hits[0].matched_by, "former_name");

    assert_eq!(d.dossier("alias_old_code").subject.code, d.code("alias"));
    assert_ne!(d.code("alias_old_code"), d.code("alias"));

    let person = d.landmark("person_named");
    assert!(d.search(person.name.as_deref().unwrap()).hits.is_empty());
    let found = d.dossier("person_named").subject;
    assert!(found.name_masked && !found.name.contains(person.name.as_deref().unwrap()));

    assert!(d.dossier("provisional").subject.provisional);
    assert_eq!(d.dossier("dissolved").subject.status, "注销");
    assert_eq!(
        d.dossier("clean")
            .groups
            .iter()
            .map(|g| g.total)
            .sum::<u64>(),
        0
    );
    assert!(
        d.dossier("busy")
            .groups
            .iter()
            .map(|g| g.total)
            .sum::<u64>()
            > 20
    );
    assert_eq!(d.dossier("brackets_narrow").subject.former_names, []);
}

#[test]
fn it_is_built_in_an_empty_place_only() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place {
        data: Some(folder.path().join("data")),
        database: None,
        ..Place::default()
    };
    let office = Deployment::create(&place, noon(TODAY).unwrap()).unwrap();
    let list = folder.path().join("departments.csv");
    std::fs::write(&list, "部门编号,部门名称\r\nabc,某某局\r\n").unwrap();
    let operator = Actor::Operator {
        name: "t".to_owned(),
    };
    department::import(&office.ctx(operator, noon(TODAY).unwrap()), &list).unwrap();
    let refused = build(&place, TODAY, Size::Small, &mut |_| ());
    assert!(matches!(refused, Err(BuildError::NotEmpty(_))));
    assert!(
        !folder.path().join("data/rulebook").exists(),
        "nothing is written"
    );
}
