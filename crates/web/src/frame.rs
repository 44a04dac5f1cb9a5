//! What stands around every page: the office, the day, the columns, the reader's text size.

use jiff::civil::Date;
use qrcodegen::{QrCode, QrCodeEcc};
use std::sync::Arc;
use xinheng_app::{District, Imprint, Portal};
use xinheng_domain::publicity::Mode;

/// Header and footer of a page.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// District, e.g. `信衡区`.
    pub(crate) district: String,
    /// Office.
    pub(crate) office: String,
    /// How to reach it.
    pub(crate) contact: String,
    /// Address of the platform where repair is applied for.
    pub(crate) platform: Option<String>,
    /// Invented district.
    pub(crate) demo: bool,
    /// Address of this page, to come back to.
    pub(crate) path: String,
    /// Address that the code on paper leads to; this page's own where there is none.
    pub(crate) paper: Option<String>,
    /// Large text is chosen.
    pub(crate) large: bool,
    /// The day of the answer.
    pub(crate) today: Date,
    /// Scheme, host and path under which the visitor came, for paper: `https://credit.example`.
    pub(crate) site: String,
    /// That address is the site's own, by its operator's word, not what the visitor wrote.
    pub(crate) canonical: bool,
    /// What the operator set: portal, imprint, mode of publicity.
    pub(crate) settings: Arc<District>,
    /// At the office's listener: who has signed in, and their menu.
    pub(crate) desk: Option<Desk>,
}

/// What stands around the pages of those who sign in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Desk {
    /// The person's name; empty while nobody has signed in.
    pub(crate) name: String,
    /// For whom they act.
    pub(crate) acts_for: String,
    /// Their roles there.
    pub(crate) roles: String,
    /// Their columns: at most seven.
    pub(crate) menu: Vec<(&'static str, &'static str)>,
    /// What their forms carry.
    pub(crate) token: String,
    /// Elsewhere they may act: code and title.
    pub(crate) elsewhere: Vec<(String, String)>,
    /// What stands before their addresses: nothing at the office's listener.
    pub(crate) base: &'static str,
}

/// One column of the site.
pub(crate) struct Nav {
    pub(crate) href: &'static str,
    pub(crate) title: &'static str,
    pub(crate) here: bool,
    pub(crate) exact: bool,
}

/// At most seven, in the order a visitor needs them; the prefixes that belong to each.
const COLUMNS: [(&str, &str, &[&str]); 7] = [
    ("/", "查询", &["/search", "/subjects", "/records/"]),
    ("/records", "公示列表", &[]),
    ("/departments", "报送部门", &["/departments"]),
    ("/guide/repair", "信用修复指南", &["/guide"]),
    ("/check", "表格校核", &["/check", "/help"]),
    ("/rules", "规则和依据", &["/rules", "/catalogue"]),
    ("/about", "关于公示", &["/about"]),
];

impl Frame {
    /// What stands before the addresses of whoever has signed in.
    pub(crate) fn base(&self) -> &'static str {
        self.desk.as_ref().map_or("", |desk| desk.base)
    }

    /// Where the cases of whoever has signed in are listed.
    pub(crate) fn cases(&self) -> &'static str {
        match self.base() {
            "" => "/cases",
            base => base,
        }
    }

    /// What the site is called behind the district's name.
    pub(crate) fn system(&self) -> &'static str {
        match &self.desk {
            None => "信用信息公示",
            Some(desk) if desk.base.is_empty() => "信用工作系统",
            Some(_) => "信用信息公示 单位空间",
        }
    }

    /// What forms of whoever has signed in carry.
    pub(crate) fn form_token(&self) -> &str {
        self.desk.as_ref().map_or("", |desk| &desk.token)
    }

    /// The portal around the page, for the public alone.
    pub(crate) fn portal(&self) -> Option<&Portal> {
        let portal = Some(&self.settings.portal);
        portal.filter(|portal| !portal.is_none() && self.desk.is_none())
    }

    /// What the site states of itself, for the public alone.
    pub(crate) fn imprint(&self) -> Option<&Imprint> {
        self.desk.is_none().then_some(&self.settings.imprint)
    }

    /// Whether the site shows records at all.
    pub(crate) fn shows_records(&self) -> bool {
        self.settings.publicity != Mode::Guide
    }

    /// The one address of a page that may be found under several.
    pub(crate) fn canonical(&self) -> Option<String> {
        let path = self.path.split('?').next().unwrap_or_default();
        self.canonical.then(|| format!("{}{path}", self.site))
    }

    /// Full address of this page.
    pub(crate) fn address(&self) -> String {
        format!("{}{}", self.site, self.path)
    }

    /// Code of the proof that the paper bears.
    pub(crate) fn proof_code(&self) -> Option<&str> {
        self.paper.as_deref()?.strip_prefix("/verify/")
    }

    /// The address as a code to be photographed, for pages that are printed for others: its dark
    /// modules as a path, and its width with the quiet zone.
    pub(crate) fn qr(&self) -> Option<(String, i32)> {
        use std::fmt::Write as _;
        /// Modules of quiet around it (ISO/IEC 18004).
        const QUIET: i32 = 4;
        let printed = ["/records", "/subjects/"]
            .iter()
            .any(|p| self.path.starts_with(p));
        if !printed || self.desk.is_some() {
            return None;
        }
        let path = self.paper.as_ref().unwrap_or(&self.path);
        let address = format!("{}{path}", self.site);
        let code = QrCode::encode_text(&address, QrCodeEcc::Medium).ok()?;
        let mut path = String::with_capacity(4096);
        for y in 0..code.size() {
            let mut x = 0;
            while x < code.size() {
                let run = (x..code.size())
                    .take_while(|x| code.get_module(*x, y))
                    .count();
                let run = i32::try_from(run).unwrap_or(0);
                if run > 0 {
                    let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
                }
                x += run + 1;
            }
        }
        Some((path, code.size() + 2 * QUIET))
    }

    pub(crate) fn nav(&self) -> Vec<Nav> {
        let path = self.path.split('?').next().unwrap_or_default();
        let menu: Vec<(&str, &str, &[&str])>;
        let columns: &[(&str, &str, &[&str])] = match &self.desk {
            None if self.shows_records() => &COLUMNS,
            None => {
                menu = COLUMNS.into_iter().filter(|c| c.0 != "/records").collect();
                &menu
            }
            Some(desk) => {
                let entries = desk.menu.iter();
                menu = entries
                    .map(|(href, title)| (*href, *title, &[][..]))
                    .collect();
                &menu
            }
        };
        let under = |p: &str| {
            path == p
                || p.ends_with('/') && path.starts_with(p)
                || path
                    .strip_prefix(p)
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        columns
            .iter()
            .map(|(href, title, prefixes)| Nav {
                href,
                title,
                here: path == *href
                    || prefixes.iter().any(|p| under(p))
                    || (self.desk.is_some() && !["/", self.base()].contains(href) && under(href)),
                exact: path == *href,
            })
            .collect()
    }
}

/// A page: a template with the frame around it and values to try it with.
#[cfg(test)]
pub(crate) trait Page: askama::Template + Sized {
    /// Values that show every branch of the template.
    fn samples() -> Vec<Self>;
}
