//! `/departments`: who reports, and up to which day.

use crate::{filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use jiff::civil::Date;
use xinheng_app::view::{DepartmentView, Withdrawal};

#[derive(Debug, Template)]
#[template(path = "department/list.html")]
pub(crate) struct DepartmentsPage {
    pub(crate) frame: Frame,
    pub(crate) departments: Vec<DepartmentView>,
}

impl DepartmentsPage {
    fn connected(&self) -> usize {
        self.departments
            .iter()
            .filter(|d| d.sources.iter().any(|s| s.connected))
            .count()
    }

    fn last_received(&self, department: &DepartmentView) -> Option<Date> {
        department
            .sources
            .iter()
            .filter_map(|s| s.last_received_on)
            .max()
    }

    fn complete_up_to(&self, department: &DepartmentView) -> Option<Date> {
        department
            .sources
            .iter()
            .filter_map(|s| s.complete_up_to)
            .max()
    }
}

#[cfg(test)]
impl Page for DepartmentsPage {
    fn samples() -> Vec<Self> {
        [samples::departments(), Vec::new()]
            .map(|departments| Self {
                frame: samples::frame("/departments"),
                departments,
            })
            .into()
    }
}

#[derive(Debug, Template)]
#[template(path = "department/one.html")]
pub(crate) struct DepartmentPage {
    pub(crate) frame: Frame,
    pub(crate) d: DepartmentView,
    pub(crate) withdrawals: Vec<Withdrawal>,
}

#[cfg(test)]
impl Page for DepartmentPage {
    fn samples() -> Vec<Self> {
        samples::departments()
            .into_iter()
            .map(|d| Self {
                frame: samples::frame("/departments/d001"),
                withdrawals: if d.shown > 0 {
                    vec![samples::withdrawal()]
                } else {
                    Vec::new()
                },
                d,
            })
            .collect()
    }
}
