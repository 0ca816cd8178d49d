//! `pgvalidate clean`

use crate::cli::CleanArgs;
use crate::cli::exit;
use crate::engine::{EngineError, SetupError, clean};
use crate::message::label::Label;
use crate::message::{Lang, Localized};

/// Runs the command.
///
/// # Errors
/// Where something couldn't be removed.
pub async fn run(args: &CleanArgs, lang: Lang) -> Result<u8, EngineError> {
    let url = args.target.url().ok_or(SetupError::NoTarget {})?;
    super::target::warn(Some(&url), lang);
    let cleaned = clean::clean(&url, args.yes).await?;
    let label = match cleaned.schemas > 0 || cleaned.roles > 0 || cleaned.ledger {
        true => Label::Cleaned { schemas: cleaned.schemas, roles: cleaned.roles },
        false => Label::NothingToClean {},
    };
    let printed = super::print(&label.text(lang));
    Ok(if printed { exit::PASS } else { exit::COULD_NOT_RUN })
}
