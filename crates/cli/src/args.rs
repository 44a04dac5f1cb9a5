//! What the command line takes.

mod account;
mod case;
mod district;

pub use account::{Account, Letter, Roster, RosterChange};
pub use case::Case;
pub use district::{District, Given, Set as DistrictSet};

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::{Timestamp, civil::Date};
use std::{net::SocketAddr, path::PathBuf};

/// 信衡：区（县）社会信用体系建设工作系统。
///
/// 从部门的文件，到有依据、有期限、有出口、可核验的公开档案。
/// 单机使用时数据放在一个目录里（--data），全市使用时放在 PostgreSQL 里（--database）。
#[derive(Debug, Parser)]
#[command(
    name = "xinheng",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub struct Cli {
    /// 全局选项。
    #[command(flatten)]
    pub global: Global,
    /// 要做的事。
    #[command(subcommand)]
    pub command: Command,
}

/// 全局选项。
#[derive(Debug, Args)]
pub struct Global {
    /// 数据目录（其中的 xinheng.db 是数据库，rulebook/ 是本地规则），也可以写在环境变量 XINHENG_DATA 里
    #[arg(
        long,
        global = true,
        value_name = "目录",
        env = "XINHENG_DATA",
        hide_env = true
    )]
    pub data: Option<PathBuf>,
    /// PostgreSQL 地址，例如 postgres://用户@主机/库名，也可以写在环境变量 XINHENG_DATABASE 里
    #[arg(
        long,
        global = true,
        value_name = "地址",
        env = "XINHENG_DATABASE",
        hide_env = true
    )]
    pub database: Option<String>,
    /// 自然人信息的密钥文件，缺省为数据目录里的 person.key，也可以写在环境变量 XINHENG_PERSON_KEY 里
    #[arg(
        long,
        global = true,
        value_name = "文件",
        env = "XINHENG_PERSON_KEY",
        hide_env = true
    )]
    pub person_key: Option<PathBuf>,
    /// 按这一天查看和办理，缺省为北京时间的今天；查看和办理一个部署，只在示范区和培训用的部署上接受
    #[arg(long, global = true, value_name = "日期")]
    pub today: Option<Date>,
    /// 显示说明
    #[arg(short, long, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// 显示版本
    #[arg(short = 'V', long, global = true, action = clap::ArgAction::Version)]
    version: Option<bool>,
    /// 输出形式：text 给人看（缺省），json 给程序读，每行一个
    #[arg(hide_possible_values = true, hide_default_value = true, long, global = true, value_enum, default_value_t = Output::Text, value_name = "形式")]
    pub output: Output,
    /// 本机的时间早于最后一条审计时，确认现在的时间是对的；确认写入审计
    // Only the refusal that asks for it names it: who looks for options must not find it.
    #[arg(long, global = true, hide = true)]
    pub clock_is_right: bool,
}

/// 输出形式。
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// 给人看的文字和表格
    Text,
    /// 给程序读的 JSON，每行一个
    Json,
}

/// 要做的事。
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 检查一份报送文件，逐格指出问题；不保存任何内容
    Check(Check),
    /// 取一份空白的填报模板：下拉列表、填写提示和示例都在里面
    Template(Template),
    /// 代部门导入一份报送文件，或者收取一个文件夹里的文件
    Import(Import),
    /// 登记库：导入组织名录
    #[command(subcommand)]
    Register(Register),
    /// 部门：导入部门名单，列出、合并和分设部门
    #[command(subcommand)]
    Department(Department),
    /// 批次：列出收到的文件，放弃一次中断的导入
    #[command(subcommand)]
    Batch(Batch),
    /// 办件：待办、查看、开始、办理（按规则库中的办理规则，均写入审计）
    #[command(subcommand)]
    Case(Case),
    /// 记录：查看、记录作出决定的单位认定的类别、撤下公示（均写入审计）
    #[command(subcommand)]
    Record(Record),
    /// 向上级平台报送：按上级的模板生成文件，读入回执
    #[command(subcommand)]
    Forward(Forward),
    /// 自然人信息：建立密钥、计数、按规定删除（不列出、不检索）
    #[command(subcommand)]
    Person(Person),
    /// 账号：新建、授予和收回角色、重置密码、停用、绑定操作系统账号、人员名册、审计函件
    #[command(subcommand)]
    Account(Account),
    /// 启动公开网站和接口
    Serve(Serve),
    /// 检验统一社会信用代码
    Code(Code),
    /// 计算工作日期限
    Deadline(Deadline),
    /// 按代码或者名称查找组织
    Search(Search),
    /// 查看一个组织的全部信息（含未公开的，须写明用途，写入审计）
    Subject(Subject),
    /// 规则库：检查、查看
    #[command(subcommand)]
    Rulebook(Rulebook),
    /// 数据库：建立和升级、备份、恢复、复制、核验
    #[command(subcommand)]
    Db(Db),
    /// 设置本区名称、信用办名称和联系方式
    #[command(subcommand)]
    District(District),
    /// 建立一个虚构的示范区，供试用和培训
    Demo(Demo),
}

