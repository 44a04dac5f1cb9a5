//! Everything that is not the answer: turned once into a page or a problem document.

use crate::reason::Reason;
use axum::http::StatusCode;
use xinheng_app::{AppError, view::Tombstone};
use xinheng_domain::{
    identity, redact,
    refusal::{Refusal, RefusalCode},
};

/// Code of the answer of a site that shows no records.
pub(crate) const ELSEWHERE: &str = "published-elsewhere";

/// Why there is no ordinary answer.
#[derive(Debug, Clone)]
pub(crate) struct WebError {
    pub(crate) status: StatusCode,
    /// Stable id, also the last part of the problem's `type`.
    pub(crate) code: &'static str,
    /// Chinese: what and why.
    pub(crate) title: String,
    /// Chinese: more of it, and what to do.
    pub(crate) detail: String,
    /// Seconds after which to ask again.
    pub(crate) retry_after: Option<u32>,
    /// The outermost layer asks once more before it tells.
    pub(crate) again: bool,
    /// What went wrong in the machine's words: for the log, never for the reader.
    pub(crate) cause: Option<String>,
    /// What is left of a record that is over.
    pub(crate) tombstone: Option<Box<Tombstone>>,
    /// What is not done by rule, with article, day and way out.
    pub(crate) refusal: Option<Box<Refusal>>,
}

