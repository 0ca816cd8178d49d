//! What a sweep over configurations shows, or why it shows nothing.

use crate::message::catalogue;
use serde::{Deserialize, Serialize};

catalogue! {
    /// What a sweep shows.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum SweepNote {
        /// No server runs with it.
        DoesNotStart { said: String }
            => "doesn't start; the server said: {said}",
               "không khởi động được; máy chủ báo: {said}";
        /// Nothing is measured on a server that a crash destroys.
        DestroyedByCrash { settings: String }
            => "not measured: with {settings} a crash can destroy the data; --allow-unsafe measures it all the same",
               "không đo: với {settings} một sự cố có thể phá hỏng dữ liệu; dùng --allow-unsafe nếu vẫn muốn đo";
        /// Runs that couldn't be carried through.
        RunsFailed { failed: u32, of: u32 }
            => "{failed} of {of} runs could not be finished; of the last one:",
               "{failed}/{of} lần chạy không hoàn tất; về lần cuối:";
        /// What failed too often.
        RunsLeftOut { runs: u32 }
            => "{runs} further runs were left out, since it had failed before",
               "bỏ {runs} lần chạy còn lại vì đã thất bại trước đó";
        /// Less than a commit is worth elsewhere.
        GivesUp { settings: String }
            => "{settings}: acknowledged commits can be lost in a crash; it is compared, and not called the best without --allow-unsafe",
               "{settings}: giao dịch đã xác nhận có thể mất khi sự cố; vẫn được so sánh nhưng không được coi là tốt nhất nếu thiếu --allow-unsafe";
        /// No standby and no restore to a point in time.
        NoReplication { settings: String }
            => "{settings}: neither standbys nor recovery to a point in time are possible; it is compared, and not called the best without --allow-unsafe",
               "{settings}: không thể có standby hay khôi phục theo thời điểm; vẫn được so sánh nhưng không được coi là tốt nhất nếu thiếu --allow-unsafe";
        /// Sure: nothing that matters.
        NoDifferenceAtAll { roles: String }
            => "no difference that matters between {roles}: surely less than 5%",
               "không có khác biệt đáng kể giữa {roles}: chắc chắn dưới 5%";
        /// The intervals overlap.
        NotToldApart { roles: String }
            => "no difference beyond noise between {roles}: their intervals overlap",
               "không có khác biệt vượt mức nhiễu giữa {roles}: các khoảng tin cậy chồng lên nhau";
        /// How much would have been noticed.
        WouldHaveSeen { percent: String }
            => "these runs could have been sure of a difference of {percent} or more; more --repeat makes smaller ones visible",
               "các lần chạy này chỉ đủ để chắc chắn về khác biệt từ {percent} trở lên; tăng --repeat để thấy khác biệt nhỏ hơn";
        /// Apart, and not sure enough.
        MayDiffer { role: String, other: String }
            => "{role} may be better than {other}, but these runs aren't sure enough; give a higher --repeat",
               "{role} có thể tốt hơn {other} nhưng các lần chạy này chưa đủ chắc chắn; hãy tăng --repeat";
        /// The test needs more.
        TooFewRepeats { runs: u32, needed: u32 }
            => "runs of each: {runs}; no difference is sure below {needed} (p < 0.01): give --repeat 6",
               "số lần chạy mỗi cấu hình: {runs}; dưới {needed} lần thì không khác biệt nào là chắc chắn (p < 0,01): hãy dùng --repeat 6";
        /// One alone.
        OneConfiguration {}
            => "one configuration alone: there is nothing to compare it with; its interval is the noise of this machine",
               "chỉ có một cấu hình: không có gì để so sánh; khoảng tin cậy của nó là mức nhiễu của máy này";
        /// Configurations that aren't there to compare.
        NotMeasured { roles: String }
            => "not measured, or not as often as the others: {roles}",
               "không được đo, hoặc không đủ số lần như các cấu hình khác: {roles}";
        /// The base of the comparison.
        OtherBase { asked: String, base: String }
            => "{asked} has no run to compare with, so the others are compared with {base}",
               "{asked} không có lần chạy nào để so sánh nên các cấu hình khác được so với {base}";
        /// Nobody keeps them.
        AllBroke {}
            => "every configuration broke criteria, or gives durability up, so none is called the best",
               "mọi cấu hình đều không đạt tiêu chí hoặc đánh đổi độ bền vững nên không cấu hình nào được coi là tốt nhất";
        /// Too short for what differs.
        NoCheckpointThere { settings: String }
            => "no run saw a checkpoint, so nothing is said about what differs in {settings}; give --scenario soak with a --duration of 2 x checkpoint_timeout (-- --duration 10m)",
               "không lần chạy nào gặp checkpoint nên chưa kết luận được gì về khác biệt của {settings}; hãy dùng --scenario soak với --duration bằng 2 x checkpoint_timeout (-- --duration 10m)";
        /// The load decides the rate.
        RateFollows {}
            => "the load comes at a rate of its own, so load.rows_per_s says little about the server; --metric latency.batch.response_ms.p99 says more",
               "tải có tốc độ định sẵn nên load.rows_per_s nói rất ít về máy chủ; --metric latency.batch.response_ms.p99 cho biết nhiều hơn";
    }
}