/// 检查。
#[derive(Debug, Args)]
pub struct Check {
    /// 要检查的文件（.csv、.tsv、.xls 或 .xlsx）
    #[arg(value_name = "文件")]
    pub file: PathBuf,
    /// 工作表名称；缺省检查第一张有数据的表
    #[arg(long, value_name = "名称")]
    pub sheet: Option<String>,
    /// 同时与登记库核对名称和代码（需要 --data 或 --database）
    #[arg(long)]
    pub register: bool,
    /// 把批注后的工作簿写到这个文件（.xlsx）：原有的表和列，逐格批注，改正后可以直接再报
    #[arg(long, value_name = "文件")]
    pub out: Option<PathBuf>,
    /// 列出全部问题；缺省最多逐一列出60000个，其余只计数
    #[arg(long)]
    pub all: bool,
}

/// 模板。
#[derive(Debug, Args)]
pub struct Template {
    /// 目录项的编号，例如 penalty（见 --list）
    #[arg(value_name = "目录项", required_unless_present = "list")]
    pub item: Option<String>,
    /// 写到这个文件（.xlsx）
    #[arg(long, value_name = "文件", required_unless_present = "list")]
    pub out: Option<PathBuf>,
    /// 列出有哪些目录项
    #[arg(long, conflicts_with_all = ["item", "out"])]
    pub list: bool,
}

/// 导入。
#[derive(Debug, Args)]
pub struct Import {
    /// 要导入的文件
    // What goes with `--watch` says itself that the folder is missing.
    #[arg(value_name = "文件", required_unless_present_any = ["watch", "once", "interval", "settle"])]
    pub file: Option<PathBuf>,
    /// 报送部门的编号（见 xinheng department list）
    #[arg(
        long,
        value_name = "编号",
        required_unless_present_any = ["watch", "once", "interval", "settle"]
    )]
    pub department: Option<String>,
    /// 工作表名称
    #[arg(long, value_name = "名称")]
    pub sheet: Option<String>,
    /// 只试算，不导入任何内容；试算写入审计
    #[arg(long)]
    pub dry_run: bool,
    /// 不导入一份文件，而是一直收取这个文件夹里的文件，直到按 Ctrl+C
    ///
    /// 各部门把文件放进以部门编号命名的文件夹（文件夹/编号/…）。大小和时间在一段时间里没有变化的
    /// 才收取；收取的连同回执移到旁边的“已处理”，没有收取的留在原处，旁边的回执写明原因。
    #[arg(
        long,
        value_name = "文件夹",
        conflicts_with_all = ["file", "department", "sheet", "dry_run"]
    )]
    pub watch: Option<PathBuf>,
    /// 与 --watch 同用：收取一遍就结束
    #[arg(long)]
    pub once: bool,
    /// 与 --watch 同用：每隔多少秒查看一次，缺省为15
    #[arg(
        long,
        value_name = "秒数",
        allow_negative_numbers = true,
        value_parser = clap::value_parser!(u64).range(1..=86_400)
    )]
    pub interval: Option<u64>,
    /// 与 --watch 同用：文件多少秒没有变化才收取，缺省为10
    #[arg(
        long,
        value_name = "秒数",
        allow_negative_numbers = true,
        value_parser = clap::value_parser!(u64).range(0..=86_400)
    )]
    pub settle: Option<u64>,
}