impl WebError {
    fn new(status: StatusCode, code: &'static str, title: &str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            title: title.to_owned(),
            // What was asked for is repeated in many of them: never somebody's number (I6).
            detail: redact::mask_identity_numbers(&detail.into()).into_owned(),
            retry_after: None,
            again: false,
            cause: None,
            tombstone: None,
            refusal: None,
        }
    }

    /// There is nothing at this address.
    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "没有找到这一页",
            "地址可能输入有误，或者这里从来没有公示过内容。",
        )
    }

    /// No subject bears this code.
    pub(crate) fn no_subject(code: &str) -> Self {
        let shown: String = identity::mask_code(code).chars().take(40).collect();
        let title = "没有这个代码的单位";
        if identity::is_masked_as_code(code) {
            return Self::new(
                StatusCode::NOT_FOUND,
                "no-such-subject",
                title,
                format!(
                    "“{shown}”像是个人的身份证件号码，不是单位的代码（已遮盖，没有保存）。本站只收录单位，不收录自然人。请核对 18 位统一社会信用代码，或者改用名称查询。"
                ),
            );
        }
        Self::new(
            StatusCode::NOT_FOUND,
            "no-such-subject",
            title,
            format!(
                "本站没有代码“{shown}”的登记资料。请核对 18 位统一社会信用代码，或者改用名称查询。没有查到，不说明这家单位有没有信用记录。"
            ),
        )
    }

    /// No record bears this number, or it was never public: the two are not told apart.
    pub(crate) fn no_record() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no-such-record",
            "没有这条记录",
            "没有这个编号的公示记录。请核对编号是否完整，或者从单位的页面进入。",
        )
    }

    /// No proof bears this code.
    pub(crate) fn no_proof() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no-such-proof",
            "没有这张凭证",
            "本站没有制作过这个编号的凭证。请核对编号的每一位；核对无误还是没有的，它不是本站制作的，请不要采信。",
        )
    }

    /// No private link leads here.
    pub(crate) fn no_question() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no-such-question",
            "没有这个链接",
            "没有用这个链接提出的事项。请核对链接的每一位；链接丢失以后不能补发，可以再提一次。",
        )
    }

    /// Somebody sends more forms than people fill in.
    pub(crate) fn too_many() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many",
            "提交得太多",
            "从您的网络地址提交的太多了，请过一小时再提交，或者用页面下方的方式联系。",
        )
    }

    /// The result of a check is no longer there.
    pub(crate) fn no_result() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no-such-result",
            "校核结果已经删除",
            "校核结果只保留很短的时间，现在已经删除，或者地址不完整。请重新校核一次文件。",
        )
    }

    /// A value in the address cannot be read.
    pub(crate) fn bad(name: &str, value: &str) -> Self {
        let shown: String = value.chars().take(60).collect();
        let want = match name {
            "as_of" => "日期写成 2026-03-02 这样的格式",
            "known_at" => "写成日期 2026-03-02，或者带时区的时间 2026-03-02T10:00:00+08:00",
            "month" => "月份写成 2026-03 这样的格式",
            "limit" => "写成 1 以上的整数",
            _ => "核对后重新填写",
        };
        Self::bad_input(format!(
            "地址中的“{name}”现在是“{shown}”，读不懂。请{want}。"
        ))
    }

    /// What was asked cannot be answered, and why.
    pub(crate) fn bad_input(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad-request",
            "请求的内容读不懂",
            detail,
        )
    }

    /// The method does not fit the address.
    pub(crate) fn method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "这个地址不接受这种请求",
            "请从页面上的链接或者按钮进入。",
        )
    }

    /// More than may be sent.
    pub(crate) fn too_large(limit_mb: u64) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "文件太大",
            format!(
                "一次最多接收 {limit_mb} MB。请把表格按月份或者按种类拆开，分几次校核；更大的文件可以在自己的电脑上用命令 xinheng check 校核，没有大小限制。"
            ),
        )
    }

    /// More than a form without a file holds.
    pub(crate) fn too_many_words(limit_kb: u64) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "发来的内容太大",
            format!(
                "这个地址不接收文件，一次最多接收 {limit_kb} KB。要校核表格，请从“表格校核”进入。"
            ),
        )
    }

    /// What stands before a part of a form does not end.
    pub(crate) fn part_head() -> Self {
        Self::bad_input(
            "表单里一部分的说明太长，没有读完。请用页面上的表单选择文件后提交，或者直接把文件内容作为请求正文。",
        )
    }

    /// Too much at once.
    pub(crate) fn busy(retry_after: u32) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "现在访问的人太多",
                format!("请在 {retry_after} 秒后再试一次。您没有做错什么，也没有丢失内容。"),
            )
        }
    }

    /// There is no room for the result of another check.
    pub(crate) fn no_room() -> Self {
        const AGAIN: u32 = 300;
        Self {
            detail: "校核结果的存放空间已满，这份文件已经校核，但是结果没有留下。请在 5 分钟后再试；着急的可以在自己的电脑上用命令 xinheng check 校核。".to_owned(),
            ..Self::busy(AGAIN)
        }
    }

    /// The disk for what is handed in is full.
    pub(crate) fn no_space() -> Self {
        Self {
            retry_after: Some(60),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "no-space",
                "暂时不能接收文件",
                "本站存放临时文件的空间已满，收到的部分已经删除。请在 1 分钟后再试；着急的可以在自己的电脑上用命令 xinheng check 校核。",
            )
        }
    }

    /// A file of ours could not be read or written.
    pub(crate) fn of_io(error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::no_space(),
            _ => Self::fault(),
        }
    }

    /// The database does not answer now.
    pub(crate) fn unavailable() -> Self {
        Self {
            retry_after: Some(10),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "暂时查不到数据",
                "本站的数据库暂时没有应答，请在 10 秒后再试。您没有做错什么，也没有丢失内容。",
            )
        }
    }

    /// What is sent is packed in a way that is not read.
    pub(crate) fn not_implemented() -> Self {
        Self::new(
            StatusCode::NOT_IMPLEMENTED,
            "not-implemented",
            "不支持这种传送方式",
            "Transfer-Encoding 只接受 chunked。请不要压缩请求的正文，或者写明 Content-Length。",
        )
    }

    /// It took too long.
    pub(crate) fn timeout() -> Self {
        Self {
            retry_after: Some(10),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "timeout",
                "这一页没有及时准备好",
                "查询用的时间太长，已经停下。请稍后再试，或者加上月份、部门等条件缩小范围。",
            )
        }
    }

    /// The rules changed while the answer was made: to be asked again at once.
    pub(crate) fn rules_changed() -> Self {
        Self {
            again: true,
            ..Self::busy(1)
        }
    }

    /// Ours.
    pub(crate) fn fault() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "fault",
            "本站出了问题",
            "这是本站的问题，不是您操作的问题。已经记下，请过一会儿再试。",
        )
    }

    /// One of each, for the page that explains them.
    pub(crate) fn every_kind() -> Vec<Self> {
        let gone = Tombstone {
            id: String::new(),
            status: "no_longer_current".to_owned(),
            message: "这条记录曾经公示，现在已不再公示。答复中的 tombstone 只有编号，没有内容。"
                .to_owned(),
            replaced_by: None,
            withdrawal: None,
        };
        vec![
            Self::bad_input(
                "地址中的参数读不懂。答复的 detail 会写明是哪一个、现在是什么、应当怎样写。",
            ),
            Self::by_rule(
                "答复的 detail 会写明为什么，refusal 会写明代码、依据的条款、何时可以办理和怎样办理。",
            ),
            Self::not_signed_in(),
            Self::forbidden("这项办理需要相应的身份。"),
            Self::elsewhere("只作指引的网站不显示记录。答复的 refusal 会写明到哪里查。"),
            Self::not_found(),
            Self::no_subject("……"),
            Self::no_record(),
            Self::no_proof(),
            Self::no_question(),
            Self::too_many(),
            Self::no_result(),
            Self::method(),
            crate::api::problem::gone(gone),
            Self::too_large(64),
            Self::upload_slow(),
            Self::busy(2),
            Self::timeout(),
            Self::unavailable(),
            Self::no_space(),
            Self::not_implemented(),
            Self::fault(),
        ]
    }

    /// Refused by rule, in whole.
    fn refused(refusal: Refusal) -> Self {
        if refusal.code == RefusalCode::PublishedElsewhere {
            return Self {
                refusal: Some(Box::new(refusal.clone())),
                ..Self::elsewhere(refusal.message)
            };
        }
        Self {
            refusal: Some(Box::new(refusal.clone())),
            ..Self::by_rule(refusal.message)
        }
    }

    /// The site shows no records.
    fn elsewhere(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            ELSEWHERE,
            "这里不显示单位的信用信息",
            detail,
        )
    }

    fn by_rule(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "refused",
            "按规定不能这样办理",
            detail,
        )
    }

    /// Whether it is for the reader to mend, on the page that was sent; whoever may not do it at all
    /// gets a page of its own.
    pub(crate) fn is_refusal(&self) -> bool {
        self.status.is_client_error() && self.status != StatusCode::FORBIDDEN
    }

    /// Whether it is refused under this code.
    pub(crate) fn is_refused_as(&self, code: &str) -> bool {
        let refusal = self.refusal.as_ref();
        refusal.is_some_and(|refusal| refusal.code.as_str() == code)
    }

    /// What is told beside a form.
    pub(crate) fn told(&self) -> String {
        let refusal = self.refusal.as_ref();
        refusal.map_or_else(|| self.detail.clone(), ToString::to_string)
    }

    /// The actor may not do this.
    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            "当前身份不能这样办理",
            detail,
        )
    }

    /// Nobody has signed in, or no longer.
    pub(crate) fn not_signed_in() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "not-signed-in",
            "没有登录",
            "请先在工作人员的网页上登录，再带着登录的会话（Cookie）请求。",
        )
    }

    /// The sender stopped sending.
    pub(crate) fn upload_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "upload-slow",
            "文件没有传完",
            "传送停顿太久或者太慢，已经停下，收到的部分已经删除。请检查网络后再传一次。",
        )
    }

    /// The page of it.
    pub(crate) fn reason(&self) -> Reason {
        let eyebrow = format!("{}", self.status.as_u16());
        let mut reason = Reason::new(&eyebrow, &self.title).say(self.detail.clone());
        if let Some(refusal) = &self.refusal {
            if let Some(until) = refusal.until {
                reason = reason.say(format!("{until}起可以办理。"));
            }
            if let Some(basis) = &refusal.basis {
                reason = reason.say(format!("依据：{basis}。"));
            }
            if !refusal.remedy.is_empty() {
                reason = reason.advise(&refusal.remedy);
            }
        }
        match self.code {
            "no-such-proof" => reason
                .link("/verify", "重新输入凭证编号")
                .link("/", "按名称或者代码查询单位"),
            ELSEWHERE => reason
                .link("/check", "报送前校核表格")
                .link("/guide/repair", "信用修复指南")
                .link("/about", "了解本站公示的方式"),
            "too-large" | "no-such-result" => reason.link("/check", "重新选择文件"),
            "busy" | "timeout" | "unavailable" | "no-space" | "fault" => {
                reason.advise("过一会儿刷新这一页。").link("/", "回到首页")
            }
            _ => reason
                .link("/", "按名称或者代码查询单位")
                .link("/records", "查看公示列表")
                .link("/about", "了解公示什么、不公示什么"),
        }
    }
}

