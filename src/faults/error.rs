//! What can keep a fault from being injected or healed.

use super::proxy::ProxyError;
use crate::message::doing;
use crate::message::{Lang, Localized, Words, catalogue};
use crate::server::ServerError;
use crate::session::SessionError;

catalogue! {
    /// A fault could not be injected or healed.
    pub error FaultError {
        /// It met nothing: no backend, no connection, no lock to be had.
        NothingToHit { what: Words }
            => "there was no {what} to hit; let the load run longer or give it more writers",
               "không có {what:#} nào để tác động; hãy cho tải chạy lâu hơn hoặc thêm bộ ghi";
        /// Whose connection one is can't be read on the way.
        ThroughTls {}
            => "through TLS a connection's backend can't be read on the way; leave --url out, for a private server",
               "qua TLS không đọc được tiến trình máy chủ của kết nối trên đường truyền; hãy bỏ --url để dùng máy chủ riêng";
        /// Healing hangs.
        TookTooLong { after_s: u64 }
            => "it took more than {after_s} s; look whether the server answers",
               "quá {after_s} giây; hãy xem máy chủ có trả lời không";
        /// The process that was to be killed ended by itself.
        ProcessEnded { said: String }
            => "pgvalidate work ended before it could be killed: {said}",
               "pgvalidate work đã tự kết thúc trước khi bị kết thúc đột ngột: {said}";
        /// A session or a statement.
        Session { source: SessionError }
            => "{source}",
               "{source}";
        /// The private server.
        Server { source: ServerError }
            => "{source}",
               "{source}";
        /// The way through the proxy.
        Proxy { source: ProxyError }
            => "{source}",
               "{source}";
        /// The machine doesn't let us.
        System { what: String, source: std::io::Error }
            => "{what}: {source}",
               "{what}: {source}";
    }
}

impl From<SessionError> for FaultError {
    fn from(source: SessionError) -> FaultError {
        FaultError::Session { source }
    }
}

impl From<ServerError> for FaultError {
    fn from(source: ServerError) -> FaultError {
        FaultError::Server { source }
    }
}

impl FaultError {
    /// The writers' way is straight: there is no connection to be met.
    pub fn nowhere() -> FaultError {
        FaultError::NothingToHit { what: doing::CONNECTION }
    }

    /// The sentence in `lang`, that of a cause too.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            FaultError::Session { source } => source.text(lang),
            FaultError::Server { source } => source.text(lang),
            other => other.text(lang),
        }
    }
}