/// 登记库。
#[derive(Debug, Subcommand)]
pub enum Register {
    /// 导入组织名录（代码、名称、成立日期、类型、状态等）
    Import {
        /// 名录文件（.csv、.tsv、.xls 或 .xlsx）
        #[arg(value_name = "文件")]
        file: PathBuf,
        /// 工作表名称
        #[arg(long, value_name = "名称")]
        sheet: Option<String>,
    },
}

/// 部门。
#[derive(Debug, Subcommand)]
pub enum Department {
    /// 导入部门名单（编号、名称、统一社会信用代码）
    Import {
        /// 名单文件（.csv）
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
    /// 列出部门
    List,
    /// 部门合并、更名或者分设：从今天起由承接的部门办理（写入审计）
    Merge {
        /// 原部门的编号
        #[arg(value_name = "编号")]
        department: String,
        /// 承接的部门的编号；分设的写两个以上
        #[arg(value_name = "承接的编号", required = true)]
        successors: Vec<String>,
        /// 批准文件的文号
        #[arg(long, value_name = "文号")]
        document: String,
    },
    /// 把分设部门的一类信息分派给承接的一个部门（写入审计）
    Assign {
        /// 分设的部门的编号
        #[arg(value_name = "编号")]
        department: String,
        /// 目录项，例如 penalty
        #[arg(value_name = "目录项")]
        item: String,
        /// 承接的部门的编号
        #[arg(value_name = "承接的编号")]
        to: String,
    },
}

/// 记录。
#[derive(Debug, Subcommand)]
pub enum Record {
    /// 查看一条记录的全部内容、各版本和规则依据
    Show {
        /// 记录编号
        #[arg(value_name = "编号")]
        id: String,
        /// 用途（写入审计）
        #[arg(long, value_name = "文字")]
        purpose: String,
    },
    /// 列出类别未定、等待作出决定的单位载明的记录
    Held,
    /// 记录作出决定的单位认定的类别，应当写明所据的文件（信用主管部门不认定类别）
    Decide {
        /// 记录编号
        #[arg(value_name = "编号")]
        id: String,
        /// 类别，写中文名称或者编号（minor 轻微、general 一般、serious 严重）
        #[arg(long, value_name = "类别")]
        class: String,
        /// 载明类别的文件名称或者文号
        #[arg(long, value_name = "文件")]
        document: String,
        /// 文件日期，例如 2026-04-10
        #[arg(long, value_name = "日期")]
        dated: Date,
        /// 出具文件的单位和人员
        #[arg(long, value_name = "单位和人员")]
        by: String,
        /// 您看到的变动次数（见 record show）；之后又有变动的，不予办理
        #[arg(long, value_name = "次数")]
        seen: Option<u32>,
    },
    /// 列出已经撤下、等待第二人确认的记录
    Withheld,
    /// 列出需要报送部门阅读的文字：有存疑的内容，或者整段不公开
    Readings {
        /// 只列这个部门的；缺省为全部部门
        #[arg(long, value_name = "编号")]
        department: Option<String>,
        /// 只列以前已经公示、后来存疑的，分部门列出，并写明已经报送上级平台、应当更正的行
        #[arg(long)]
        published: bool,
        /// 不列待办，列出已经记录的阅读结果
        #[arg(long, conflicts_with_all = ["department", "published"])]
        said: bool,
    },
    /// 记录报送部门阅读一段文字后的说明；没有部门的文件不恢复任何隐去的内容
    Reading {
        /// 记录编号
        #[arg(value_name = "编号")]
        id: String,
        /// 栏目，写编号或者中文名称（见 record readings）
        #[arg(value_name = "栏目")]
        field: String,
        /// 说明：masked-as-it-is 维持隐去，no-person 不是人名，rewritten 另写公示文本，mask 加隐，withhold 整段不公开，returned 退回
        #[arg(long, value_enum, value_name = "说明", hide_possible_values = true)]
        says: SaysWord,
        /// 所说的几个字，或者改写后的文字
        #[arg(long, value_name = "文字")]
        text: Option<String>,
        /// 依据
        #[command(flatten)]
        said: Said,
    },
    /// 撤销一项阅读结果；撤销加隐和整段不公开，应当有部门的文件
    Unsay {
        /// 阅读结果的编号（见 record readings --said）
        #[arg(value_name = "编号")]
        number: u64,
        /// 依据
        #[command(flatten)]
        said: Said,
    },
    /// 立即撤下一条公示有误的记录，应当写明理由
    Withhold {
        /// 记录编号
        #[arg(value_name = "编号")]
        id: String,
        /// 理由
        #[arg(long, value_name = "文字")]
        grounds: String,
        /// 您看到的变动次数（见 record show）；之后又有变动的，不予办理
        #[arg(long, value_name = "次数")]
        seen: Option<u32>,
    },
    /// 由第二人用本人的系统账号确认撤下，或者恢复公示
    Confirm {
        /// 记录编号
        #[arg(value_name = "编号")]
        id: String,
        /// 恢复公示；缺省为确认撤下
        #[arg(long, conflicts_with = "because")]
        restore: bool,
        /// 撤下的原因：公示有误，或者原决定已撤销、已变更（后两种对外说明文书号、日期和原因）
        #[arg(long, value_enum, default_value_t = Because::Wrong, value_name = "原因")]
        because: Because,
        /// 理由
        #[arg(long, value_name = "文字")]
        grounds: String,
        /// 您看到的变动次数（见 record show）；之后又有变动的，不予办理
        #[arg(long, value_name = "次数")]
        seen: Option<u32>,
    },
}

/// 怎样处理一段文字。
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SaysWord {
    /// 部门说明：维持隐去
    MaskedAsItIs,
    /// 部门说明：--text 写明的几个字不是人名
    NoPerson,
    /// 部门说明：公示文本改为 --text 写明的文字
    Rewritten,
    /// 信用办或者部门：把 --text 写明的几个字也隐去
    Mask,
    /// 信用办或者部门：整段不公开
    Withhold,
    /// 信用办：退回部门改写
    Returned,
}

/// 依据。
#[derive(Debug, Args)]
pub struct Said {
    /// 部门的文件名称或者文号
    #[arg(long, value_name = "文件")]
    pub document: Option<String>,
    /// 文件日期，例如 2026-04-10
    #[arg(long, value_name = "日期")]
    pub dated: Option<Date>,
    /// 出具文件的单位和人员
    #[arg(long, value_name = "单位和人员")]
    pub by: Option<String>,
    /// 没有部门文件时，信用办加隐、整段不公开或者退回的理由
    #[arg(long, value_name = "文字")]
    pub grounds: Option<String>,
}

/// 撤下的原因。
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Because {
    /// 公示有误
    Wrong,
    /// 原决定已撤销
    Annulled,
    /// 原决定已变更
    Changed,
}

/// 批次。
#[derive(Debug, Subcommand)]
pub enum Batch {
    /// 列出最近收到的批次，新的在前
    List {
        /// 只列这个部门的；缺省为全部部门
        #[arg(long, value_name = "编号")]
        department: Option<String>,
        /// 最多列多少个
        #[arg(long, value_name = "个数", default_value_t = 20)]
        limit: u32,
    },
    /// 放弃一个没有导入完成的批次：其中的内容不会公示，同一份文件可以重新报送
    Abandon {
        /// 批次编号
        #[arg(value_name = "编号")]
        id: String,
        /// 理由
        #[arg(long, value_name = "文字")]
        grounds: String,
    },
}

/// 报送。
#[derive(Debug, Subcommand)]
pub enum Forward {
    /// 列出报送模板
    Templates,
    /// 生成一份报送文件，只含上级平台还没有接收的信息
    Make {
        /// 模板编号（见 xinheng forward templates）
        #[arg(value_name = "模板")]
        template: String,
        /// 只报这个部门的；缺省为全部部门
        #[arg(long, value_name = "编号")]
        department: Option<String>,
        /// 决定日期从哪一天起
        #[arg(long, value_name = "日期")]
        from: Date,
        /// 决定日期到哪一天止（含当日）
        #[arg(long, value_name = "日期")]
        until: Date,
        /// 生成的文件（.xlsx 或 .csv），不覆盖已有的
        #[arg(long, value_name = "文件")]
        out: PathBuf,
        /// 连同等待回执的、退回后尚未更正的一起再报
        #[arg(long)]
        again: bool,
    },
    /// 读入上级平台的回执，逐行记下接收或者退回
    Receipt {
        /// 回执文件
        #[arg(value_name = "文件")]
        file: PathBuf,
        /// 工作表名称
        #[arg(long, value_name = "名称")]
        sheet: Option<String>,
        /// 回执针对哪一份报送文件（见 xinheng forward list）
        #[arg(long, value_name = "编号")]
        dispatch: Option<String>,
    },
    /// 列出生成过的报送文件和回执情况
    List,
}

/// 自然人信息。
#[derive(Debug, Subcommand)]
pub enum Person {
    /// 建立密钥文件；此后导入的自然人信息加密另存，只用于向上级平台报送
    Key {
        /// 密钥文件；缺省为数据目录里的 person.key
        #[arg(value_name = "文件")]
        file: Option<PathBuf>,
    },
    /// 各部门保存了多少条
    Count,
    /// 删除上级平台接收后已满保存期限的内容
    Delete,
}

/// 网站。
#[derive(Debug, Args)]
pub struct Serve {
    /// 监听地址，缺省为 127.0.0.1:8080
    #[arg(
        hide_default_value = true,
        long,
        value_name = "地址",
        default_value = "127.0.0.1:8080"
    )]
    pub listen: SocketAddr,
    /// Scheme and host, for paper.
    #[arg(
        long,
        value_name = "网址",
        help = "公开网站的网址，例如 https://credit.example，印在打印的页面和二维码上；不写的，用访问者打开的网址"
    )]
    pub site: Option<String>,
    /// 工作人员登录用的监听地址，例如 127.0.0.1:8081；不写的，没有人能登录
    #[arg(long, value_name = "地址")]
    pub office: Option<SocketAddr>,
    /// 工作人员经代理用 https 访问：登录凭据只经 https 传送
    #[arg(long)]
    pub https: bool,
    /// 可信的代理服务器地址，可以写几次；它报来的访问者地址才算数
    #[arg(long = "trusted-proxy", value_name = "IP")]
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// 上传的文件最大多少MB，缺省为64
    #[arg(
        long,
        value_name = "MB",
        allow_negative_numbers = true,
        value_parser = clap::value_parser!(u64).range(1..=4096)
    )]
    pub upload_mb: Option<u64>,
    /// 校核结果一共最多占多少MB，缺省为512
    #[arg(
        long,
        value_name = "MB",
        allow_negative_numbers = true,
        value_parser = clap::value_parser!(u64).range(1..=1_048_576)
    )]
    pub results_mb: Option<u64>,
    /// 同时最多多少个连接，缺省为4096，并受打开文件数的限制
    #[arg(
        long,
        value_name = "个数",
        allow_negative_numbers = true,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    pub connections: Option<u32>,
}

