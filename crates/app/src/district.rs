//! The district office as it presents itself: its names, the portal its site stands in, whose
//! publication the site is. Settings are words, numbers and addresses: markup in one is text.

use crate::{Act, AppError, AppResult, Ctx, Deployment, Scope};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use xinheng_domain::{
    hex::{hex, unhex},
    publicity::Mode,
};
use xinheng_store::{Conn, deployment};

/// The district office as it presents itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct District {
    /// District, e.g. `信衡区`.
    pub name: String,
    /// Office, e.g. `信衡区社会信用体系建设办公室`.
    pub office: String,
    /// How to reach it, shown to the public.
    pub contact: String,
    /// Address of the platform where repair is applied for; pages link to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// What stands before the year in the numbers of the office's letters (机关代字).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter_mark: Option<String>,
    /// Invented district: every page says so.
    pub demo: bool,
    /// Path of the public site below its host.
    #[serde(default, skip_serializing_if = "SitePath::is_root")]
    pub path: SitePath,
    /// Whose publication the site is.
    #[serde(default)]
    pub publicity: Mode,
    /// The portal around it.
    #[serde(default, skip_serializing_if = "Portal::is_none")]
    pub portal: Portal,
    /// What a government site has to state of itself (国办发〔2017〕47号).
    #[serde(default, skip_serializing_if = "Imprint::is_none")]
    pub imprint: Imprint,
}

impl Default for District {
    fn default() -> Self {
        Self {
            name: "本区".to_owned(),
            office: "本区信用办".to_owned(),
            contact: "联系方式尚未设置，请运行“xinheng district set”。".to_owned(),
            platform: None,
            letter_mark: None,
            demo: false,
            path: SitePath::default(),
            publicity: Mode::default(),
            portal: Portal::default(),
            imprint: Imprint::default(),
        }
    }
}

/// The portal inside whose header and footer the site stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Portal {
    /// Its name, e.g. `信衡区人民政府门户网站`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    /// Its logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
    /// Links in the header.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub header: Vec<Link>,
    /// Links in the footer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub footer: Vec<Link>,
}

impl Portal {
    /// Nothing of it is set.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// What a government site has to state of itself, beside how to reach the office.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Imprint {
    /// Who runs it (主办单位).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sponsor: Option<String>,
    /// Its registration with the telecommunications administration (ICP 备案号).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icp: Option<String>,
    /// Its registration with the police (公安备案号).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub police: Option<String>,
    /// Its number as a government site (网站标识码).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_code: Option<String>,
}

impl Imprint {
    /// Nothing of it is set.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// What is set, with its name in Chinese, in the order in which it is shown.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("主办单位", &self.sponsor),
            ("网站标识码", &self.site_code),
            ("备案号", &self.icp),
            ("公安备案号", &self.police),
        ];
        all.into_iter()
            .filter_map(|(title, value)| Some((title, value.as_deref()?)))
    }
}

/// A link to a page of the portal, or beyond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it says.
    pub title: String,
    /// Whole address, `https://…`.
    pub href: String,
}

impl Link {
    /// Reads `标题=https://…`.
    ///
    /// # Errors
    /// A Chinese sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (title, href) = text
            .split_once('=')
            .ok_or("请写成“标题=https://……”，例如“政务公开=https://www.example.gov.cn/zwgk/”")?;
        Ok(Self {
            title: words(title)?,
            href: web_address(href)?,
        })
    }
}

/// Where the public site stands below its host: empty, or `/credit`, never with a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SitePath(String);

/// Longest path.
const LONGEST_PATH: usize = 100;

impl SitePath {
    /// Reads a path. One slash at the end is dropped, and `/` is the root; whatever else is not in
    /// order is told, since nobody knows which address the portal's proxy will hand on.
    ///
    /// # Errors
    /// A Chinese sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let told = |what: &str| {
            Err(format!(
                "{what}。请写成“/credit”的样子：以一个“/”开头，只用英文字母、数字和“-”“_”“.”“~”，不带主机名、问号和“#”"
            ))
        };
        if matches!(text, "" | "/") {
            return Ok(Self::default());
        }
        let Some(rest) = text.strip_prefix('/') else {
            return told("路径应当以“/”开头");
        };
        if text.contains(['?', '#']) {
            return told("路径后面不能带问号或者“#”");
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
        for part in rest.split('/') {
            match part {
                "" => return told("路径里多了一个“/”"),
                "." | ".." => return told("路径里不能有“.”或者“..”"),
                part if !part.chars().all(plain) => return told("路径里有不能用的字符"),
                _ => {}
            }
        }
        if text.len() > LONGEST_PATH {
            return told("路径太长");
        }
        Ok(Self(format!("/{rest}")))
    }

    /// As it stands before every address of the site; empty at the root.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// At the root of its host.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<String> for SitePath {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<SitePath> for String {
    fn from(path: SitePath) -> Self {
        path.0
    }
}

impl fmt::Display for SitePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Longest words of a setting, in characters.
const LONGEST: usize = 200;

