//! Vietnamese test data: names, companies, places and PDPL wording.
//!
//! The `fake` crate has no Vietnamese locale, so this file supplies one. The
//! dictionaries of a run are filled once from here; rows never call `fake`.
//!
//! Every string is in NFC. Only names, companies, industries and cities are
//! localised; the other constants of [`Data`] keep the defaults of `fake`.

use fake::Fake;
use fake::faker::address::raw::CityName;
use fake::faker::company::raw::{CompanySuffix, Industry as IndustryName};
use fake::faker::impls::address::CityNameGenFn;
use fake::faker::name::raw::Name;
use fake::locales::Data;
use rand::RngExt;
use rand::seq::IndexedRandom;

/// The Vietnamese locale for the `fake` crate.
#[derive(Debug, Clone, Copy)]
pub struct ViVn;

impl Data for ViVn {
    // Middle name and given name, men first, then women.
    const NAME_FIRST_NAME: &'static [&'static str] = &[
        "Văn An",
        "Văn Bình",
        "Văn Cường",
        "Văn Dũng",
        "Văn Đức",
        "Văn Hải",
        "Văn Hùng",
        "Văn Khoa",
        "Văn Lâm",
        "Văn Mạnh",
        "Văn Nam",
        "Văn Phong",
        "Văn Quân",
        "Văn Sơn",
        "Văn Thắng",
        "Văn Tuấn",
        "Hữu Đạt",
        "Hữu Nghĩa",
        "Hữu Phước",
        "Hữu Thọ",
        "Đức Anh",
        "Đức Huy",
        "Đức Minh",
        "Đức Thịnh",
        "Quốc Bảo",
        "Quốc Khánh",
        "Quốc Việt",
        "Minh Hiếu",
        "Minh Hoàng",
        "Minh Khôi",
        "Minh Quang",
        "Minh Trí",
        "Gia Bảo",
        "Gia Huy",
        "Gia Khiêm",
        "Công Danh",
        "Công Thành",
        "Xuân Phúc",
        "Xuân Trường",
        "Thanh Tùng",
        "Thanh Liêm",
        "Anh Dũng",
        "Tuấn Kiệt",
        "Hoàng Long",
        "Thị Hồng",
        "Thị Hoa",
        "Thị Huệ",
        "Thị Hạnh",
        "Thị Lan",
        "Thị Loan",
        "Thị Mai",
        "Thị Nga",
        "Thị Ngọc",
        "Thị Nhung",
        "Thị Phượng",
        "Thị Thảo",
        "Thị Thủy",
        "Thị Trang",
        "Thị Tuyết",
        "Thị Yến",
        "Thị Bích Ngọc",
        "Thị Kim Oanh",
        "Thị Thu Hà",
        "Thị Minh Châu",
        "Ngọc Ánh",
        "Ngọc Diệp",
        "Ngọc Hân",
        "Ngọc Trâm",
        "Phương Anh",
        "Phương Linh",
        "Phương Thảo",
        "Thanh Hằng",
        "Thanh Tâm",
        "Thanh Vân",
        "Thu Hiền",
        "Thu Hương",
        "Bảo Châu",
        "Bảo Ngọc",
        "Khánh Linh",
        "Khánh Vy",
        "Mỹ Duyên",
        "Mỹ Lệ",
        "Hồng Nhung",
        "Kim Chi",
        "Quỳnh Như",
        "Thùy Dương",
        "Tường Vi",
        "Hoài Thương",
    ];
    const NAME_LAST_NAME: &'static [&'static str] = &[
        "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ",
        "Hồ", "Ngô", "Dương", "Lý", "Đào", "Đoàn", "Vương", "Trịnh", "Trương", "Đinh", "Lâm",
        "Phùng", "Mai", "Tô", "Hà", "Tạ", "Cao", "Châu", "Lương", "Thái",
    ];
    const NAME_TPL: &'static str = "{LastName} {FirstName}";
    const NAME_TITLE: &'static [&'static str] =
        &["Ông", "Bà", "Anh", "Chị", "Cô", "Bác sĩ", "Thạc sĩ", "Tiến sĩ"];
    const NAME_WITH_TITLE_TPL: &'static str = "{Title} {LastName} {FirstName}";

    const ADDRESS_CITY_PREFIX: &'static [&'static str] = &["Thành phố", "Thị xã", "Tỉnh"];
    const ADDRESS_CITY_SUFFIX: &'static [&'static str] = &["Đông", "Tây", "Nam", "Bắc"];
    const ADDRESS_CITY_TPL: &'static str = "{CityName}";
    const ADDRESS_CITY_WITH_PREFIX_TPL: &'static str = "{CityPrefix} {CityName}";

    // The legal form, which stands before the name in Vietnamese.
    const COMPANY_SUFFIX: &'static [&'static str] = &[
        "Công ty TNHH",
        "Công ty Cổ phần",
        "Công ty TNHH Một thành viên",
        "Công ty TNHH MTV",
        "Công ty CP",
        "Tổng Công ty",
        "Tập đoàn",
        "Doanh nghiệp tư nhân",
    ];
    // `CompanyName` can only put family names here; `company` builds better ones.
    const COMPANY_NAME_TPLS: &'static [&'static str] = &[
        "{Suffix} {Name_1}",
        "{Suffix} {Name_1} {Name_2}",
        "{Suffix} {Name_1} và Cộng sự",
        "{Suffix} Thương mại {Name_1} {Name_2}",
    ];
    const COMPANY_INDUSTRY: &'static [&'static str] = &[
        "Thương mại và Dịch vụ",
        "Công nghệ",
        "Phần mềm",
        "Viễn thông",
        "Giải pháp số",
        "Xây dựng",
        "Cơ khí",
        "Dệt may",
        "Điện tử",
        "Chế biến thực phẩm",
        "Bao bì",
        "Thủy sản",
        "Nông sản",
        "Dược phẩm",
        "Thiết bị y tế",
        "Bán lẻ",
        "Thời trang",
        "Xuất nhập khẩu",
        "Vận tải",
        "Du lịch",
        "Giáo dục",
        "Bất động sản",
        "Bảo hiểm",
        "Đầu tư tài chính",
        "Truyền thông",
        "Năng lượng",
    ];
}

