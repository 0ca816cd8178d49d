//! A connection string, read as libpq reads it: a URI or `key=value` words.
//!
//! No error here quotes what it could not read. Part of a password may be in
//! it, where somebody forgot to escape a character.

use super::error::SessionError;
use super::keyword::{self, Support};
use std::collections::BTreeMap;

/// Connection parameters by name.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Parameters(BTreeMap<&'static str, String>);

impl std::fmt::Debug for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |(name, value)| match keyword::is_secret(name) {
            true => (name, "(hidden)"),
            false => (name, value),
        };
        f.debug_map().entries(self.0.iter().map(|(n, v)| (*n, v.as_str())).map(shown)).finish()
    }
}

impl Parameters {
    /// Reads a connection string.
    ///
    /// # Errors
    /// Where it is neither form, or names a parameter that libpq doesn't know.
    pub(super) fn parse(text: &str) -> Result<Parameters, SessionError> {
        let mut parameters = Parameters::default();
        match super::uri::without_scheme(text) {
            Some(rest) => super::uri::read(rest, &mut parameters)?,
            None => super::conninfo::read(text, &mut parameters)?,
        }
        Ok(parameters)
    }

    /// The value of `name`; an empty one is none, as libpq has it.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether `name` was given, if only as an empty string: that, too, keeps
    /// what comes after it (a service, the environment) away.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Sets a parameter, the last one given wins.
    ///
    /// # Errors
    /// Where there is no such parameter.
    pub(super) fn set(&mut self, name: &str, value: String) -> Result<(), SessionError> {
        match keyword::find(name) {
            Some(known) => {
                self.0.insert(known.name, value);
                Ok(())
            }
            None => Err(self.unknown(name)),
        }
    }

    /// A name is shown only where it can't be the rest of a secret that was
    /// cut at a blank or an `&`.
    fn unknown(&self, name: &str) -> SessionError {
        let plain = name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit());
        let after_secret = self.0.keys().any(|name| keyword::is_secret(name));
        match plain && !after_secret && !name.is_empty() && name.len() <= 40 {
            true => SessionError::UnknownParameter { name: name.to_owned() },
            false => SessionError::UnknownWord {},
        }
    }

    /// What a later session needs besides host and login: no secret, no settings of its own, and
    /// nothing that was already looked up.
    pub(super) fn kept(&self) -> Vec<(&'static str, String)> {
        const LEFT_OUT: [&str; 10] = [
            "host",
            "hostaddr",
            "port",
            "dbname",
            "user",
            "service",
            "servicefile",
            "options",
            "application_name",
            "target_session_attrs",
        ];
        let kept = |name: &str| !keyword::is_secret(name) && !LEFT_OUT.contains(&name);
        self.0.iter().filter(|(n, _)| kept(n)).map(|(n, value)| (*n, value.clone())).collect()
    }

    /// Refuses what could not be kept.
    ///
    /// # Errors
    /// The first parameter that isn't supported, or has a value that isn't.
    pub(super) fn check_support(&self) -> Result<(), SessionError> {
        for keyword in keyword::KEYWORDS {
            let Some(value) = self.get(keyword.name) else { continue };
            let name = keyword.name.to_owned();
            match keyword.support {
                Support::Used | Support::Ignored => {}
                Support::Only(values) if values.contains(&value) => {}
                Support::Only(values) => {
                    let allowed = values.join(", ");
                    return Err(SessionError::BadValue { name, value: value.to_owned(), allowed });
                }
                Support::Refused => return Err(SessionError::UnsupportedParameter { name }),
            }
        }
        Ok(())
    }

    /// The value of `name` where it is one of `choices`, else `default`.
    ///
    /// # Errors
    /// Where it is none of them.
    pub(super) fn choice<T: Copy>(
        &self,
        name: &str,
        choices: &[(&str, T)],
        default: T,
    ) -> Result<T, SessionError> {
        let Some(value) = self.get(name) else { return Ok(default) };
        choices.iter().find(|(word, _)| *word == value).map(|(_, choice)| *choice).ok_or_else(
            || SessionError::BadValue {
                name: name.to_owned(),
                value: value.to_owned(),
                allowed: choices.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", "),
            },
        )
    }

    /// The number in `name`.
    ///
    /// # Errors
    /// Where it is none.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, SessionError> {
        let parsed = self.get(name).map(|value| value.trim().parse::<i32>().map(i64::from));
        parsed.transpose().map_err(|_| SessionError::BadNumber { name: name.to_owned() })
    }
}

