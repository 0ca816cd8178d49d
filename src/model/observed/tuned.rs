//! What a tuning found out by measuring, or why it didn't.

use crate::message::catalogue;
use serde::{Deserialize, Serialize};

catalogue! {
    /// What a tuning found out by measuring, or why it didn't.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum TuneNote {
        ToSeeWith {}
            => "it is there to see with and makes nothing faster, so no gain is looked for; --only measures what it costs",
               "thiết lập này để quan sát chứ không làm nhanh hơn nên không đo mức tăng; dùng --only để đo chi phí";
        NeedsRestart {}
            => "it takes a restart, and no server is restarted that the tool didn't start: measure it on a private server with --settings-from",
               "cần khởi động lại, và công cụ không khởi động lại máy chủ mà nó không tự khởi động: hãy đo trên máy chủ riêng với --settings-from";
        NotOfServer {}
            => "it is set for a table, or outside of the server: it is not measured here",
               "được đặt cho bảng hoặc ngoài máy chủ: không đo ở đây";
        NotAskedToMeasure {}
            => "not measured: --only names others",
               "không đo: --only chỉ định mục khác";
        NotMeasuredYet {}
            => "not measured: the set was stopped before",
               "chưa đo: bộ chạy đã dừng trước đó";
        NoTimeFor { needed_s: u64, time_s: u64 }
            => "not verifiable in this time: with it all runs take about {needed_s} s, and --time is {time_s} s",
               "không kiểm chứng được trong thời gian này: cần khoảng {needed_s} giây, còn --time là {time_s} giây";
        TrialFailed { label: String }
            => "the run {label} could not be carried through; its record says why",
               "không hoàn tất được lần chạy {label}; xem lý do trong bản ghi";
        ShorterThanCycles { arm_s: u64, needed_s: u64 }
            => "not verifiable in this time: a run of {arm_s} s spans no two checkpoint cycles; it takes {needed_s} s (--arm)",
               "không kiểm chứng được trong thời gian này: lần chạy {arm_s} giây không bao trùm hai chu kỳ checkpoint; cần {needed_s} giây (--arm)";
        NoEvidence {}
            => "there is no run that shows enough to go by; see what lacks",
               "không có lần chạy nào cho đủ bằng chứng; xem phần còn thiếu";
        NothingToPropose {}
            => "nothing is proposed: no rule's evidence asks for a change",
               "không đề xuất gì: không quy tắc nào có số liệu đòi hỏi thay đổi";
        HiddenByClient { limited: usize }
            => "in {limited} of its runs the client was the limit, so a gain of the server wouldn't show: run the tool on a machine of its own",
               "trong {limited} lần chạy của mục này máy khách là điểm nghẽn nên mức tăng của máy chủ không lộ ra: hãy chạy công cụ trên máy riêng";
        BetterAndWorse { better: String, worse: String }
            => "{better} got better and {worse} got worse, so it isn't recommended: whether the one is worth the other is for a person to say",
               "{better} tốt lên nhưng {worse} kém đi nên không đề xuất: có đáng đánh đổi hay không là do người quyết định";
        BeatsFiles { setting: String, source: String }
            => "{setting} comes from the {source}, which goes before what is set for a run: change it there",
               "{setting} đến từ {source}, vốn được ưu tiên hơn giá trị đặt cho lần chạy: hãy đổi tại đó";
        Beside { base: String }
            => "it is a part of what {base} proposes: its runs have that too, and are beside those of {base}",
               "giá trị này là một phần của đề xuất {base}: các lần chạy của nó cũng đặt đề xuất đó và được so với các lần chạy của {base}";
        WithoutItsBase {}
            => "it is a part of the max_wal_size that is proposed, which isn't measured: without it there is no room for it; name both in --only",
               "giá trị này là một phần của max_wal_size được đề xuất mà giá trị đó không được đo: thiếu nó thì không đủ chỗ; hãy nêu cả hai trong --only";
        NoTimeForEvidence { needed_s: u64, time_s: u64 }
            => "a run of {needed_s} s would show more for the rules to go by; --time is {time_s} s",
               "một lần chạy {needed_s} giây sẽ cho thêm bằng chứng; --time là {time_s} giây";
        RateNotReached { percent: String }
            => "only {percent} of the rows that were due were stored: the advice is for the load that was reached, not for the one that was asked for",
               "chỉ lưu được {percent} số dòng đến hạn: các đề xuất ứng với tải thực đạt được, không phải tải đã yêu cầu";
        RoleMayNotSet { setting: String }
            => "the role may not set {setting}, so it is not measured here",
               "vai trò không được đặt {setting} nên không đo ở đây";
        WithoutSettings { settings: String }
            => "went on without what this role may not set: {settings}; GRANT ALTER SYSTEM ON PARAMETER allows it",
               "vẫn chạy, bỏ qua thiết lập mà vai trò này không được đặt: {settings}; GRANT ALTER SYSTEM ON PARAMETER sẽ cho phép";
        CouldNotTellOf { rules: String }
            => "these runs can't tell of: {rules}; more --repeat, or a quieter machine",
               "các lần chạy này chưa kết luận được về: {rules}; hãy tăng --repeat hoặc dùng máy ít tải hơn";
        NotMeasuredOf { rules: String }
            => "not measured: {rules}; each says why",
               "chưa đo: {rules}; xem lý do ở từng mục";
        UnsafeAsSet { setting: String }
            => "{setting} is off: what such a server measures says nothing; switch it on first",
               "{setting} đang tắt: số đo trên máy chủ như vậy không có ý nghĩa; hãy bật lại trước";
    }
}
