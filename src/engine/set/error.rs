//! What keeps a set from being continued.

use crate::message::catalogue;

catalogue! {
    /// A set can't be continued.
    pub error SetError {
        /// There is none, or it can't be read.
        Unreadable { path: String, detail: String }
            => "--resume {path}: no set can be read there: {detail}; name the folder that holds set.json",
               "--resume {path}: không đọc được bộ kết quả: {detail}; hãy chỉ thư mục chứa set.json";
        /// A member's path that leads elsewhere.
        Outside { path: String }
            => "{path} leads out of the set's folder, where no run of this tool puts a record; begin a new set",
               "{path} dẫn ra ngoài thư mục của bộ kết quả, công cụ không ghi bản ghi ở đó; hãy bắt đầu bộ mới";
        /// A set of another command or of another version of the records.
        OtherKind { path: String, found: String, wanted: String }
            => "--resume {path}: that is a set of {found}, not of {wanted}; continue it with the command and the version that began it",
               "--resume {path}: đó là bộ kết quả của {found}, không phải {wanted}; hãy tiếp tục bằng lệnh và phiên bản đã bắt đầu nó";
        /// A run's record isn't the one that the set was written with.
        Changed { path: String, expected: String, found: String }
            => "{path} isn't the record that the set was written with: its SHA-256 is {found}, and the set has {expected}; put the record back, or begin a new set",
               "{path} không phải bản ghi lúc lập bộ kết quả: SHA-256 là {found}, trong bộ là {expected}; hãy khôi phục bản ghi hoặc bắt đầu bộ mới";
        /// Another set of options would have made other runs.
        OtherOptions { path: String, label: String, what: String, argv: String }
            => "--resume {path}: with these options run {label} would differ in {what}; give the options of before: {argv}",
               "--resume {path}: với các tham số này lần chạy {label} sẽ khác về {what}; hãy dùng lại tham số cũ: {argv}";
        /// There is nothing to go on from.
        NothingDone { path: String }
            => "--resume {path}: no run of it is done; begin it anew, without --resume",
               "--resume {path}: chưa có lần chạy nào hoàn tất; hãy bắt đầu lại, không dùng --resume";
        /// A setting that was changed for a run, and by somebody else meanwhile.
        ChangedByOthers { name: String, ours: String, found: String }
            => "somebody set {name} to {found} while it was {ours} for a run; it was left so, and the set ends: agree on who changes settings, then go on with --resume",
               "có người đã đặt {name} thành {found} trong khi lần chạy đang dùng {ours}; giá trị đó được giữ nguyên và bộ chạy dừng: hãy thống nhất ai được đổi thiết lập rồi tiếp tục bằng --resume";
        /// Configurations that no server starts with, or that aren't measured.
        NoneUsable { all: String }
            => "none of the configurations can be measured: {all}",
               "không cấu hình nào đo được: {all}";
    }
}

impl SetError {
    /// Whether the command line is at fault: it names no set, or another one.
    pub fn is_usage(&self) -> bool {
        !matches!(
            self,
            SetError::Changed { .. } | SetError::Outside { .. } | SetError::ChangedByOthers { .. }
        )
    }
}
