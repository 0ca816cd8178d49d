//! What comparing two groups of runs shows, or why they aren't compared.

use crate::message::catalogue;
use crate::model::figure::{Figure, MetricPath, Probability};
use serde::{Deserialize, Serialize};

catalogue! {
    /// What comparing two groups of runs shows.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum CompareNote {
        /// Runs of different scenarios, durability or builds.
        ConditionDiffers { what: String, label: String, value: String, first: String, first_value: String }
            => "{what} is {first_value} in {first} and {value} in {label}",
               "{what} là {first_value} trong {first} và {value} trong {label}";
        /// A run that has nothing to compare.
        NothingToCompare { label: String }
            => "{label} was stopped, or failed before its load was over",
               "{label} bị dừng, hoặc thất bại trước khi hết tải";
        /// A run on a server that could lose what it acknowledged.
        UndurableRun { label: String, setting: String, value: String }
            => "{label} was on a server that isn't durable: {setting} = {value}",
               "{label} chạy trên máy chủ không bền vững: {setting} = {value}";
        /// Compared all the same.
        Forced {}
            => "these runs are not comparable, and were compared all the same (--force):",
               "các lần chạy này không so sánh được nhưng vẫn được so sánh (--force):";
        /// Something that differs and doesn't forbid to compare.
        Differs { what: String, base: String, other: String, base_value: String, other_value: String }
            => "{what} differs: {base_value} in {base}, {other_value} in {other}",
               "{what} khác nhau: {base_value} trong {base}, {other_value} trong {other}";
        /// Conditions that a record doesn't hold.
        NotRecorded { what: String, label: String }
            => "{label} doesn't say what its {what} was, so whether that was the same isn't known",
               "{label} không ghi {what} nên không biết có giống nhau hay không";
        /// All runs of one group before all of the other.
        NotInterleaved { first: String, then: String }
            => "all runs of {first} were made before those of {then}: what changed on the machine meanwhile is part of the difference; interleave them",
               "mọi lần chạy của {first} đều trước {then}: những gì thay đổi trên máy trong lúc đó cũng nằm trong khác biệt; hãy chạy xen kẽ";
        /// What noise alone does.
        NoiseBand { role: String, runs: u32, metric: MetricPath, percent: Figure }
            => "noise: two groups of {runs} runs of {role} alone would differ in {metric} by up to {percent}%",
               "mức nhiễu: hai nhóm {runs} lần chạy cùng của {role} có thể lệch nhau tới {percent:#}% về {metric:#}";
        /// Too few runs.
        TooFewRuns { fewest: u32 }
            => "fewer than {fewest} runs a side can be sure of nothing",
               "ít hơn {fewest} lần chạy mỗi bên thì không chắc chắn được điều gì";
        /// A change that is about as large as the threshold.
        NearThreshold {}
            => "the change is about as large as the threshold: more runs would hardly decide it",
               "mức thay đổi xấp xỉ ngưỡng: thêm lần chạy cũng khó kết luận";
        /// Neither direction is better.
        NeitherIsBetter {}
            => "neither more nor less of it is better",
               "nhiều hơn hay ít hơn đều không phải là tốt hơn";
        /// Runs without the number.
        MissingIn { missing: u32, of: u32 }
            => "missing in {missing} of {of} runs",
               "thiếu trong {missing}/{of} lần chạy";
        /// Surely worse.
        ComparedWorse { base: String, other: String, metric: MetricPath, percent: Figure, p: Probability, threshold: Figure }
            => "{other} is worse than {base}: {metric} changed by {percent}%, surely by more than {threshold}% (p {p})",
               "{other} kém hơn {base}: {metric:#} thay đổi {percent:#}%, chắc chắn hơn {threshold:#}% (p {p:#})";
        /// Surely better.
        ComparedBetter { base: String, other: String, metric: MetricPath, percent: Figure, p: Probability, threshold: Figure }
            => "{other} is better than {base}: {metric} changed by {percent}%, surely by more than {threshold}% (p {p})",
               "{other} tốt hơn {base}: {metric:#} thay đổi {percent:#}%, chắc chắn hơn {threshold:#}% (p {p:#})";
        /// Surely more than nothing.
        RoseFromZero { base: String, other: String, metric: MetricPath, p: Probability }
            => "{metric} is zero in {base}, and surely more in {other} (p {p})",
               "{metric:#} bằng không trong {base} và chắc chắn lớn hơn trong {other} (p {p:#})";
        /// Surely no more apart than the threshold.
        ComparedSame { base: String, other: String, metric: MetricPath, threshold: Figure }
            => "{base} and {other} are the same: {metric} surely changed by no more than {threshold}%",
               "{base} và {other} như nhau: {metric:#} chắc chắn thay đổi không quá {threshold:#}%";
        /// These runs can't tell.
        ComparedUnclear { base: String, other: String, metric: MetricPath }
            => "whether {other} differs from {base} in {metric} can't be told from these runs",
               "các lần chạy này chưa cho biết {other} có khác {base} về {metric:#} hay không";
        /// What they could have told.
        CouldSee { percent: Figure }
            => "these runs would most likely have shown a change of {percent}% or more",
               "các lần chạy này nhiều khả năng đã cho thấy mức thay đổi từ {percent:#}% trở lên";
        /// How many would tell.
        RunsNeeded { runs: u32, threshold: Figure }
            => "with {runs} runs a side it could most likely be told whether it changed by {threshold}%",
               "với {runs} lần chạy mỗi bên thì nhiều khả năng biết được có thay đổi {threshold:#}% hay không";
        /// The tool was the limit of both groups.
        LimitHides { role: String }
            => "the client was the limit in most runs of {role}, which may hide a difference; run the tool on a machine of its own",
               "máy khách là điểm nghẽn trong phần lớn lần chạy của {role} nên có thể che khác biệt; hãy chạy công cụ trên máy riêng";
    }
}