/// 代码。
#[derive(Debug, Args)]
pub struct Code {
    /// 要检验的代码；写“-”从标准输入逐行读取
    #[arg(value_name = "代码", required = true)]
    pub codes: Vec<String>,
}

/// 期限。
#[derive(Debug, Args)]
pub struct Deadline {
    /// 起算日期（作出决定的日期）
    #[arg(value_name = "日期")]
    pub date: Date,
    /// 工作日数
    #[arg(long, value_name = "天数", allow_negative_numbers = true)]
    pub days: u32,
    /// 按这一时刻已经公布的放假安排计算，例如 2019-03-01T00:00:00Z
    #[arg(long, value_name = "时刻")]
    pub known_at: Option<Timestamp>,
}

/// 查找。
#[derive(Debug, Args)]
pub struct Search {
    /// 代码，或者名称中的任意两个以上的字
    #[arg(value_name = "文字")]
    pub query: String,
    /// 最多列出多少个，缺省为20
    #[arg(
        hide_default_value = true,
        long,
        value_name = "个数",
        default_value_t = 20,
        allow_negative_numbers = true,
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub limit: u32,
}

/// 组织。
#[derive(Debug, Args)]
pub struct Subject {
    /// 统一社会信用代码（含曾用代码）
    #[arg(value_name = "代码")]
    pub code: String,
    /// 查看未公开信息的用途（写入审计）；不写则只显示今天可以公开的内容
    #[arg(long, value_name = "文字")]
    pub purpose: Option<String>,
    /// 只看在这一天有效的
    #[arg(long, value_name = "日期")]
    pub as_of: Option<Date>,
    /// 只看在这一时刻已知的
    #[arg(long, value_name = "时刻")]
    pub known_at: Option<Timestamp>,
    /// 列出公示中的全部记录；不写则每类先列出最近的20条（json 形式总是列出全部）
    #[arg(long)]
    pub all: bool,
}

