//! What is wrong with a scenario file.

use super::Place;
use crate::message::{Words, catalogue};

/// What a switch takes.
pub(super) const SWITCH: Words = Words { en: "true or false", vi: "true hoặc false" };
/// What a list is made of.
pub(super) const LIST: Words =
    Words { en: "a list of strings and numbers", vi: "danh sách gồm chuỗi và số" };
/// What a name is.
pub(super) const TEXT: Words = Words { en: "a string", vi: "chuỗi" };
/// What a part of a run is.
pub(in crate::cli) const TABLE: Words = Words { en: "a table", vi: "một bảng" };
/// What any other flag takes.
pub(super) const VALUE: Words = Words { en: "a string or a number", vi: "chuỗi hoặc số" };

catalogue! {
    /// A scenario file can't be used. A place is file, line and column.
    pub error FileError {
        /// It can't be read.
        Unreadable { path: String, detail: String }
            => "{path} can't be read: {detail}; name a scenario file, as those in configs/scenarios",
               "không đọc được {path}: {detail}; hãy chỉ một tệp kịch bản, như các tệp trong configs/scenarios";
        /// It isn't TOML.
        Malformed { place: Place, detail: String }
            => "{place}: this is not TOML: {detail}; a line reads: key = value",
               "{place}: không phải TOML: {detail}; mỗi dòng có dạng: khóa = giá trị";
        /// It doesn't say what it is.
        NoScenario { place: Place, known: String }
            => "{place}: scenario is missing; say which: {known}",
               "{place}: thiếu scenario; hãy ghi một trong số: {known}";
        /// A scenario that there isn't.
        UnknownScenario { place: Place, name: String, known: String }
            => "{place}: there is no scenario \"{name}\"; take one of: {known}",
               "{place}: không có kịch bản \"{name}\"; hãy chọn một trong số: {known}";
        /// A key that is no flag.
        UnknownKey { place: Place, key: String, scenario: String }
            => "{place}: {scenario} has no flag --{key}; see pgvalidate {scenario} --help",
               "{place}: {scenario} không có tham số --{key}; xem pgvalidate {scenario} --help";
        /// A key that is nearly a flag.
        UnknownKeyLike { place: Place, key: String, scenario: String, like: String }
            => "{place}: {scenario} has no flag --{key}; is {like} meant? See pgvalidate {scenario} --help",
               "{place}: {scenario} không có tham số --{key}; có phải ý bạn là {like}? Xem pgvalidate {scenario} --help";
        /// A value that can't be one of the flag.
        WrongType { place: Place, key: String, wanted: Words }
            => "{place}: {key} takes {wanted}",
               "{place}: {key} nhận {wanted:#}";
        /// A word that the flag doesn't know.
        NoSuchValue { place: Place, key: String, values: String }
            => "{place}: {key} takes one of: {values}",
               "{place}: {key} nhận một trong số: {values}";
        /// A value that the flag refuses, in clap's words.
        Refused { place: Place, detail: String }
            => "{place}: {detail}; correct the value",
               "{place}: {detail}; hãy sửa giá trị";
        /// Two keys that don't go together.
        Conflict { place: Place, key: String, other: String }
            => "{place}: {key} goes not with {other}; leave one out",
               "{place}: {key} không đi cùng {other}; hãy bỏ một trong hai";
    }
}

/// Why there is no command line: the file, or what was typed after it.
#[derive(Debug)]
pub enum Refusal {
    /// The file.
    File(FileError),
    /// What was typed, or a flag that asks for help.
    Typed(clap::Error),
}

impl From<FileError> for Refusal {
    fn from(error: FileError) -> Refusal {
        Refusal::File(error)
    }
}

impl From<clap::Error> for Refusal {
    fn from(error: clap::Error) -> Refusal {
        Refusal::Typed(error)
    }
}
