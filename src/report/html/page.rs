//! The page around the sections: head, policy, style, script, and the switch
//! between the languages.
//!
//! This is the one place where texts become a page. [`maud`] escapes what
//! markup means something in; [`shown`] then goes over all of it, so that no
//! character is left that hides itself or turns its neighbours around.

use super::words::{Both, say};
use crate::message::page_label::PageLabel;
use crate::message::{Lang, Localized};
use crate::report::shown::shown;
use base64::prelude::{BASE64_STANDARD, Engine};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("style.css");

const SCRIPT: &str = include_str!("script.js");

/// A section of the page.
pub(super) struct Section {
    /// Its id, which links name.
    pub id: &'static str,
    /// Its head.
    pub head: Both,
    /// What is in it; a section without anything is left out.
    pub content: Markup,
}

impl Section {
    /// A section.
    pub fn new(id: &'static str, head: impl Localized, content: Markup) -> Section {
        Section { id, head: say(&head), content }
    }
}

/// What a page is made of.
pub(super) struct Page {
    /// The document's title.
    pub title: Both,
    /// What it is about.
    pub header: Markup,
    /// What is seen first.
    pub first: Markup,
    /// The sections.
    pub sections: Vec<Section>,
    /// What stands at the end.
    pub closing: Markup,
    /// What the script needs.
    pub data: Value,
}

impl Page {
    /// The page, which shows `lang` at first.
    pub fn html(&self, lang: Lang) -> String {
        let sections: Vec<&Section> =
            self.sections.iter().filter(|section| !section.content.0.is_empty()).collect();
        let page = html! {
            (DOCTYPE)
            html lang=(code(lang)) {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy());
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="generator" content="pgvalidate";
                    meta name="referrer" content="no-referrer";
                    // Else a browser asks a server for one.
                    link rel="icon" href="data:,";
                    title { (self.title.text(lang)) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    @for one in [Lang::En, Lang::Vi] {
                        input.lang type="radio" name="lang" id={"lang-" (code(one))}
                            checked[one == lang];
                        label.lang for={"lang-" (code(one))} { (name(one)) }
                    }
                    div.page {
                        a.skip href="#main" { (say(&PageLabel::SkipToContent {})) }
                        (self.header)
                        main id="main" { (self.first)
                        nav { ul { @for section in &sections {
                            li { a href={"#" (section.id)} { (section.head) } }
                        } } }
                        @for section in &sections {
                            section id=(section.id) {
                                h2 { (section.head) }
                                (section.content)
                            }
                        } }
                        footer { (self.closing) }
                    }
                    script type="application/json" id="data" { (PreEscaped(json(&self.data))) }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        shown(&page.into_string())
    }
}

/// Nothing may be loaded from anywhere, and only our own script may run.
fn policy() -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; img-src data:; style-src 'sha256-{}'; script-src 'sha256-{}'; \
         base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// JSON that a script element can hold: nothing in it ends the element.
fn json(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn code(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "en",
        Lang::Vi => "vi",
    }
}

/// A language's name for itself.
fn name(lang: Lang) -> String {
    PageLabel::ThisLanguage {}.text(lang)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn data_cannot_end_its_element() {
        let text = json(&json!(["</script><!--", "a&b"]));
        assert!(!text.contains(['<', '>', '&']), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!(["</script><!--", "a&b"]));
    }

    /// A style or a script that ends its element would let the rest be read as markup.
    #[test]
    fn style_and_script_end_no_element() {
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
    }
}