impl From<AppError> for WebError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NotFound(text) => Self {
                detail: text,
                ..Self::not_found()
            },
            AppError::BadInput(text) => Self::bad_input(text),
            AppError::Refused(refusal) => Self::refused(*refusal),
            AppError::Forbidden(text) => Self::forbidden(text),
            AppError::Busy { retry_after } => Self::busy(retry_after),
            away if away.is_away() => Self {
                cause: Some(away.to_string()),
                ..Self::unavailable()
            },
            AppError::File { path, source } => Self {
                cause: Some(format!("{path}: {source}")),
                ..Self::of_io(&source)
            },
            // The reader gets a number, the log both the number and the words.
            fault => Self {
                cause: Some(fault.to_string()),
                ..Self::fault()
            },
        }
    }
}

impl axum::response::IntoResponse for WebError {
    /// Bare: the outermost layer makes a page or a problem document of it, once.
    fn into_response(self) -> axum::response::Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};
    use xinheng_store::StoreError;

    #[test]
    fn a_database_that_is_away_is_told_when_to_come_again() {
        let why = || "x".to_owned();
        let of = |error: StoreError| WebError::from(AppError::from(error));
        for away in [
            StoreError::Unreachable(why()),
            StoreError::Busy(why()),
            StoreError::Full(why()),
            StoreError::Corrupt(why()),
        ] {
            let told = of(away);
            assert_eq!((told.code, told.retry_after), ("unavailable", Some(10)));
            assert_eq!(told.status, StatusCode::SERVICE_UNAVAILABLE);
            assert!(told.cause.is_some(), "the log says why");
        }
        assert_eq!(of(StoreError::Other(why())).code, "fault");
    }

    #[test]
    fn a_full_disk_is_told_and_not_a_fault() {
        for kind in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded] {
            let full = WebError::from(AppError::File {
                path: "a".to_owned(),
                source: Error::from(kind),
            });
            assert_eq!((full.code, full.retry_after), ("no-space", Some(60)));
            assert_eq!(full.status, StatusCode::SERVICE_UNAVAILABLE);
        }
        let other = WebError::of_io(&Error::from(ErrorKind::PermissionDenied));
        assert_eq!(other.code, "fault");
    }
}