impl CityNameGenFn for ViVn {
    // `gen` is a keyword since edition 2024.
    fn r#gen<R: RngExt + ?Sized>(_: &CityName<Self>, rng: &mut R) -> String {
        let region = pick(&Region::ALL, rng).unwrap_or(Region::South);
        word(region.cities(), rng).to_owned()
    }
}

/// First part of a brand such as "Minh Phát".
const BRAND_HEADS: &[&str] = &[
    "An",
    "Bảo",
    "Đại",
    "Đông",
    "Gia",
    "Hải",
    "Hoàng",
    "Hưng",
    "Kim",
    "Minh",
    "Nam",
    "Ngọc",
    "Nhật",
    "Phú",
    "Phương",
    "Quang",
    "Sơn",
    "Tân",
    "Thái",
    "Thanh",
    "Thiên",
    "Trường",
    "Việt",
    "Vĩnh",
];

/// Second part of a brand; shares no word with [`BRAND_HEADS`].
const BRAND_TAILS: &[&str] = &[
    "Cường", "Châu", "Dương", "Đạt", "Đức", "Hà", "Khang", "Khánh", "Lâm", "Lộc", "Lợi", "Long",
    "Nguyên", "Phát", "Phong", "Thành", "Thắng", "Thịnh", "Tiến", "Tín", "Vượng",
];

/// The three parts of the country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Region {
    /// From the northern border down to Ninh Bình.
    North,
    /// From Thanh Hóa down to Lâm Đồng.
    Central,
    /// From Đồng Nai down to Cà Mau.
    South,
}

impl Region {
    /// Every region, north to south.
    pub const ALL: [Region; 3] = [Region::North, Region::Central, Region::South];

