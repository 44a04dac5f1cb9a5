//! What the command line takes.

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
    /// 按这一天查看和办理，缺省为北京时间的今天；写入只在示范区和培训用的部署上接受
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
    /// 代部门导入一份报送文件
    Import(Import),
    /// 登记库：导入组织名录
    #[command(subcommand)]
    Register(Register),
    /// 部门：导入部门名单，列出部门
    #[command(subcommand)]
    Department(Department),
    /// 记录：查看、认定类别、撤下公示（均写入审计）
    #[command(subcommand)]
    Record(Record),
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
    /// 数据库：建立和升级、备份、恢复、核验
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
}

/// 导入。
#[derive(Debug, Args)]
pub struct Import {
    /// 要导入的文件
    #[arg(value_name = "文件")]
    pub file: PathBuf,
    /// 报送部门的编号（见 xinheng department list）
    #[arg(long, value_name = "编号")]
    pub department: String,
    /// 工作表名称
    #[arg(long, value_name = "名称")]
    pub sheet: Option<String>,
    /// 只试算，不写入
    #[arg(long)]
    pub dry_run: bool,
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
    /// 列出暂缓公示、等待认定类别的记录
    Held,
    /// 认定一条暂缓公示记录的类别，应当写明理由
    Decide {
        /// 记录编号
        #[arg(value_name = "编号")]
        id: String,
        /// 类别，写中文名称或者编号（minor 轻微、general 一般、serious 严重）
        #[arg(long, value_name = "类别")]
        class: String,
        /// 认定理由
        #[arg(long, value_name = "文字")]
        grounds: String,
    },
    /// 立即撤下一条公示有误的记录，应当写明理由
    Withhold {
        /// 记录编号
        #[arg(value_name = "编号")]
        id: String,
        /// 理由
        #[arg(long, value_name = "文字")]
        grounds: String,
    },
    /// 由第二人确认撤下，或者恢复公示
    Confirm {
        /// 记录编号
        #[arg(value_name = "编号")]
        id: String,
        /// 恢复公示；缺省为确认撤下
        #[arg(long)]
        restore: bool,
        /// 理由
        #[arg(long, value_name = "文字")]
        grounds: String,
    },
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
}

/// 代码。
#[derive(Debug, Args)]
pub struct Code {
    /// 要检验的代码；写「-」从标准输入逐行读取
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
    #[arg(long, value_name = "天数")]
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
    /// 规则变动后重新计算已有记录的公示日期
    Apply,
}

/// 数据库。
#[derive(Debug, Subcommand)]
pub enum Db {
    /// 建立数据库，或者升级到本程序的版本
    Migrate {
        /// 建立培训用的部署：每一页都标明是演示数据，并且接受「--today」；只能在建立时写明
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
    /// 核验数据库和审计链
    Verify {
        /// 以前核验时打印并抄录下来的审计链末端，核对它还在不在
        #[arg(long, value_name = "末端")]
        noted: Option<String>,
    },
}

/// 本区设置。
#[derive(Debug, Subcommand)]
pub enum District {
    /// 写入设置
    Set {
        /// 区（县）名称
        #[arg(long, value_name = "文字")]
        name: String,
        /// 信用办名称
        #[arg(long, value_name = "文字")]
        office: String,
        /// 公开的联系方式
        #[arg(long, value_name = "文字")]
        contact: String,
    },
    /// 查看设置
    Show,
}

/// 示范区。
#[derive(Debug, Args)]
pub struct Demo {
    /// 只建立一个小的示范区（约 150 个组织），用于测试
    #[arg(long)]
    pub small: bool,
}
