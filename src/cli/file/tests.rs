use super::*;
use crate::cli::Command as Asked;
use crate::message::{Lang, Localized};

fn source(text: &str) -> Source {
    Source::new("x.toml".to_owned(), text)
}

fn words(scenario: &str, text: &str) -> Vec<String> {
    let source = source(text);
    let flags = flags(&source, scenario, &source.table().unwrap()).unwrap();
    flags.into_iter().flat_map(|flag| flag.words).collect()
}

fn refusal(text: &str, typed: &[&str]) -> String {
    let source = source(text);
    let typed: Vec<_> = typed.iter().map(OsString::from).collect();
    match source.table().map_err(Refusal::from).and_then(|t| parse(&source, "burst", &t, &typed)) {
        Err(Refusal::File(error)) => {
            assert_ne!(error.text(Lang::Vi), error.text(Lang::En));
            error.to_string()
        }
        Err(Refusal::Typed(error)) => error.to_string(),
        Ok(_) => panic!("{text} {typed:?} was to be refused"),
    }
}

fn burst(text: &str, typed: &[&str]) -> crate::cli::BurstArgs {
    let source = source(text);
    let typed: Vec<_> = typed.iter().map(OsString::from).collect();
    match parse(&source, "burst", &source.table().unwrap(), &typed).unwrap().command {
        Asked::Burst(args) => *args,
        other => panic!("{other:?}"),
    }
}

#[test]
fn keys_are_flags_in_the_order_of_the_file() {
    let text = "scenario = 'burst'\nsize = 0x10\nbatches = 1_000\nno-baseline = true\nreplace = false\nmethod = 'copy-text'\n";
    let expected = ["--size=16", "--batches=1000", "--no-baseline", "--method=copy-text"];
    assert_eq!(words("burst", text), expected);
    assert_eq!(words("soak", "rate = 2.5e3\nduration = '10m'"), ["--rate=2.5e3", "--duration=10m"]);
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    for (text, says) in [
        ("size = 1\nbatchs = 5", "x.toml:2:1: burst has no flag --batchs; is batches meant?"),
        ("size = 1\n\n  zzz = 5", "x.toml:3:3: burst has no flag --zzz; see"),
        ("help = true", "x.toml:1:1: burst has no flag --help"),
        ("lang = 'vi'", "x.toml:1:1: burst has no flag --lang"),
        ("batches = true", "x.toml:1:11: batches takes a string or a number"),
        ("batches = 1979-05-27", "x.toml:1:11: batches takes a string or a number"),
        ("[batches]\na = 1", "x.toml:1:1: batches takes a string or a number"),
        ("tenant-prefix = [true]", "x.toml:1:17: tenant-prefix takes a list of"),
        ("no-baseline = 1", "x.toml:1:15: no-baseline takes true or false"),
        ("batches = 'đ'\nsize = ", "x.toml:2:"),
        ("batches = -1", "x.toml:1:11: invalid value '-1' for '--batches"),
        ("batches = 99999999999999999999999999999999999999999", "x.toml:1:11: invalid value"),
        ("batches = [1, 2]", "x.toml:1:11: invalid value '1,2' for '--batches"),
        ("method = 'copy'", "x.toml:1:10: method takes one of: copy-binary, copy-text"),
        (
            "tenants = 1\nwriters-per-tenant = 2",
            "x.toml:2:1: writers-per-tenant goes not with tenants",
        ),
        ("a = 1\na = 2", "x.toml:2:1: this is not TOML"),
        ("\u{feff}zzz = 1", "x.toml:1:1: burst has no flag"),
        ("size = 1\r\nzzz = 1\r\n", "x.toml:2:1: burst has no flag"),
    ] {
        let said = refusal(text, &[]);
        assert!(said.starts_with(says), "{text:?}: {said}");
    }
}

#[test]
fn what_was_typed_goes_before_the_file() {
    let text = "batches = 5\nsize = 7\ntenants = 2\nno-baseline = true";
    let args = burst(text, &["--size", "9"]);
    assert_eq!((args.batches, args.size, args.no_baseline), (5, 9, true));
    let args = burst(text, &["--writers-per-tenant=2"]);
    assert_eq!((args.load.on.tenants, args.writers_per_tenant), (None, Some(2)));
    // A method that the tenancy can't have gives way, any other stays.
    for typed in [&["--tenancy", "rls"][..], &["--tenancy=rls"]] {
        let method = |text| burst(text, typed).load.method;
        assert_eq!(method("method = 'copy-binary'"), None);
        assert_eq!(method("method = 'values'"), Some(crate::model::Method::Values));
    }
    assert!(burst("method = 'copy-text'", &["--tenancy", "schema"]).load.method.is_some());
    assert!(refusal(text, &["--sise", "9"]).contains("unexpected argument '--sise'"));
}

mod any_text {
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<i64>().prop_map(|n| n.to_string()),
            any::<f64>().prop_map(|n| format!("{n:?}")),
            any::<bool>().prop_map(|b| b.to_string()),
            any::<String>().prop_map(|s| serde_json::to_string(&s).unwrap()),
            Just("[1, 'a', []]".to_owned()),
            Just("{ a = 1 }".to_owned()),
            "\\PC{0,12}",
        ]
    }

    fn key() -> impl Strategy<Value = String> {
        let flags: Vec<String> = built("burst")
            .get_arguments()
            .filter_map(|arg| arg.get_long().map(str::to_owned))
            .collect();
        prop_oneof![prop::sample::select(flags), "[a-z-]{1,8}", "\"\\PC{0,6}\""]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// Whatever a file holds, it is a command line or an error with words.
        #[test]
        fn never_panics(entries in prop::collection::vec((key(), value()), 0..6), any in any::<String>()) {
            let lines: Vec<_> = entries.iter().map(|(key, value)| format!("{key} = {value}")).collect();
            for text in [any, lines.join("\n")] {
                let source = source(&text);
                let read = source.table().map_err(Refusal::from);
                match read.and_then(|table| parse(&source, "burst", &table, &[])) {
                    Err(Refusal::File(error)) => prop_assert!(error.to_string().starts_with("x.toml:")),
                    Err(Refusal::Typed(error)) => prop_assert!(false, "not the file's: {error}"),
                    Ok(_) => {}
                }
            }
        }
    }
}