    /// The name stored in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Region::North => "north",
            Region::Central => "central",
            Region::South => "south",
        }
    }

    /// Real provinces and cities of the region.
    pub fn cities(self) -> &'static [&'static str] {
        match self {
            Region::North => &[
                "Hà Nội",
                "Hải Phòng",
                "Quảng Ninh",
                "Bắc Ninh",
                "Hưng Yên",
                "Ninh Bình",
                "Phú Thọ",
                "Thái Nguyên",
                "Tuyên Quang",
                "Lào Cai",
                "Lai Châu",
                "Điện Biên",
                "Sơn La",
                "Lạng Sơn",
                "Cao Bằng",
                "Hạ Long",
                "Nam Định",
                "Hải Dương",
            ],
            Region::Central => &[
                "Đà Nẵng",
                "Huế",
                "Thanh Hóa",
                "Nghệ An",
                "Hà Tĩnh",
                "Quảng Trị",
                "Quảng Ngãi",
                "Gia Lai",
                "Đắk Lắk",
                "Khánh Hòa",
                "Lâm Đồng",
                "Hội An",
                "Quy Nhơn",
                "Nha Trang",
                "Đà Lạt",
                "Buôn Ma Thuột",
            ],
            Region::South => &[
                "Thành phố Hồ Chí Minh",
                "Cần Thơ",
                "Đồng Nai",
                "Tây Ninh",
                "Vĩnh Long",
                "Đồng Tháp",
                "An Giang",
                "Cà Mau",
                "Biên Hòa",
                "Vũng Tàu",
                "Thủ Dầu Một",
                "Mỹ Tho",
                "Long Xuyên",
                "Rạch Giá",
                "Phú Quốc",
                "Bạc Liêu",
            ],
        }
    }
}

/// The industry of the organisation that processes the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Industry {
    /// Software, cloud and telecommunications.
    Technology,
    /// Factories and their supply chains.
    Manufacturing,
    /// Banks, insurers and payment services.
    Finance,
    /// Hospitals, clinics and pharmacies.
    Healthcare,
    /// Shops and e-commerce.
    Retail,
}

impl Industry {
    /// Every industry.
    pub const ALL: [Industry; 5] = [
        Industry::Technology,
        Industry::Manufacturing,
        Industry::Finance,
        Industry::Healthcare,
        Industry::Retail,
    ];

