//! Who may come in, how, and as what.

use super::found::{Found, not_of_private, person, seen as sight};
use super::{Seen, isolation};
use crate::model::facts::{Facts, HbaRule, Sight};
use crate::model::observed::Secured;
use crate::model::set::{Answer, Answered, Item};
use std::net::IpAddr;

const SECTION: &str = "security";

/// So many lines of pg_hba.conf are named.
const PLACES_SHOWN: usize = 4;

/// The items.
pub(super) fn items(seen: &Seen<'_>) -> Vec<Item> {
    let facts = seen.after;
    let asked = [
        ("tls", tls(facts)),
        ("password_method", passwords(facts)),
        ("hba_trust", trust(facts)),
        ("role", role(facts)),
    ];
    let item = |(id, found): (&str, Found)| match seen.is_private {
        true => not_of_private(SECTION, id),
        false => found.item(SECTION, id, Answered::Read),
    };
    let mut items: Vec<Item> = asked.into_iter().map(item).collect();
    items.push(isolation::found(seen).item(SECTION, "tenant_isolation", Answered::Measured));
    items.push(person(SECTION, "credentials", Secured::CredentialsForPerson {}));
    items.push(person(SECTION, "endpoints", Secured::EndpointsForPerson {}));
    items
}

/// Our own session stands for those that come by the same way.
fn tls(facts: &Facts) -> Found {
    let session = &facts.session;
    let setting = |name: &str| facts.setting(name).unwrap_or_default().to_owned();
    let ssl = setting("ssl");
    if session.encrypted {
        let (version, cipher) = (session.tls_version.clone(), session.cipher.clone());
        return Found::one(Answer::Yes, Secured::TlsUsed { version, cipher });
    }
    if session.is_socket {
        // A Unix socket has no TLS. Whether others come over a network is another matter.
        return match facts.setting("listen_addresses") {
            Some("") => Found::one(Answer::Yes, Secured::SocketAlone {}),
            _ => Found::one(Answer::Open, Secured::SocketOnly { ssl }),
        };
    }
    match session.is_local {
        true => Found::one(Answer::Warning, Secured::TlsUnusedLoopback { ssl }),
        false => Found::one(Answer::No, Secured::TlsUnused { ssl }),
    }
}

/// How passwords are stored and asked for.
fn passwords(facts: &Facts) -> Found {
    let mut found = Found::new();
    let encryption = facts.setting("password_encryption").unwrap_or_default();
    if encryption != "scram-sha-256" {
        found.add(Answer::No, Secured::EncryptionIs { value: encryption.to_owned() });
    }
    match sight(&facts.hba) {
        Err(hidden) => found.merge(hidden),
        Ok(rules) => {
            let places = |method: &str| places(rules.iter().filter(|rule| rule.method == method));
            if let Some(places) = places("password") {
                found.add(Answer::No, Secured::HbaPassword { places });
            }
            if let Some(places) = places("md5") {
                found.add(Answer::Warning, Secured::HbaMd5 { places });
            }
            if found.is_empty() {
                found.add(Answer::Yes, Secured::PasswordsScram {});
            }
        }
    }
    match &facts.md5_roles {
        Sight::Seen(roles) if roles.is_empty() => {
            found.add(Answer::Yes, Secured::Md5RolesNone {});
        }
        Sight::Seen(roles) => {
            found.add(Answer::No, Secured::Md5Roles { roles: roles.join(", ") });
        }
        Sight::Needs(grants) => {
            found.add(Answer::Open, Secured::Md5RolesHidden { grants: grants.clone() });
        }
        Sight::Failed(_) => found.merge(sight(&facts.md5_roles).err().unwrap_or_else(Found::new)),
    }
    found
}