/// Words of a setting: one line, not empty. They are shown as they are, so markup in them is text.
///
/// # Errors
/// A Chinese sentence.
pub fn words(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("没有写内容".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("只能写一行文字，不能有换行和控制字符".to_owned());
    }
    if text.chars().count() > LONGEST {
        return Err(format!("最多写{LONGEST}个字"));
    }
    Ok(text.to_owned())
}

/// A whole address that pages may link to.
///
/// # Errors
/// A Chinese sentence.
pub fn web_address(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").unwrap_or_default();
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\');
    if host.starts_with(|c: char| c.is_ascii_alphanumeric()) && host.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err("请写以 https:// 开头的完整地址，例如“https://www.example.gov.cn/”".to_owned())
    }
}

/// What is known of the logo; its bytes are apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// SHA-256 of its bytes, hex.
    pub hash: String,
    /// Width, in pixels.
    pub width: u32,
    /// Height, in pixels.
    pub height: u32,
}

/// Largest logo, in bytes.
const LARGEST_LOGO: usize = 128 << 10;
/// Widest and highest, in pixels.
const MOST_PIXELS: u32 = 2_000;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

impl Logo {
    /// Looks at a file: a PNG picture, whole, undamaged, and nothing behind it. Other kinds are
    /// refused: one is enough, and a drawing (SVG) could hold a script.
    ///
    /// # Errors
    /// Bad input.
    pub fn of(bytes: &[u8]) -> AppResult<Self> {
        let told = |what: &str| {
            Err(AppError::BadInput(format!(
                "标志图片{what}。请换一个 PNG 文件，不大于{}KB，宽和高都不超过{MOST_PIXELS}像素。",
                LARGEST_LOGO >> 10
            )))
        };
        if bytes.len() > LARGEST_LOGO {
            return told("太大");
        }
        let Some(mut rest) = bytes.strip_prefix(PNG) else {
            return told("不是 PNG 文件");
        };
        let mut size = None;
        loop {
            let Some((kind, data, behind)) = chunk(rest) else {
                return told("不完整，或者有损坏");
            };
            match (kind, size) {
                (b"IHDR", None) => {
                    let number = |at| data.get(at..at + 4).and_then(|b| b.try_into().ok());
                    let numbers = (number(0), number(4));
                    let (Some(width), Some(height)) = numbers else {
                        return told("不完整，或者有损坏");
                    };
                    size = Some((u32::from_be_bytes(width), u32::from_be_bytes(height)));
                }
                (b"IHDR", Some(_)) | (_, None) => return told("不是通常的 PNG 文件"),
                (b"IEND", Some((width, height))) if behind.is_empty() => {
                    let fits = |n| (1..=MOST_PIXELS).contains(&n);
                    if !fits(width) || !fits(height) {
                        return told("的尺寸不合适");
                    }
                    return Ok(Self {
                        hash: hex(&Sha256::digest(bytes)),
                        width,
                        height,
                    });
                }
                (b"IEND", _) => return told("后面还有别的内容"),
                _ => {}
            }
            rest = behind;
        }
    }

    /// Its address in the site changes with its content.
    #[must_use]
    pub fn tag(&self) -> &str {
        self.hash.get(..12).unwrap_or_default()
    }
}

/// The next chunk of a PNG file: its kind, its data, what is behind it; nothing where its sum is wrong.
fn chunk(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(4)?;
    let length = u32::from_be_bytes(length.try_into().ok()?);
    let (summed, rest) = rest.split_at_checked(usize::try_from(length).ok()?.checked_add(4)?)?;
    let (sum, behind) = rest.split_at_checked(4)?;
    let (kind, data) = summed.split_at_checked(4)?;
    (crc32fast::hash(summed).to_be_bytes() == sum).then_some((kind, data, behind))
}

const DISTRICT: &str = "district";
const LOGO: &str = "district.logo";

/// How the deployment of a database presents itself.
pub(crate) fn of(conn: &mut Conn) -> AppResult<District> {
    match deployment::setting(conn, DISTRICT)? {
        Some(text) => serde_json::from_str(&text)
            .map_err(|e| AppError::Fault(format!("设置“{DISTRICT}”不是有效的 JSON：{e}"))),
        None => Ok(District::default()),
    }
}

/// The bytes of the logo that the district has.
pub(crate) fn logo(conn: &mut Conn, district: &District) -> AppResult<Option<Vec<u8>>> {
    let Some(logo) = &district.portal.logo else {
        return Ok(None);
    };
    let bytes = deployment::setting(conn, LOGO)?.and_then(|text| unhex(&text));
    let whole = bytes.filter(|bytes| Logo::of(bytes).is_ok_and(|found| found == *logo));
    whole
        .map(Some)
        .ok_or_else(|| AppError::Fault(format!("设置“{LOGO}”不是设置“{DISTRICT}”所说的图片")))
}

impl Deployment {
    /// Writes how the district presents itself; its logo stays as it is.
    ///
    /// # Errors
    /// Refused to anybody but the operator; faults of the store.
    pub fn set_district(ctx: &Ctx<'_>, district: &District) -> AppResult<()> {
        set(ctx, district, None)
    }