    /// The name stored in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Industry::Technology => "technology",
            Industry::Manufacturing => "manufacturing",
            Industry::Finance => "finance",
            Industry::Healthcare => "healthcare",
            Industry::Retail => "retail",
        }
    }

    /// The name in Vietnamese.
    pub fn name_vi(self) -> &'static str {
        match self {
            Industry::Technology => "Công nghệ thông tin",
            Industry::Manufacturing => "Sản xuất công nghiệp",
            Industry::Finance => "Tài chính ngân hàng",
            Industry::Healthcare => "Y tế và chăm sóc sức khỏe",
            Industry::Retail => "Bán lẻ và thương mại điện tử",
        }
    }

    /// What the industry processes personal data for, in Vietnamese.
    pub fn purposes(self) -> &'static [&'static str] {
        match self {
            Industry::Technology => &[
                "Xác thực người dùng khi đăng nhập vào hệ thống",
                "Cung cấp và duy trì dịch vụ điện toán đám mây",
                "Phân tích hành vi sử dụng để cải thiện sản phẩm",
                "Phát hiện và ngăn chặn truy cập trái phép",
                "Hỗ trợ kỹ thuật và xử lý yêu cầu của khách hàng",
                "Quản lý thuê bao và tính cước dịch vụ viễn thông",
                "Gửi thông báo bảo mật và cập nhật phần mềm",
                "Cá nhân hóa nội dung hiển thị trên ứng dụng di động",
                "Ghi nhật ký hệ thống phục vụ điều tra sự cố",
                "Kiểm thử và đánh giá chất lượng phần mềm",
                "Quản lý tài khoản nhà phát triển và khóa truy cập",
                "Sao lưu và khôi phục dữ liệu của khách hàng",
            ],
            Industry::Manufacturing => &[
                "Quản lý hồ sơ và hợp đồng lao động của công nhân",
                "Chấm công và tính lương cho người lao động",
                "Theo dõi an toàn lao động và tai nạn tại nhà máy",
                "Kiểm soát ra vào nhà xưởng bằng thẻ nhân viên",
                "Khám sức khỏe định kỳ cho người lao động",
                "Quản lý thông tin liên hệ của nhà cung cấp",
                "Xử lý bảo hành và khiếu nại về chất lượng sản phẩm",
                "Đào tạo nghề và cấp chứng chỉ vận hành máy",
                "Đóng bảo hiểm xã hội và bảo hiểm thất nghiệp",
                "Điều phối giao nhận hàng hóa với tài xế vận tải",
                "Giám sát khu vực sản xuất bằng camera an ninh",
                "Tuyển dụng lao động phổ thông và kỹ sư nhà máy",
            ],
            Industry::Finance => &[
                "Xác minh danh tính khách hàng khi mở tài khoản thanh toán",
                "Thẩm định hồ sơ và chấm điểm tín dụng cá nhân",
                "Phòng, chống rửa tiền và tài trợ khủng bố",
                "Xử lý giao dịch chuyển tiền và thanh toán hóa đơn",
                "Phát hiện giao dịch gian lận trên thẻ ngân hàng",
                "Giải quyết yêu cầu bồi thường bảo hiểm nhân thọ",
                "Thu hồi nợ và nhắc lịch thanh toán khoản vay",
                "Tư vấn sản phẩm đầu tư phù hợp với khách hàng",
                "Báo cáo thông tin tín dụng cho cơ quan quản lý",
                "Xác thực sinh trắc học khi giao dịch trực tuyến",
                "Quản lý danh mục chứng khoán của nhà đầu tư",
                "Lưu trữ chứng từ kế toán theo quy định pháp luật",
            ],
            Industry::Healthcare => &[
                "Lập và quản lý hồ sơ bệnh án điện tử",
                "Đặt lịch khám và nhắc lịch tái khám cho người bệnh",
                "Thanh toán chi phí khám chữa bệnh bảo hiểm y tế",
                "Lưu trữ và trả kết quả xét nghiệm, chẩn đoán hình ảnh",
                "Kê đơn thuốc điện tử và theo dõi tương tác thuốc",
                "Tư vấn và khám bệnh từ xa qua ứng dụng",
                "Theo dõi lịch sử tiêm chủng của trẻ em",
                "Báo cáo ca bệnh truyền nhiễm cho cơ quan y tế",
                "Nghiên cứu lâm sàng và thử nghiệm thuốc mới",
                "Liên hệ người thân trong trường hợp cấp cứu",
                "Theo dõi sức khỏe người bệnh mạn tính tại nhà",
                "Khảo sát mức độ hài lòng của người bệnh",
            ],
            Industry::Retail => &[
                "Xử lý đơn hàng và giao hàng đến tận nhà",
                "Quản lý chương trình khách hàng thân thiết",
                "Gợi ý sản phẩm theo lịch sử mua sắm",
                "Gửi tin nhắn khuyến mại và mã giảm giá",
                "Xử lý yêu cầu đổi trả và hoàn tiền",
                "Xuất hóa đơn điện tử cho người mua hàng",
                "Khảo sát ý kiến khách hàng sau khi mua hàng",
                "Chăm sóc khách hàng qua tổng đài và mạng xã hội",
                "Phát hiện đơn hàng giả và gian lận thanh toán",
                "Quản lý bảo hành điện tử theo số điện thoại",
                "Giám sát an ninh tại cửa hàng bằng camera",
                "Quản lý thông tin người bán trên sàn thương mại điện tử",
            ],
        }
    }
}

/// Names of processing activities.
pub const ACTIVITIES: &[&str] = &[
    "Quản lý khách hàng",
    "Xử lý đơn hàng",
    "Chăm sóc khách hàng",
    "Marketing và quảng cáo",
    "Quản lý nhân sự",
    "Báo cáo tài chính",
    "Dịch vụ chăm sóc sức khỏe",
    "Giáo dục trực tuyến",
    "Tuyển dụng nhân viên",
    "Tính lương và bảo hiểm xã hội",
    "Xác minh danh tính điện tử",
    "Thanh toán trực tuyến",
    "Chấm điểm tín dụng",
    "Phòng chống gian lận",
    "Giám sát an ninh bằng camera",
    "Khảo sát thị trường",
    "Chương trình khách hàng thân thiết",
    "Vận chuyển và giao hàng",
    "Bảo hành và đổi trả sản phẩm",
    "Quản lý hồ sơ bệnh án",
    "Hỗ trợ kỹ thuật",
    "Quản lý nhà cung cấp",
    "Phân tích hành vi người dùng",
    "Chuyển dữ liệu cá nhân xuyên biên giới",
];

