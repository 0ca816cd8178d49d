//! The lines about settings that are to be put back.

use super::catalogue;

catalogue! {
    /// A line of `pgvalidate undo`, or about it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum UndoLabel {
        Nothing {} => "nothing is to be undone", "không có gì cần khôi phục";
        Head { address: String, since: String }
            => "{address}, changed at {since}:", "{address}, đã đổi lúc {since}:";
        LiveHead { address: String, since: String, pid: u32, host: String }
            => "{address}, changed at {since} by process {pid} on {host}, which is still running:",
               "{address}, đã đổi lúc {since} bởi tiến trình {pid} trên {host}, vẫn đang chạy:";
        WouldReset { name: String, ours: String }
            => "{name} was set to {ours}; in postgresql.auto.conf there was none before",
               "{name} đã được đặt thành {ours}; trước đó postgresql.auto.conf không có";
        WouldSet { name: String, ours: String, before: String }
            => "{name} was set to {ours}; in postgresql.auto.conf it was {before} before",
               "{name} đã được đặt thành {ours}; trước đó postgresql.auto.conf ghi {before}";
        Reset { name: String, in_effect: String }
            => "{name} is out of postgresql.auto.conf again; in effect: {in_effect}",
               "{name} đã được bỏ khỏi postgresql.auto.conf; giá trị hiện hành: {in_effect}";
        Set { name: String, before: String, in_effect: String }
            => "{name} is {before} again; in effect: {in_effect}",
               "{name} trở lại là {before}; giá trị hiện hành: {in_effect}";
        OtherEffect { name: String, before: String }
            => "before us {name} was {before}: somebody has changed it elsewhere meanwhile",
               "trước khi đổi, {name} là {before}: đã có người đổi ở nơi khác";
        Conflict { name: String, ours: String, found: String, before: String }
            => "CONFLICT: {name} was left: we had set {ours}, and somebody else has since set {found}; before us: {before}",
               "XUNG ĐỘT: {name} được giữ nguyên: chúng ta đặt {ours}, sau đó có người đặt {found}; trước đó: {before}";
        None {} => "none", "không có";
        Reminder { address: String, since: String }
            => "settings of {address} were changed at {since} and not put back; run: pgvalidate undo",
               "thiết lập của {address} đã bị đổi lúc {since} và chưa được khôi phục; hãy chạy: pgvalidate undo";
    }
}
