//! What is wrong with a connection string, without a word of it.

use super::error::SessionError;
use crate::message::Words;

/// Words without `=`.
pub(super) const NO_EQUALS_SIGN: Words = Words {
    en: "a word in it has no value; quote values with blanks, and write & in a URL's value as %26",
    vi: "có từ không kèm giá trị; hãy đặt giá trị có khoảng trắng trong dấu nháy, và viết & trong URL thành %26",
};
/// An open quote.
pub(super) const OPEN_QUOTE: Words =
    Words { en: "a quote in it is not closed", vi: "có dấu nháy chưa đóng" };
/// An @ where none may be.
pub(super) const AT: Words = Words {
    en: "an @ or / in the user or the password must be written as %40 or %2F",
    vi: "ký tự @ hoặc / trong tên người dùng hay mật khẩu phải viết thành %40 hoặc %2F",
};
/// An open bracket.
pub(super) const OPEN_BRACKET: Words = Words {
    en: "an IPv6 address must be written as [::1] or [::1]:5432",
    vi: "địa chỉ IPv6 phải viết dạng [::1] hoặc [::1]:5432",
};
/// No port.
pub(super) const PORT: Words = Words {
    en: "a port is not a number from 1 to 65535",
    vi: "có cổng không phải là số từ 1 đến 65535",
};
/// A bad escape.
pub(super) const PERCENT: Words = Words {
    en: "a % is not followed by two hexadecimal digits; write a % itself as %25",
    vi: "sau ký tự % không phải hai chữ số thập lục phân; hãy viết % thành %25",
};
/// An address that is none.
pub(super) const HOSTADDR: Words = Words {
    en: "hostaddr is not an IP address; names go into host",
    vi: "hostaddr không phải địa chỉ IP; tên máy hãy đặt trong host",
};
/// Lists that don't fit.
pub(super) const COUNTS: Words = Words {
    en: "there are not as many entries in port or hostaddr as in host",
    vi: "số phần tử của port hoặc hostaddr không bằng số phần tử của host",
};

/// The error that says so.
pub(super) fn as_error(detail: Words) -> SessionError {
    SessionError::Malformed { detail }
}
