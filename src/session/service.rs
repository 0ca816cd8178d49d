//! Connection services: named sets of parameters in `pg_service.conf`.

use super::environment::Environment;
use super::error::SessionError;
use super::params::Parameters;
use std::path::{Path, PathBuf};

/// The file in the home directory.
const HOME_FILE: &str = ".pg_service.conf";

/// The file in the system's directory.
const SYSTEM_FILE: &str = "pg_service.conf";

/// Adds what the service that `parameters` or the environment name says to
/// the parameters that aren't given yet.
///
/// # Errors
/// Where the service, or a file that is named, isn't there, or has a line that
/// can't be read.
pub(super) fn apply(
    parameters: &mut Parameters,
    environment: &Environment,
) -> Result<(), SessionError> {
    let service = match parameters.get("service") {
        Some(service) => service.to_owned(),
        None => match environment.variable("PGSERVICE").filter(|name| !name.is_empty()) {
            Some(service) => service.to_owned(),
            None => return Ok(()),
        },
    };
    let named = parameters.get("servicefile").or(environment.variable("PGSERVICEFILE"));
    let named = named.filter(|path| !path.is_empty()).map(PathBuf::from);
    let is_named = named.is_some();
    let mut files: Vec<PathBuf> =
        named.or_else(|| environment.at_home(HOME_FILE)).into_iter().collect();
    match environment.variable("PGSYSCONFDIR").filter(|dir| !dir.is_empty()) {
        Some(dir) => files.push(Path::new(dir).join(SYSTEM_FILE)),
        None => files.extend(environment.system_dirs.iter().map(|dir| dir.join(SYSTEM_FILE))),
    }
    for (index, file) in files.iter().enumerate() {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error)
                if error.kind() == std::io::ErrorKind::NotFound && !(is_named && index == 0) =>
            {
                continue;
            }
            Err(error) => {
                let (file, detail) = (file.display().to_string(), error.to_string());
                return Err(SessionError::ServiceFile { service, file, detail });
            }
        };
        if add_section(&text, &service, parameters).map_err(|line| SessionError::ServiceLine {
            service: service.clone(),
            file: file.display().to_string(),
            line,
        })? {
            return Ok(());
        }
    }
    let files = files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ");
    Err(SessionError::NoService { service, files })
}

/// Adds the section `[service]`; whether there is one. The error is the number
/// of a line that can't be read.
fn add_section(text: &str, service: &str, parameters: &mut Parameters) -> Result<bool, usize> {
    let mut inside = false;
    for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line.trim())) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            if inside {
                return Ok(true);
            }
            inside = name.strip_suffix(']') == Some(service);
        } else if inside {
            // LDAP look-ups and services within services have no value to take.
            let (name, value) = line.split_once('=').ok_or(number)?;
            if name == "service" || line.starts_with("ldap") {
                return Err(number);
            }
            if !parameters.has(name) {
                parameters.set(name, value.to_owned()).map_err(|_| number)?;
            }
        }
    }
    Ok(inside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn environment(dir: &Path, variables: &[(&str, &str)]) -> Environment {
        let variables: BTreeMap<_, _> =
            variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Environment {
            variables,
            home: Some(dir.to_owned()),
            system_dirs: vec![dir.join("system")],
            ..Environment::default()
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read(
            values in proptest::collection::btree_map(
                proptest::sample::select(&["host", "port", "user", "password", "sslmode"][..]),
                "[^\\s\0]([^\r\n\0]{0,12}[^\\s\0])?", 0..5),
            other in "[a-z]{1,6}",
        ) {
            let lines: String = values.iter().map(|(n, v)| format!("{n}={v}\n")).collect();
            let text = format!("[{other}x]\nhost=elsewhere\n# [s]\n[s]\n{lines}\n[y]\nuser=nobody\n");
            let mut parameters = Parameters::default();
            proptest::prop_assert_eq!(add_section(&text, "s", &mut parameters), Ok(true));
            for (name, value) in &values {
                proptest::prop_assert_eq!(parameters.get(name), Some(value.as_str()));
            }
            proptest::prop_assert_eq!(parameters.has("user"), values.contains_key("user"));
        }

        #[test]
        fn no_text_is_too_odd(any: String, lines in "(\\[s\\]|[a-z=# \\[\\]]{0,9}|\n){0,12}") {
            for text in [any, lines] {
                let found = add_section(&text, "s", &mut Parameters::default());
                if let Err(line) = found {
                    proptest::prop_assert!((1..=text.lines().count()).contains(&line));
                }
            }
        }
    }

    #[test]
    fn a_section_fills_what_is_not_given() {
        let text = "# ours\n[a]\nhost=x\n\n[b]\nhost=db\nport=5433\nsslmode=require\n[c]\nuser=u\n";
        let mut p = Parameters::parse("port=1").unwrap();
        assert_eq!(add_section(text, "b", &mut p), Ok(true));
        assert_eq!((p.get("host"), p.get("port"), p.get("user")), (Some("db"), Some("1"), None));
        assert_eq!(add_section(text, "d", &mut p), Ok(false));
        for bad in ["[a]\nnonsense\n", "[a]\nhost = h\n", "[a]\nservice=b\n", "[a]\nldap://x\n"] {
            assert_eq!(add_section(bad, "a", &mut Parameters::default()), Err(2), "{bad}");
        }
    }

    #[test]
    fn home_goes_before_the_system_and_what_is_missing_is_named() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("system")).unwrap();
        std::fs::write(dir.path().join("system/pg_service.conf"), "[a]\nhost=s\n[b]\nhost=s\n")
            .unwrap();
        let host = |variables: &[(&str, &str)], service: &str| {
            let mut p = Parameters::parse(&format!("service={service}")).unwrap();
            apply(&mut p, &environment(dir.path(), variables))
                .map(|()| p.get("host").unwrap_or_default().to_owned())
                .map_err(|e| e.to_string())
        };
        assert_eq!(host(&[], "b"), Ok("s".to_owned()));
        std::fs::write(dir.path().join(".pg_service.conf"), "[a]\nhost=h\n").unwrap();
        assert_eq!((host(&[], "a"), host(&[], "b")), (Ok("h".to_owned()), Ok("s".to_owned())));
        let said = host(&[], "nowhere").unwrap_err();
        for word in ["nowhere", ".pg_service.conf", "system/pg_service.conf"] {
            assert!(said.contains(word), "{said}");
        }
        let said = host(&[("PGSERVICEFILE", "/no/such/file")], "a").unwrap_err();
        assert!(said.contains("/no/such/file"), "{said}");
        assert_eq!(host(&[("PGSYSCONFDIR", "/nowhere")], "a"), Ok("h".to_owned()));
        assert!(host(&[("PGSYSCONFDIR", "/nowhere")], "b").is_err());
    }
}
