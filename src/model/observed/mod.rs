//! What was observed, in words: by the preflight, where a sentence ends with
//! what is to be done; and in the series, as evidence.

mod evidence;
mod sampler;
mod server;
mod sets;
mod storage;
mod surroundings;
mod trouble;
mod writer;

pub use evidence::Evidence;
pub use sampler::Sampler;
pub use server::Serving;
pub use sets::SetNote;
pub use storage::Storage;
pub use surroundings::Surroundings;
pub use trouble::Trouble;
pub use writer::Writer;

use super::note::Note;
use super::note::into_note;

macro_rules! noted {
    ($($name:ident),*) => {$(
        impl From<$name> for Note {
            fn from(observed: $name) -> Note {
                into_note(&observed, || observed.to_string())
            }
        }
    )*};
}
noted!(Serving, Storage, Surroundings, Sampler, Evidence, SetNote, Trouble, Writer);
