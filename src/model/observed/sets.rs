//! What several runs show together, or why they show nothing.

use crate::message::catalogue;
use serde::{Deserialize, Serialize};

catalogue! {
    /// What several runs show together.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum SetNote {
        /// Runs of different durability.
        SettingsDiffer { setting: String, first: String, other: String, label: String }
            => "{setting} was {first} in the first run and {other} in {label}, and runs of different durability are not compared; settle on one value and begin a new set",
               "{setting} là {first} trong lần chạy đầu và {other} trong {label}; các lần chạy có độ bền vững khác nhau không được so sánh; hãy thống nhất một giá trị rồi bắt đầu bộ mới";
        /// Runs on different servers.
        ServersDiffer { first: String, other: String, label: String }
            => "the first run was on {first} and {label} on {other}, and runs on different servers are not compared; begin a new set",
               "lần chạy đầu trên {first}, còn {label} trên {other}; các lần chạy trên máy chủ khác nhau không được so sánh; hãy bắt đầu bộ mới";
        /// A setting that isn't about durability.
        SettingChanged { setting: String, first: String, other: String, label: String }
            => "{setting} was {first} in the first run and {other} in {label}: part of what differs may come from that",
               "{setting} là {first} trong lần chạy đầu và {other} trong {label}: một phần khác biệt có thể do đó";
        /// A run that broke criteria.
        RunBroke { label: String, criteria: String }
            => "{label} broke: {criteria}", "{label} không đạt: {criteria}";
        /// A run that couldn't be judged.
        RunUndecided { label: String }
            => "{label} could not be judged; its record says why",
               "{label} chưa kết luận được; xem lý do trong bản ghi";
        /// Runs whose rate is the client's.
        ClientLimit { runs: u32, of: u32 }
            => "in {runs} of {of} runs the client was the limit, so the server may take more than that",
               "trong {runs}/{of} lần chạy máy khách là điểm nghẽn nên máy chủ có thể chịu được nhiều hơn";
        /// The winner is the client's.
        BestIsClients { role: String }
            => "the client was the limit of {role}, the fastest: by how much it leads is not known; run the tool on a machine of its own, or with fewer --writers",
               "máy khách là điểm nghẽn của {role}, phương án nhanh nhất: chưa biết nó dẫn trước bao nhiêu; hãy chạy công cụ trên máy riêng hoặc giảm --writers";
        /// No winner.
        NoDifference { roles: String }
            => "no difference beyond noise between {roles}: their runs overlap; more --rounds or --rows may tell them apart",
               "không có khác biệt vượt mức nhiễu giữa {roles}: các lần chạy chồng lên nhau; tăng --rounds hoặc --rows có thể phân biệt được";
        /// One run of each.
        OneRound {}
            => "one round says nothing about noise, so none is marked as the best; give --rounds 2 or more",
               "một vòng không cho biết mức nhiễu nên không đánh dấu phương án tốt nhất; hãy dùng --rounds từ 2 trở lên";
    }
}
