//! `/`: the office, one search box, four doors, what is new, how complete the data is.

use crate::{filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use xinheng_app::view::Home;

#[derive(Debug, Template)]
#[template(path = "home/home.html")]
pub(crate) struct HomePage {
    pub(crate) frame: Frame,
    pub(crate) home: Home,
}

#[cfg(test)]
impl Page for HomePage {
    fn samples() -> Vec<Self> {
        let home = samples::home();
        let mut empty = home.clone();
        empty.week.clear();
        empty.week_count = 0;
        let at = |frame, home: &Home| Self {
            frame,
            home: home.clone(),
        };
        vec![
            at(samples::frame("/"), &home),
            at(samples::frame("/"), &empty),
            at(samples::in_portal("/"), &home),
            at(samples::guide("/"), &empty),
        ]
    }
}