/// 规则库。
#[derive(Debug, Subcommand)]
pub enum Rulebook {
    /// 检查规则库（含 --data 目录下的本地规则）
    Check,
    /// 查看规则库：来源、参数、目录项，或者其中一项
    Show {
        /// 参数、来源或者目录项的编号
        #[arg(value_name = "编号")]
        id: Option<String>,
    },
    /// 列出没有读到原文的依据，和原文没有写明、按本区适用口径处理的规则
    Open,
    /// 规则变动后重新计算已有记录的公示日期
    Apply,
    /// 列出历次提出的本地规则：现在起作用的、等待采用的、文件夹里还没提出的改动
    Sets {
        /// 只看这一号的全部文件
        #[arg(value_name = "编号")]
        number: Option<u64>,
    },
    /// 提出采用文件夹（数据目录下的 rulebook/）里的本地规则，先检查并列出每一处问题
    Propose,
    /// 采用另一人提出的本地规则；正在运行的网站随即按它办理
    Adopt {
        /// 编号（见 xinheng rulebook sets）
        #[arg(value_name = "编号")]
        number: u64,
    },
    /// 不采用提出的本地规则
    Refuse {
        /// 编号（见 xinheng rulebook sets）
        #[arg(value_name = "编号")]
        number: u64,
        /// 理由
        #[arg(long, value_name = "理由")]
        why: String,
    },
}

