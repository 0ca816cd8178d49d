//! What several runs show together, or why they show nothing.

use crate::message::catalogue;
use crate::model::figure::{CriterionIds, Figure};
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
        RunBroke { label: String, criteria: CriterionIds }
            => "{label} broke: {criteria}", "{label} không đạt: {criteria:#}";
        /// A run that couldn't be judged.
        RunUndecided { label: String }
            => "{label} could not be judged; its record says why",
               "{label}: chưa kết luận; xem lý do trong bản ghi";
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
        /// The search met the client's limit.
        ClientLimitAt { rate: Figure, held: Figure }
            => "at {rate} rows/s the client was the limit, so the search ended there; the server held {held} rows/s and may take more: run the tool on a machine of its own",
               "ở mức {rate:#} dòng/giây máy khách là điểm nghẽn nên việc tìm kiếm dừng lại; máy chủ chịu được {held:#} dòng/giây và có thể hơn: hãy chạy công cụ trên máy riêng";
        /// A step couldn't be judged.
        UnseenAt { rate: Figure, held: Figure }
            => "at {rate} rows/s not enough was seen to judge, so the search ended there; the server held {held} rows/s; the step's record says what is missing",
               "ở mức {rate:#} dòng/giây không đủ số liệu để kết luận nên việc tìm kiếm dừng lại; máy chủ chịu được {held:#} dòng/giây; xem bản ghi của bước đó để biết thiếu gì";
        /// Less than is needed.
        NeedNotMet { need: Figure, sustained: Figure }
            => "{need} rows/s are needed and {sustained} are sustained",
               "cần {need:#} dòng/giây nhưng chỉ duy trì được {sustained:#}";
        /// No rate held.
        NothingHeld { rate: Figure }
            => "no rate held, not even {rate} rows/s",
               "không mức nào đạt, kể cả {rate:#} dòng/giây";
        /// Nothing to compare with.
        NoNeed {}
            => "nothing was asked for, so finding a rate is all that is judged; --need ROWS/s has it compared with what you need",
               "chưa có yêu cầu nên chỉ xét việc tìm được một mức; dùng --need DÒNG/s để so sánh với mức bạn cần";
        /// Steps see no checkpoint.
        ShortSteps { seconds: u64, rate: Figure }
            => "steps of {seconds} s say little about checkpoints; before you rely on {rate} rows/s, soak at that rate for 2 x checkpoint_timeout",
               "các bước {seconds} giây nói rất ít về checkpoint; trước khi tin vào {rate:#} dòng/giây, hãy chạy soak ở mức đó trong 2 x checkpoint_timeout";
        /// Too few connections for more writers.
        WritersCramped {}
            => "the server had no free connections for more writers, so a higher concurrency was not tried; raise max_connections",
               "máy chủ không còn kết nối trống cho nhiều luồng ghi hơn nên chưa thử mức đồng thời cao hơn; hãy tăng max_connections";
        /// The search for the best number of writers was ended by its limit.
        WritersNotSettled { best: u32, most: u32, pool: u32 }
            => "best write concurrency: {best}; the most writers that were tried are {most}, so more may do better; the rates were tried through a pool of {pool} connections, which may then be the limit: raise --max-writers, or set --write-pool",
               "mức ghi đồng thời tốt nhất: {best}, nhưng chỉ thử tới {most} luồng ghi nên nhiều hơn có thể tốt hơn; các mức tốc độ được thử qua pool {pool} kết nối, khi đó pool có thể là điểm nghẽn: hãy tăng --max-writers hoặc đặt --write-pool";
        /// One run of each.
        OneRound {}
            => "one round says nothing about noise, so none is marked as the best; give --rounds 2 or more",
               "một vòng không cho biết mức nhiễu nên không đánh dấu phương án tốt nhất; hãy dùng --rounds từ 2 trở lên";
    }
}