/// Categories of personal data, as the table stores them.
pub const CATEGORIES: &[&str] = &[
    "Category 1: Sensitive Personal Data",
    "Category 2: Basic Personal Data",
    "Category 3: Public Data",
];

/// Sets of field names that one activity processes.
pub const DATA_FIELDS: &[&[&str]] = &[
    &["ho_ten", "dia_chi", "so_dien_thoai"],
    &["email", "ngay_sinh", "gioi_tinh"],
    &["cmnd", "cccd", "so_the_ngan_hang"],
    &["so_tai_khoan", "lich_su_giao_dich"],
    &["dia_chi_ip", "thong_tin_thiet_bi"],
    &["ho_ten", "ma_so_thue", "muc_luong"],
    &["ho_so_benh_an", "nhom_mau", "tien_su_benh"],
    &["van_tay", "khuon_mat"],
    &["vi_tri_dia_ly", "lich_su_di_chuyen"],
    &["so_ho_chieu", "quoc_tich", "noi_sinh"],
    &["trinh_do_hoc_van", "kinh_nghiem_lam_viec"],
    &["so_bao_hiem_xa_hoi", "so_the_bao_hiem_y_te"],
    &["tinh_trang_hon_nhan", "thong_tin_nguoi_than"],
];

/// Legal bases for processing, after article 19 of Law 91/2025/QH15.
pub const LEGAL_BASES: &[&str] = &[
    "Đồng ý của chủ thể dữ liệu",
    "Thực hiện thỏa thuận của chủ thể dữ liệu",
    "Bảo vệ tính mạng, sức khỏe trong trường hợp cấp bách",
    "Giải quyết tình trạng khẩn cấp, phòng, chống tội phạm",
    "Phục vụ hoạt động của cơ quan nhà nước",
    "Bảo vệ quyền và lợi ích chính đáng trước hành vi xâm phạm",
    "Trường hợp khác theo quy định của pháp luật",
];

/// A company name such as "Công ty TNHH Cơ khí Minh Phát".
pub fn company(rng: &mut impl rand::Rng) -> String {
    let form: &str = CompanySuffix(ViVn).fake_with_rng(rng);
    let line: &str = IndustryName(ViVn).fake_with_rng(rng);
    let head = word(BRAND_HEADS, rng);
    let tail = word(BRAND_TAILS, rng);
    format!("{form} {line} {head} {tail}")
}

/// A full name, family name first, such as "Nguyễn Văn An".
pub fn person(rng: &mut impl rand::Rng) -> String {
    Name(ViVn).fake_with_rng(rng)
}

fn pick<T: Copy, R: RngExt + ?Sized>(items: &[T], rng: &mut R) -> Option<T> {
    items.choose(rng).copied()
}