/// 数据库。
#[derive(Debug, Subcommand)]
pub enum Db {
    /// 建立数据库，或者升级到本程序的版本
    Migrate {
        /// 建立培训用的部署：每一页都标明是演示数据，并且接受“--today”；只能在建立时写明
        #[arg(long)]
        training: bool,
    },
    /// 在线备份到一个文件（SQLite）
    Backup {
        /// 备份文件
        #[arg(value_name = "文件")]
        to: PathBuf,
    },
    /// 用一个备份文件恢复数据库（SQLite）；现有的数据先另存一份
    Restore {
        /// 备份文件
        #[arg(value_name = "文件")]
        from: PathBuf,
    },
    /// 把整个部署复制到另一个空的数据库（SQLite 与 PostgreSQL 之间，任意方向），复制后逐表核对
    ///
    /// 源库按开始时的状态复制；复制期间又有写入的，会写明有多少次，这些不在目标库里。
    /// 中断以后再次运行同一条命令，接着上次的地方复制；没有复制完、没有核对相符的目标库打不开。
    /// 目标库里已经有别的数据的，不作任何改动。
    Copy {
        /// 源库：数据目录，或者 PostgreSQL 地址
        #[arg(long, value_name = "来源")]
        from: String,
        /// 目标库：数据目录，或者 PostgreSQL 地址；没有的目录会建立，PostgreSQL 的空库应当事先建好
        #[arg(long, value_name = "去处")]
        to: String,
    },
    /// 核验数据库和审计链
    Verify {
        /// 以前核验时打印并抄录下来的审计链末端，核对它还在不在
        #[arg(long, value_name = "末端")]
        noted: Option<String>,
        /// 另外逐条重算类别、期限和状态，重建并比较名称索引（时间较长）
        #[arg(long)]
        deep: bool,
    },
}

/// 示范区。
#[derive(Debug, Args)]
pub struct Demo {
    /// 只建立一个小的示范区（约 200 个组织），用于测试
    #[arg(long)]
    pub small: bool,
}
