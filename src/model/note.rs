//! Notes: how reasons, findings and errors travel in a record, as `{id, args}`.

use super::Reason;
use super::observed::{
    Advised, Capacity, Configured, Evidence, Measured, Operated, Sampler, Secured, Serving,
    SetNote, Storage, Surroundings, Trouble, Unseen, Writer,
};
use crate::message::{Lang, Localized};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Something that was found, by its id and arguments; the words are in the
/// message catalogue. A record from a newer version may hold an id that this
/// one doesn't know: it is then shown as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// Which message.
    pub id: String,
    /// Its arguments by name.
    #[serde(default)]
    pub args: Map<String, Value>,
}

impl From<Reason> for Note {
    fn from(reason: Reason) -> Note {
        into_note(&reason, || reason.to_string())
    }
}

/// A message of a catalogue, which serializes to {id, args} by construction.
pub(super) fn into_note(message: &impl Serialize, words: impl FnOnce() -> String) -> Note {
    let value = serde_json::to_value(message).unwrap_or_default();
    serde_json::from_value(value).unwrap_or_else(|_| Note { id: words(), args: Map::new() })
}

impl Note {
    fn said_by<T: DeserializeOwned + Localized>(&self, lang: Lang) -> Option<String> {
        let value = json!({"id": self.id, "args": self.args});
        serde_json::from_value::<T>(value).ok().map(|message| message.text(lang))
    }
}

impl Localized for Note {
    /// Ids are unique among the catalogues.
    fn text(&self, lang: Lang) -> String {
        self.said_by::<Reason>(lang)
            .or_else(|| self.said_by::<Serving>(lang))
            .or_else(|| self.said_by::<Storage>(lang))
            .or_else(|| self.said_by::<Surroundings>(lang))
            .or_else(|| self.said_by::<Sampler>(lang))
            .or_else(|| self.said_by::<Evidence>(lang))
            .or_else(|| self.said_by::<SetNote>(lang))
            .or_else(|| self.said_by::<Trouble>(lang))
            .or_else(|| self.said_by::<Writer>(lang))
            .or_else(|| self.said_by::<Measured>(lang))
            .or_else(|| self.said_by::<Configured>(lang))
            .or_else(|| self.said_by::<Secured>(lang))
            .or_else(|| self.said_by::<Operated>(lang))
            .or_else(|| self.said_by::<Unseen>(lang))
            .or_else(|| self.said_by::<Capacity>(lang))
            .or_else(|| self.said_by::<Advised>(lang))
            .unwrap_or_else(|| format!("{} {}", self.id, Value::Object(self.args.clone())))
    }
}

/// A value of the record that wasn't seen, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unavailable {
    /// The path of the value, or of the object that holds it, as in `gain.serial`.
    pub path: String,
    /// Why.
    pub reason: Note,
}
