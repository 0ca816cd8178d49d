//! Notes: how reasons, findings and errors travel in a record, as `{id, args}`.

use super::Reason;
use crate::message::{Lang, Localized};
use schemars::JsonSchema;
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
        // A reason serializes to {id, args} by construction.
        let value = serde_json::to_value(&reason).unwrap_or_default();
        serde_json::from_value(value).unwrap_or(Note { id: reason.to_string(), args: Map::new() })
    }
}

impl Localized for Note {
    fn text(&self, lang: Lang) -> String {
        match serde_json::from_value::<Reason>(json!({"id": self.id, "args": self.args})) {
            Ok(reason) => reason.text(lang),
            Err(_) => format!("{} {}", self.id, Value::Object(self.args.clone())),
        }
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