/// Nobody is let in from elsewhere without proving who it is.
fn trust(facts: &Facts) -> Found {
    let rules = match sight(&facts.hba) {
        Ok(rules) => rules,
        Err(found) => return found,
    };
    let mut found = Found::new();
    let (remote, local): (Vec<&HbaRule>, Vec<&HbaRule>) =
        rules.iter().filter(|rule| rule.method == "trust").partition(|rule| is_remote(rule));
    if let Some(places) = places(remote.into_iter()) {
        found.add(Answer::No, Secured::HbaTrustRemote { places });
    }
    if let Some(places) = places(local.into_iter()) {
        found.add(Answer::Warning, Secured::HbaTrustLocal { places });
    }
    if let Some(places) = places(rules.iter().filter(|rule| !rule.error.is_empty())) {
        found.add(Answer::No, Secured::HbaBroken { places });
    }
    if found.is_empty() {
        found.add(Answer::Yes, Secured::HbaNoTrust { rules: rules.len() });
    }
    found
}

/// Whether a rule is for clients of other machines. A name that isn't this
/// machine's own is taken for another's.
fn is_remote(rule: &HbaRule) -> bool {
    if rule.kind == "local" || ["samehost", "localhost"].contains(&rule.address.as_str()) {
        return false;
    }
    let ones = |mask: IpAddr| match mask {
        IpAddr::V4(mask) => mask.to_bits().count_ones(),
        IpAddr::V6(mask) => mask.to_bits().count_ones(),
    };
    match (rule.address.parse::<IpAddr>(), rule.netmask.parse::<IpAddr>()) {
        // All of 127.0.0.0/8 is the loopback interface, and ::1 alone.
        (Ok(address @ IpAddr::V4(_)), Ok(mask)) => !address.is_loopback() || ones(mask) < 8,
        (Ok(address), Ok(mask)) => !address.is_loopback() || ones(mask) < 128,
        _ => true,
    }
}

/// Where rules stand, in one line; None where there are none.
fn places<'a>(rules: impl Iterator<Item = &'a HbaRule>) -> Option<String> {
    let place = |rule: &HbaRule| {
        let file = rule.file.rsplit('/').next().filter(|file| !file.is_empty());
        let address =
            if rule.address.is_empty() { String::new() } else { format!(" {}", rule.address) };
        format!("{}:{} {}{address}", file.unwrap_or("pg_hba.conf"), rule.line, rule.kind)
    };
    let all: Vec<String> = rules.map(place).collect();
    let more = all.len().saturating_sub(PLACES_SHOWN);
    let shown = all.into_iter().take(PLACES_SHOWN).collect::<Vec<_>>().join(", ");
    match (shown.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(shown),
        (false, more) => Some(format!("{shown}, +{more}")),
    }
}

/// What the role could do beyond its work.
fn role(facts: &Facts) -> Found {
    let role = facts.session.role.clone();
    match (facts.session.is_superuser, facts.session.bypasses_rls) {
        (true, _) => Found::one(Answer::No, Secured::RoleSuperuser { role }),
        (false, true) => Found::one(Answer::Warning, Secured::RoleBypassesRls { role }),
        (false, false) => Found::one(Answer::Yes, Secured::RolePlain { role }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kind: &str, address: &str, netmask: &str) -> HbaRule {
        let [kind, address, netmask] = [kind, address, netmask].map(str::to_owned);
        HbaRule { kind, address, netmask, ..HbaRule::default() }
    }

    #[test]
    fn a_rule_is_remote_unless_it_is_for_this_machine_alone() {
        for (kind, address, netmask) in [
            ("local", "", ""),
            ("host", "127.0.0.1", "255.255.255.255"),
            ("host", "127.0.0.0", "255.0.0.0"),
            ("hostssl", "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("host", "samehost", ""),
            ("host", "localhost", ""),
        ] {
            assert!(!is_remote(&rule(kind, address, netmask)), "{kind} {address}");
        }
        for (kind, address, netmask) in [
            ("host", "all", ""),
            ("host", "0.0.0.0", "0.0.0.0"),
            ("host", "127.0.0.0", "254.0.0.0"),
            ("hostssl", "10.1.0.0", "255.255.0.0"),
            ("host", "::", "::"),
            ("host", "samenet", ""),
            ("host", "app.example", ""),
        ] {
            assert!(is_remote(&rule(kind, address, netmask)), "{kind} {address}");
        }
    }
}