    /// The same with another logo.
    ///
    /// # Errors
    /// As [`Self::set_district`]; bad input: the file is no picture that is taken.
    pub fn set_district_with_logo(
        ctx: &Ctx<'_>,
        district: &District,
        bytes: &[u8],
    ) -> AppResult<()> {
        let mut district = district.clone();
        district.portal.logo = Some(Logo::of(bytes)?);
        set(ctx, &district, Some(bytes))
    }
}

fn set(ctx: &Ctx<'_>, district: &District, logo: Option<&[u8]>) -> AppResult<()> {
    let text = serde_json::to_string(district).map_err(|e| AppError::Fault(e.to_string()))?;
    ctx.change(Act::DistrictSet, |load| {
        let mut tx = load.permit(Scope::District)?;
        deployment::set(&mut tx, DISTRICT, &text)?;
        if let Some(bytes) = logo {
            deployment::set(&mut tx, LOGO, &hex(bytes))?;
        }
        // The picture is told by its hash.
        Ok(tx.done((), serde_json::json!({"value": district})))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    #[test]
    fn a_path_is_in_order_or_told() {
        for (given, kept) in [
            ("", ""),
            ("/", ""),
            ("/credit", "/credit"),
            ("/credit/", "/credit"),
            ("/xy/credit-1_a.b~c", "/xy/credit-1_a.b~c"),
        ] {
            assert_eq!(SitePath::parse(given).unwrap().as_str(), kept, "{given}");
        }
        for (given, why) in [
            ("credit", "应当以“/”开头"),
            ("https://a.example/credit", "应当以“/”开头"),
            ("//", "多了一个“/”"),
            ("//credit", "多了一个“/”"),
            ("/credit//", "多了一个“/”"),
            ("/a//b", "多了一个“/”"),
            ("/../credit", "“..”"),
            ("/credit/..", "“..”"),
            ("/./credit", "“..”"),
            ("/credit?a=b", "问号"),
            ("/credit#a", "“#”"),
            ("/信用", "不能用的字符"),
            ("/%2e%2e", "不能用的字符"),
            ("/a b", "不能用的字符"),
            ("/a\\b", "不能用的字符"),
            ("/<b>", "不能用的字符"),
        ] {
            let told = SitePath::parse(given).unwrap_err();
            assert!(told.contains(why), "{given}: {told}");
        }
        assert!(SitePath::parse(&format!("/{}", "a".repeat(100))).is_err());
        let stored: Result<SitePath, _> = serde_json::from_str("\"credit\"");
        assert!(stored.is_err(), "what is stored is looked at as well");
    }

    #[test]
    fn words_are_one_line_and_addresses_whole() {
        assert_eq!(words(" <b>区</b> ").unwrap(), "<b>区</b>", "shown as text");
        for wrong in ["", "  ", "a\nb", "a\0"] {
            assert!(words(wrong).is_err(), "{wrong:?}");
        }
        assert!(words(&"字".repeat(201)).is_err());
        let link = Link::parse("政务公开=https://www.example.gov.cn/a?b=c").unwrap();
        assert_eq!(link.href, "https://www.example.gov.cn/a?b=c");
        for wrong in [
            "政务公开",
            "政务公开=/zwgk",
            "政务公开=javascript:alert(1)",
            "政务公开=http://a.example/",
            "=https://a.example/",
            "a=https://a.example/\"><script>",
        ] {
            assert!(Link::parse(wrong).is_err(), "{wrong}");
        }
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = PNG.to_vec();
        let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
        header.extend([8, 0, 0, 0, 0]);
        for (kind, data) in [
            (b"IHDR", header.as_slice()),
            (b"IDAT", b"x"),
            (b"IEND", b""),
        ] {
            bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
            let summed = [kind.as_slice(), data].concat();
            bytes.extend(&summed);
            bytes.extend(crc32fast::hash(&summed).to_be_bytes());
        }
        bytes
    }

    #[test]
    fn a_logo_is_a_whole_picture_and_nothing_else() {
        let good = png(120, 40);
        let logo = Logo::of(&good).unwrap();
        assert_eq!((logo.width, logo.height, logo.hash.len()), (120, 40, 64));
        let mut damaged = good.clone();
        damaged[20] ^= 1;
        for (bytes, why) in [
            (b"<svg onload=\"alert(1)\"/>".to_vec(), "不是 PNG"),
            (b"GIF89a".to_vec(), "不是 PNG"),
            (damaged, "损坏"),
            (good[..good.len() - 1].to_vec(), "不完整"),
            ([good.as_slice(), b"<script>"].concat(), "后面还有"),
            (png(0, 40), "尺寸"),
            (png(2_001, 40), "尺寸"),
            (PNG.to_vec(), "不完整"),
            (vec![0; LARGEST_LOGO + 1], "太大"),
        ] {
            let AppError::BadInput(told) = Logo::of(&bytes).unwrap_err() else {
                unreachable!("bad input");
            };
            assert!(told.contains(why), "{told}");
        }
    }
}