/// A connection string with one word more. The value is plain.
pub fn with_word(text: &str, name: &str, value: &str) -> String {
    let sign = match super::uri::without_scheme(text) {
        None => ' ',
        // The password may hold a '?'.
        Some(rest) if rest.rsplit('@').next().is_some_and(|rest| rest.contains('?')) => '&',
        Some(_) => '?',
    };
    format!("{text}{sign}{name}={value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Parameters {
        Parameters::parse(text).unwrap()
    }

    fn refusal(text: &str) -> String {
        Parameters::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn both_forms_say_the_same() {
        let uri = read("postgresql://dba:s%20e@db.example:5433/app?sslmode=verify-full");
        let words = read(
            r"host = db.example port=5433 user='dba' password='s e' dbname=app sslmode=verify-full",
        );
        assert_eq!(uri, words);
        assert_eq!(read("postgresql://"), Parameters::default());
        assert_eq!(read(""), Parameters::default());
    }

    #[test]
    fn hosts_of_every_kind() {
        let many = read("postgres://a:1,b,[::1]:3/d");
        assert_eq!((many.get("host"), many.get("port")), (Some("a,b,::1"), Some("1,,3")));
        let socket = read("postgresql://%2Fvar%2Frun/d");
        assert_eq!(socket.get("host"), Some("/var/run"));
        assert_eq!(read("postgresql:///d?host=/tmp").get("host"), Some("/tmp"));
        assert_eq!(read("postgresql://h").get("port"), None);
        assert_eq!(read("postgresql://h?ssl=true").get("sslmode"), Some("require"));
    }

    #[test]
    fn a_word_is_added_to_both_forms() {
        for text in [
            "host=h",
            "postgresql://",
            "postgresql://u:a?b@h/d",
            "postgres://h?sslmode=disable",
            "service='a b'",
        ] {
            let parameters = read(&with_word(text, "pooler", "session"));
            assert_eq!(parameters.get("pooler"), Some("session"), "{text}");
            assert_eq!(parameters.get("host"), read(text).get("host"), "{text}");
        }
    }

    #[test]
    fn escapes_in_words() {
        let p = read(r"password='it\'s' user=a\ b  dbname = x");
        assert_eq!((p.get("password"), p.get("user")), (Some("it's"), Some("a b")));
        assert_eq!(p.get("dbname"), Some("x"));
    }

    #[test]
    fn what_cannot_be_read_is_not_quoted() {
        for text in [
            "postgresql://dba:p@s3cret@db/app",
            "postgresql://dba:p/s3cret@db/app",
            "postgresql://dba:12/s3cret@db/app",
            "postgresql://dba:%zzs3cret@db/app",
            "postgresql://dba:s3cret@[::1/app",
            "postgresql://h/d?password=a&s3cret=b",
            "host=h password=my s3cret",
            "host=h password=my s3cret=1",
            "host=h password='s3cret",
            "s3cret",
        ] {
            let said = refusal(text);
            assert!(!said.contains("s3cret"), "{text}: {said}");
            assert!(said.contains("--url"), "{said}");
        }
        assert!(refusal("postgresql://dba:p@x@db/app").contains("%40"));
        assert!(refusal("host=h sslmod=require").contains("sslmod,"));
        assert!(!format!("{:?}", read("password=s3cret")).contains("s3cret"));
    }

    proptest::proptest! {
        #[test]
        fn no_string_is_too_odd(text: String, parts in "[a-z@:/?&=%,\\[\\]' \\\\]{0,40}") {
            for text in [text, parts.clone(), format!("postgresql://{parts}")] {
                let _ = Parameters::parse(&text);
            }
        }

        #[test]
        fn a_password_survives_both_forms(secret in "[^\0]{1,30}") {
            let escaped: String = secret.bytes().map(|byte| format!("%{byte:02x}")).collect();
            let quoted = secret.replace('\\', r"\\").replace('\'', r"\'");
            let uri = read(&format!("postgresql://u:{escaped}@h/d"));
            let words = read(&format!("host=h dbname=d password='{quoted}' user=u"));
            proptest::prop_assert_eq!(uri.get("password"), Some(secret.as_str()));
            proptest::prop_assert_eq!(uri, words);
        }
    }

    #[test]
    fn what_is_not_kept_is_refused_by_name() {
        let said = |text| read(text).check_support().unwrap_err().to_string();
        assert!(said("requirepeer=postgres").contains("requirepeer"));
        assert!(said("gssencmode=require").contains("gssencmode"));
        let secret = said("sslpassword=s3cret");
        assert!(secret.contains("sslpassword") && !secret.contains("s3cret"));
        assert!(read("gssencmode=prefer application_name=x").check_support().is_ok());
    }
}