fn word<R: RngExt + ?Sized>(words: &[&'static str], rng: &mut R) -> &'static str {
    pick(words, rng).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;
    use rand_xoshiro::Xoshiro256PlusPlus;
    use unicode_normalization::is_nfc;

    use super::*;

    fn lists() -> Vec<&'static [&'static str]> {
        let mut lists = vec![
            ViVn::NAME_FIRST_NAME,
            ViVn::NAME_LAST_NAME,
            ViVn::NAME_TITLE,
            ViVn::ADDRESS_CITY_PREFIX,
            ViVn::ADDRESS_CITY_SUFFIX,
            ViVn::COMPANY_SUFFIX,
            ViVn::COMPANY_NAME_TPLS,
            ViVn::COMPANY_INDUSTRY,
            BRAND_HEADS,
            BRAND_TAILS,
            ACTIVITIES,
            CATEGORIES,
            LEGAL_BASES,
        ];
        lists.extend(DATA_FIELDS);
        lists.extend(Region::ALL.map(Region::cities));
        lists.extend(Industry::ALL.map(Industry::purposes));
        lists
    }

    fn strings() -> Vec<&'static str> {
        let mut strings: Vec<_> = lists().into_iter().flatten().copied().collect();
        strings.extend(Region::ALL.map(Region::as_str));
        strings.extend(Industry::ALL.map(Industry::as_str));
        strings.extend(Industry::ALL.map(Industry::name_vi));
        strings
    }

    fn sample(seed: u64) -> Vec<String> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        (0..500).flat_map(|_| [company(&mut rng), person(&mut rng)]).collect()
    }

    #[test]
    fn every_string_is_nfc_and_trimmed() {
        for s in strings() {
            assert!(is_nfc(s), "{s} is not in NFC");
            assert!(!s.is_empty());
            assert_eq!(s, s.trim());
            assert!(!s.contains("  "), "{s} has a double space");
        }
        for s in sample(1) {
            assert!(is_nfc(&s), "{s} is not in NFC");
            assert_eq!(s, s.trim());
        }
    }

    #[test]
    fn letters_are_latin_vietnamese() {
        // Catches look-alikes, such as the Icelandic ð for đ or a Cyrillic а.
        const LETTERS: &str = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợ\
                               ùúủũụưừứửữựỳýỷỹỵ";
        for s in strings() {
            for c in s.chars().flat_map(char::to_lowercase) {
                assert!(c.is_ascii() || LETTERS.contains(c), "{c:?} in {s}");
            }
        }
    }

    #[test]
    fn most_strings_carry_diacritics() {
        let ascii_by_design: HashSet<&str> =
            DATA_FIELDS.iter().copied().flatten().chain(CATEGORIES).copied().collect();
        let all: Vec<_> = strings().into_iter().filter(|s| !ascii_by_design.contains(s)).collect();
        let marked = all.iter().filter(|s| !s.is_ascii()).count();
        assert!(marked * 100 >= all.len() * 80, "{marked} of {}", all.len());
    }

    #[test]
    fn lists_have_no_duplicates() {
        for list in lists() {
            let distinct: HashSet<_> = list.iter().collect();
            assert_eq!(distinct.len(), list.len(), "{list:?}");
        }
        assert!(BRAND_HEADS.iter().all(|h| !BRAND_TAILS.contains(h)));
    }

    #[test]
    fn lists_are_long_enough() {
        for region in Region::ALL {
            assert!(region.cities().len() >= 12);
        }
        for purposes in Industry::ALL.map(Industry::purposes) {
            assert!(purposes.len() >= 10);
            for p in purposes {
                assert!((25..=70).contains(&p.chars().count()), "{p}");
            }
        }
    }

    #[test]
    fn a_seed_repeats_its_names() {
        assert_eq!(sample(7), sample(7));
        assert_ne!(sample(7), sample(8));
    }

    #[test]
    fn names_are_vietnamese() {
        for pair in sample(3).chunks_exact(2) {
            let [company, person] = pair else { unreachable!("chunks of two") };
            assert!(ViVn::COMPANY_SUFFIX.iter().any(|f| company.starts_with(f)));
            assert!(ViVn::NAME_LAST_NAME.iter().any(|n| person.starts_with(n)));
            assert!(ViVn::NAME_FIRST_NAME.iter().any(|n| person.ends_with(n)));
        }
    }

    #[test]
    fn fakers_leak_no_english() {
        use fake::faker::company::raw::CompanyName;

        let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
        for _ in 0..500 {
            let name: String = CompanyName(ViVn).fake_with_rng(&mut rng);
            assert!(!name.contains('{'), "{name}");
            for text in [name, company(&mut rng)] {
                for english in ["Inc", "Sons", "LLC", "Group", " and "] {
                    assert!(!text.contains(english), "{text}");
                }
            }
            let city: String = CityName(ViVn).fake_with_rng(&mut rng);
            assert!(Region::ALL.iter().any(|r| r.cities().contains(&city.as_str())));
        }
    }
}
