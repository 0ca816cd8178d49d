//! The words of a set's page, where its text has none that fit.

use super::catalogue;

catalogue! {
    /// A text of a set's page.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum SetPageLabel {
        OnPrivate {}
            => "private server", "máy chủ riêng";
        OnTarget {} => "target", "máy chủ đích";
        ShownHead {} => "What came of it", "Kết quả";
        KnownHead {} => "What is to be known of each", "Những điều cần biết về từng mục";
        MembersHead {} => "Runs", "Các lần chạy";
        MembersTable {}
            => "The runs of this set, each with its own page", "Các lần chạy trong bộ, mỗi lần có trang riêng";
        LabelHead {} => "run", "lần chạy";
        RepeatHead {} => "How to repeat this", "Cách chạy lại";
        Best {} => "best", "tốt nhất";
        DotsSummary { most: String, most_value: String, least: String, least_value: String }
            => "Most: {most}, {most_value}. Least: {least}, {least_value}.",
               "Cao nhất: {most}, {most_value}. Thấp nhất: {least}, {least_value}.";
        OneDotSummary { name: String, value: String } => "{name}: {value}.", "{name}: {value}.";

        // Methods.
        MethodsTable {} => "Methods and batch sizes, the fastest first", "Phương thức và cỡ lô, nhanh nhất trước";
        MethodsDots {} => "Rows a second of each method and batch size", "Số dòng mỗi giây của từng phương thức và cỡ lô";
        RangeLegend {}
            => "Dot: the median of the runs. Bar: from the slowest of them to the fastest.",
               "Chấm: trung vị các lần chạy. Thanh: từ lần chậm nhất đến lần nhanh nhất.";
        RangeHead {} => "least – most", "thấp nhất – cao nhất";
        GainOverHead {} => "gain over autocommit", "mức tăng so với autocommit";
        ClientCpuHead {} => "client CPU, us a row", "CPU máy khách, us mỗi dòng";
        ServerCpuHead {} => "server CPU, us a row", "CPU máy chủ, us mỗi dòng";
        ServiceP99Ms {} => "service p99, ms", "xử lý p99, ms";
        BestMethod { role: String }
            => "best: {role}, in each of its runs faster than all the others",
               "tốt nhất: {role}, trong mọi lần chạy đều nhanh hơn các phương án khác";

        // Capacity.
        KneeCaption {}
            => "Response p99 by the rate that was offered, ms", "Phản hồi p99 theo tốc độ đến hạn, ms";
        KneeAxis {}
            => "Rows a second that were due. The axis of the times is a logarithm.",
               "Số dòng mỗi giây đến hạn. Trục thời gian là trục logarit.";
        HeldUpTo { rate: String }
            => "held; line: the highest, {rate} rows/s",
               "đạt; đường kẻ: mức cao nhất, {rate} dòng/giây";
        BrokeFrom { rate: String, criterion: String }
            => "broke; line: the lowest, {rate} rows/s, {criterion}",
               "không đạt; đường kẻ: mức thấp nhất, {rate} dòng/giây, {criterion}";
        HeldSteps {} => "held", "đạt";
        BrokeSteps {} => "broke", "không đạt";
        UnseenSteps {} => "neither: the client was the limit, or it couldn't be judged",
                          "không xác định: máy khách là điểm nghẽn, hoặc chưa đánh giá được";
        NeedLine { rate: String } => "needed, {rate} rows/s", "mức cần, {rate} dòng/giây";
        KneeSummary { steps: usize, least: String, most: String, least_ms: String, most_ms: String }
            => "{steps} rates from {least} to {most} rows/s; p99 from {least_ms} to {most_ms} ms.",
               "{steps} mức tốc độ từ {least} đến {most} dòng/giây; p99 từ {least_ms} đến {most_ms} ms.";
        RatesTable {} => "Rates that were tried", "Các mức tốc độ đã thử";
        RateDueHead {} => "rows/s due", "dòng/giây đến hạn";
        StoredRateHead {} => "rows/s stored", "dòng/giây đã lưu";
        WritersSection {} => "Write concurrency", "Mức ghi đồng thời";
        WritersTable {} => "Writers, without a rate of their own", "Số luồng ghi, không đặt tốc độ";
        WritersOf { writers: String } => "writers: {writers}", "luồng ghi: {writers}";
        WritersDots {} => "Rows a second by the number of writers", "Số dòng mỗi giây theo số luồng ghi";

        // Sweep.
        SweepPageTitle { configs: usize, runs: usize }
            => "pgvalidate sweep: {configs} configurations, {runs} runs, interleaved",
               "pgvalidate sweep: {configs} cấu hình, {runs} lần chạy xen kẽ";
        MediansDots { metric: String } => "{metric} of each configuration", "{metric} của từng cấu hình";
        IntervalLegend {}
            => "Dot: the median of the runs. Bar: its 95% bootstrap interval.",
               "Chấm: trung vị các lần chạy. Thanh: khoảng bootstrap 95% của nó.";
        RankingTable { metric: String } => "Ordered by {metric}", "Xếp theo {metric}";
        ComparedLegend { base: String }
            => "Change, p (Mann-Whitney) and outcome are against {base}: better and worse need p < 0.01 and an interval of the change beyond 5%, same an interval within it.",
               "Đổi, p (Mann-Whitney) và kết quả so với {base}: tốt hơn, kém hơn cần p < 0,01 và khoảng thay đổi nằm ngoài 5%, như nhau cần khoảng nằm trong đó.";
        CostsHead {} => "Costs", "Chi phí";
        CostsTable {} => "What each costs, and what it keeps", "Chi phí của từng cấu hình và những gì được giữ";
        TimedCheckpointsHead {} => "checkpoints, timed", "checkpoint định kỳ";
        RequestedCheckpointsHead {} => "checkpoints, requested", "checkpoint theo yêu cầu";
        CostsLegend {}
            => "Medians of the runs; checkpoints of all runs together. A burst's response is mostly its own queue.",
               "Trung vị các lần chạy; checkpoint tính chung mọi lần chạy. Phản hồi của burst phần lớn là thời gian chờ của chính nó.";
        BestConfiguration { role: String }
            => "best: {role}, surely better than each other that keeps all criteria and gives nothing up",
               "tốt nhất: {role}, chắc chắn tốt hơn mọi cấu hình khác đạt đủ tiêu chí và không đánh đổi gì";
        PairsTable {} => "Others that were compared with each other", "Các cặp khác được so sánh";
        BaseHead {} => "base", "gốc";
        UnmeasuredHead {} => "Not measured, or not as often", "Không đo được, hoặc không đủ lần";
        UnmeasuredTable {} => "Configurations that didn't start, or whose runs failed",
                              "Cấu hình không khởi động được hoặc có lần chạy hỏng";

        // Faults.
        FaultsPageTitle { faults: usize }
            => "pgvalidate faults: {faults} faults, each in a run of its own",
               "pgvalidate faults: {faults} sự cố, mỗi sự cố trong một lần chạy riêng";
        FaultCounts { pass: usize, fail: usize, open: usize, not_run: usize }
            => "{pass} passed, {fail} failed, {open} undecided, {not_run} not run",
               "{pass} đạt, {fail} không đạt, {open} chưa kết luận, {not_run} không chạy";
        ProvedTable {} => "What the ledger proves of each run", "Sổ cái chứng minh về từng lần chạy";
        RetriedHead {} => "retried", "thử lại";
        GivenUpHead {} => "given up", "bỏ cuộc";
        InDoubtHead {} => "in doubt", "chưa rõ";
        CommittedHead {} => "of these, committed", "trong đó đã commit";
        RolledBackHead {} => "of these, not", "trong đó chưa commit";
        LostRowsHead {} => "rows lost", "dòng mất";
        TwiceRowsHead {} => "rows twice", "dòng trùng";
        DamagedRowsHead {} => "rows damaged or misplaced", "dòng hỏng hoặc sai chỗ";
        ProvedLegend {}
            => "Counts of batches, then of rows. In doubt: the commit's answer didn't come; the ledger says which of them were committed.",
               "Số lô, rồi số dòng. Nghi vấn: không nhận được trả lời của commit; sổ cái cho biết lô nào đã commit.";
        RecoveryDots {} => "Seconds from the healing until the load was back", "Số giây từ lúc khắc phục đến khi tải trở lại";
        RecoveryLegend {}
            => "Dot: 80% of the rows of before again. Bar: from the first commit after the healing to there.",
               "Chấm: đạt lại 80% số dòng trước đó. Thanh: từ commit đầu tiên sau khi khắc phục đến lúc đó.";
        CantShowHead {} => "Errors, and what a fault can't show", "Lỗi nhận được và những gì sự cố không chứng minh được";
        RemarksTable {} => "What there is to say of each", "Những điều cần nói về từng sự cố";
        NotRunHead {} => "Not run", "Không chạy";
        NotRunTable {} => "Faults that were not run, and why", "Các sự cố không chạy và lý do";

        // Tune.
        VerifiedHead {} => "Measured again", "Đo lại";
        VerifiedTable {} => "What came of measuring it again", "Kết quả đo lại";
        OfTheMetricHead {} => "deciding metric", "chỉ số quyết định";
        ChangeDots {} => "Change of the metric that decides, %", "Thay đổi của chỉ số quyết định, %";
        MetricsDots {} => "Change of each metric, %", "Thay đổi của từng chỉ số, %";
        ChangeLegend {}
            => "Dot: the change of the medians. Bar: its 95% bootstrap interval.",
               "Chấm: thay đổi của trung vị. Thanh: khoảng bootstrap 95% của nó.";
        TogetherTable { rules: String } => "All together: {rules}", "Tất cả cùng lúc: {rules}";
        AlteredHead {} => "Settings that were changed meanwhile", "Các tham số đã đổi trong lúc đo";
        AlteredTable {} => "Changed for a run with ALTER SYSTEM, and put back", "Đổi cho một lần chạy bằng ALTER SYSTEM, rồi trả lại";
        DuringHead {} => "during", "trong lúc đo";
        AtHead {} => "at", "lúc";
        UndoneHead {} => "put back at", "trả lại lúc";
        NotUndone {} => "NOT PUT BACK", "CHƯA TRẢ LẠI";

        // Compare.
        ComparedTable {} => "Metrics, the first decides", "Các chỉ số, dòng đầu quyết định";
        CompareLegend {}
            => "Medians of the runs; times in ms, CPU in us. Better and worse need p < 0.01 (Mann-Whitney) and an interval beyond the threshold, same an interval within it; it is 5% unless --threshold says otherwise.",
               "Trung vị các lần chạy; thời gian tính bằng ms, CPU bằng us. Tốt hơn, kém hơn cần p < 0,01 (Mann-Whitney) và khoảng nằm ngoài ngưỡng, như nhau cần khoảng nằm trong đó; ngưỡng là 5% nếu --threshold không nói khác.";
        PHead {} => "p", "p";
    }
}
