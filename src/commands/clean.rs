//! `pgvalidate clean`

use crate::cli::CleanArgs;
use crate::cli::exit;
use crate::engine::{EngineError, clean};
use crate::message::label::Label;
use crate::message::{Lang, Localized};

/// Runs the command.
///
/// # Errors
/// Where something couldn't be removed.
pub async fn run(args: &CleanArgs, lang: Lang) -> Result<u8, EngineError> {
    let cleaned = clean::clean(&args.url, args.yes).await?;
    let label = match cleaned.schemas > 0 || cleaned.ledger {
        true => Label::Cleaned { schemas: cleaned.schemas },
        false => Label::NothingToClean {},
    };
    let printed = super::print(&label.text(lang));
    Ok(if printed { exit::PASS } else { exit::COULD_NOT_RUN })
}
