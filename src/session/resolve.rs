//! Which parameters count: what is given, then the service, then the
//! environment. Defaults come where the parameters are used.

use super::environment::Environment;
use super::error::SessionError;
use super::keyword::KEYWORDS;
use super::params::Parameters;
use super::service;

/// All parameters for a connection string.
///
/// # Errors
/// Where the string or a service can't be read, or a parameter isn't supported.
pub(super) fn resolve(text: &str, environment: &Environment) -> Result<Parameters, SessionError> {
    let mut parameters = Parameters::parse(text)?;
    service::apply(&mut parameters, environment)?;
    for keyword in KEYWORDS {
        let value = keyword.variable.and_then(|variable| environment.variable(variable));
        if let Some(value) = value
            && !parameters.has(keyword.name)
        {
            parameters.set(keyword.name, value.to_owned())?;
        }
    }
    // An old one; whoever set it must not be left without TLS.
    if !parameters.has("sslmode") && environment.variable("PGREQUIRESSL") == Some("1") {
        parameters.set("sslmode", "require".to_owned())?;
    }
    parameters.check_support()?;
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment {
            variables: variables.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect(),
            ..Environment::alone()
        }
    }

    #[test]
    fn what_is_given_goes_before_the_service_and_that_before_the_environment() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("services");
        std::fs::write(&file, "[a]\nhost=service\nport=1\nsslmode=require\n").unwrap();
        let surroundings = environment(&[
            ("PGSERVICE", "a"),
            ("PGSERVICEFILE", file.to_str().unwrap()),
            ("PGHOST", "environment"),
            ("PGPORT", "2"),
            ("PGUSER", "u"),
            ("PGSSLMODE", "disable"),
            ("PGOPTIONS", "-c geqo=off"),
        ]);
        let p = resolve("host=given", &surroundings).unwrap();
        assert_eq!(
            (p.get("host"), p.get("port"), p.get("user")),
            (Some("given"), Some("1"), Some("u"))
        );
        assert_eq!(p.get("sslmode"), Some("require"));
        assert_eq!(p.get("options"), Some("-c geqo=off"));
        // An empty value keeps the rest away, and means the default.
        assert_eq!(resolve("host=''", &surroundings).unwrap().get("host"), None);
    }

    #[test]
    fn every_variable_fills_its_parameter() {
        for keyword in KEYWORDS {
            let Some(variable) = keyword.variable else { continue };
            let value = match keyword.support {
                super::super::keyword::Support::Only(values) => values[0],
                _ => "1",
            };
            let resolved = resolve("postgresql://", &environment(&[(variable, value)]));
            match resolved {
                Ok(p) => assert_eq!(p.get(keyword.name), Some(value), "{variable}"),
                Err(error) => assert!(error.to_string().contains(keyword.name), "{variable}"),
            }
        }
        let old = resolve("", &environment(&[("PGREQUIRESSL", "1")])).unwrap();
        assert_eq!(old.get("sslmode"), Some("require"));
    }

    #[test]
    fn what_cannot_be_kept_is_refused_from_the_environment_too() {
        let said = resolve("host=h", &environment(&[("PGREQUIREPEER", "postgres")]));
        assert!(said.unwrap_err().to_string().contains("requirepeer"));
    }
}
