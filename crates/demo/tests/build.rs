//! The small district in a deployment: every state is there, by the product's own answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may stop anywhere

use jiff::civil::{Date, date};
use xinheng_app::{Actor, Ctx, Place, noon, record, site, view::RecordAnswer};
use xinheng_demo::{BuildError, Built, Landmark, Size, build};

const TODAY: Date = date(2026, 11, 22);

struct District {
    built: Built,
    place: Place,
    _folder: tempfile::TempDir,
}

fn district() -> District {
    let folder = tempfile::tempdir().unwrap();
    let place = Place {
        data: Some(folder.path().join("data")),
        database: None,
    };
    let started = std::time::Instant::now();
    let built = build(&place, TODAY, Size::Small, &mut |_| ()).unwrap();
    eprintln!(
        "{:?} {} files {:?} decided {}",
        started.elapsed(),
        built.files,
        built.counters,
        built.decided
    );
    District {
        built,
        place,
        _folder: folder,
    }
}

impl District {
    fn ctx(&self, actor: Actor) -> Ctx<'_> {
        self.built.office.ctx(actor, noon(TODAY).unwrap())
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

    fn answer(&self, landmark: &str) -> RecordAnswer {
        site::record(&self.ctx(Actor::Public), self.id(landmark), None, None).unwrap()
    }
}

#[test]
fn every_state_is_there() {
    let d = district();
    let c = d.built.counters;
    assert!(
        c.new > 550 && c.new_version > 5 && c.unchanged > 5 && c.replaced > 1,
        "{c:?}"
    );
    assert!(
        c.refused > 3 && c.set_aside > 0 && c.warned > 3 && c.held > 3,
        "{c:?}"
    );
    for l in &d.built.landmarks {
        eprintln!(
            "{} {:?} {}",
            l.id,
            l.record_id,
            match l.record_id.as_ref().map(|_| d.answer(&l.id)) {
                Some(RecordAnswer::Shown(v)) => format!(
                    "shown {} - {:?} {:?}",
                    v.line.shown_from, v.line.shown_until, v.line.marks
                ),
                Some(RecordAnswer::Gone(_)) => "gone".into(),
                Some(RecordAnswer::Unknown) => "unknown".into(),
                None => "-".into(),
            }
        );
    }
    let held = record::held(&d.ctx(Actor::Operator { name: "t".into() })).unwrap();
    eprintln!("{} held", held.len());
}

#[test]
fn it_is_built_once() {
    let d = district();
    let again = build(&d.place, TODAY, Size::Small, &mut |_| ());
    assert!(matches!(again, Err(BuildError::NotEmpty(_))));
}
