//! What `xinheng district` takes.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;
use xinheng_app::{Link, SitePath, web_address, words};
use xinheng_domain::publicity::Mode;

/// 本区设置。
#[derive(Debug, Subcommand)]
pub enum District {
    /// 写入设置，没有写的选项保持原样
    Set(Box<Set>),
    /// 查看设置
    Show,
}

/// What is set: what is not given stays as it is, an empty value takes it away.
#[derive(Debug, Args)]
pub struct Set {
    /// 区（县）名称；名称、信用办和联系方式第一次要一起写
    #[arg(long, value_name = "文字", value_parser = words)]
    pub name: Option<String>,
    /// 信用办名称
    #[arg(long, value_name = "文字", value_parser = words)]
    pub office: Option<String>,
    /// 公开的联系方式
    #[arg(long, value_name = "文字", value_parser = words)]
    pub contact: Option<String>,
    /// 申请信用修复的网站（“信用中国”）的地址，以 https:// 开头，页面上链接到那里
    #[arg(long, value_name = "地址", value_parser = or_none(web_address))]
    pub platform: Option<Given<String>>,
    /// 信用办发文的机关代字，写在文号的年份前面，例如“衡信信用函”
    #[arg(long, value_name = "文字", value_parser = or_none(words))]
    pub letter_mark: Option<Given<String>>,
    /// 公开网站在主机名后面的路径，例如 /credit；写“/”表示没有路径
    #[arg(long, value_name = "路径", value_parser = SitePath::parse)]
    pub path: Option<SitePath>,
    /// 公示方式
    #[arg(long, value_name = "方式", value_enum)]
    pub publicity: Option<Publicity>,
    /// 门户网站的名称，写在每一页最上面
    #[arg(long, value_name = "文字", value_parser = or_none(words))]
    pub portal_name: Option<Given<String>>,
    /// 门户网站的地址
    #[arg(long, value_name = "地址", value_parser = or_none(web_address))]
    pub portal_home: Option<Given<String>>,
    /// 门户网站的标志图片（PNG 文件）
    #[arg(long, value_name = "文件", value_parser = or_none(file))]
    pub logo: Option<Given<PathBuf>>,
    /// 页首的链接，可以写几次；写了的代替原来的全部
    #[arg(long, value_name = "标题=地址", value_parser = or_none(Link::parse))]
    pub header_link: Vec<Given<Link>>,
    /// 页脚的链接，可以写几次；写了的代替原来的全部
    #[arg(long, value_name = "标题=地址", value_parser = or_none(Link::parse))]
    pub footer_link: Vec<Given<Link>>,
    /// 主办单位
    #[arg(long, value_name = "文字", value_parser = or_none(words))]
    pub sponsor: Option<Given<String>>,
    /// 网站标识码
    #[arg(long, value_name = "号码", value_parser = or_none(words))]
    pub site_code: Option<Given<String>>,
    /// ICP 备案号
    #[arg(long, value_name = "号码", value_parser = or_none(words))]
    pub icp: Option<Given<String>>,
    /// 公安备案号
    #[arg(long, value_name = "号码", value_parser = or_none(words))]
    pub police: Option<Given<String>>,
}

/// 公示方式。
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Publicity {
    /// 自行公示
    Own,
    /// 同步上级公示：只显示上级平台最近一次回执写明已接收的
    Mirror,
    /// 只作指引：不显示记录，写明到哪里查
    Guide,
}

impl From<Publicity> for Mode {
    fn from(given: Publicity) -> Self {
        match given {
            Publicity::Own => Self::Own,
            Publicity::Mirror => Self::Mirror,
            Publicity::Guide => Self::Guide,
        }
    }
}

/// The value of an option; none where it was given empty.
#[derive(Debug, Clone)]
pub struct Given<T>(pub Option<T>);

fn file(name: &str) -> Result<PathBuf, String> {
    Ok(PathBuf::from(name))
}

fn or_none<T: Clone + Send + Sync + 'static>(
    parse: fn(&str) -> Result<T, String>,
) -> impl Fn(&str) -> Result<Given<T>, String> + Clone + Send + Sync + 'static {
    move |text| {
        if text.is_empty() {
            return Ok(Given(None));
        }
        parse(text).map(|value| Given(Some(value)))
    }
}
