//! What was observed, in words: by the preflight, where a sentence ends with
//! what is to be done; in the series, as evidence; and for a sign-off's checklist.

mod advised;
mod capacity;
mod compared;
mod configured;
mod evidence;
mod faulted;
mod isolated;
mod machine;
mod measured;
mod operated;
mod sampler;
mod secured;
mod server;
mod sets;
mod storage;
mod surroundings;
mod sweeps;
mod trouble;
mod tuned;
mod watched;
mod writer;

pub use advised::Advised;
pub use capacity::Capacity;
pub use compared::CompareNote;
pub use configured::Configured;
pub use evidence::Evidence;
pub use faulted::FaultNote;
pub use isolated::Isolated;
pub use machine::Unseen;
pub use measured::Measured;
pub use operated::Operated;
pub use sampler::Sampler;
pub use secured::Secured;
pub use server::Serving;
pub use sets::SetNote;
pub use storage::Storage;
pub use surroundings::Surroundings;
pub use sweeps::SweepNote;
pub use trouble::Trouble;
pub use tuned::TuneNote;
pub use watched::WatchNote;
pub use writer::Writer;

use super::note::Note;
use super::note::into_note;
use crate::message::Lang;

macro_rules! noted {
    ($($name:ident),* $(,)?) => {
        $(impl From<$name> for Note {
            fn from(observed: $name) -> Note {
                into_note(&observed, || observed.to_string())
            }
        })*

        /// What a note of one of these catalogues says.
        pub(super) fn said(note: &Note, lang: Lang) -> Option<String> {
            None$(.or_else(|| note.said_by::<$name>(lang)))*
        }
    };
}
noted!(
    Advised,
    Capacity,
    CompareNote,
    Configured,
    Evidence,
    FaultNote,
    Isolated,
    Measured,
    Operated,
    Sampler,
    Secured,
    Serving,
    SetNote,
    Storage,
    Surroundings,
    SweepNote,
    Trouble,
    TuneNote,
    Unseen,
    WatchNote,
    Writer,
);

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::path::Path;

    /// A note is looked up by its id alone, so no two catalogues may share one.
    #[test]
    fn ids_are_unique_among_the_catalogues() {
        let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/model");
        let observed = std::fs::read_dir(model.join("observed")).unwrap();
        let mut files: Vec<_> = observed.map(|entry| entry.unwrap().path()).collect();
        files.push(model.join("reason.rs"));
        let mut seen: HashMap<String, std::path::PathBuf> = HashMap::new();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let variants = text.lines().filter_map(|line| line.strip_prefix("        "));
            let names = variants.filter_map(|line| line.split_once(" {")).map(|(name, _)| name);
            for name in names.filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase())) {
                let other = seen.insert(name.to_owned(), file.clone());
                assert_eq!(other, None, "{name} is in {} too", file.display());
            }
        }
        assert!(seen.len() > 150, "the catalogues were found: {}", seen.len());
    }
}
