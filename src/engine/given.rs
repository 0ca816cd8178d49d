//! Before the advice on a finished run is measured: whether the server of the
//! measurement is set as that of the run was.

use super::place::Place;
use super::set::connections;
use super::{EngineError, RunOptions, SetupError};
use crate::judge::set::given::{BEAR_ON_IT, differing};
use crate::message::doing::READING_SETTINGS;
use crate::model::RunRecord;
use crate::session::{Session, SessionError, settings};

/// Looks at the target, or at a private server that is started for it.
///
/// # Errors
/// Where it is set otherwise, can't be asked, or doesn't start.
pub async fn check_set_so(record: &RunRecord, options: &RunOptions) -> Result<(), EngineError> {
    // Without its settings a run is advised nothing.
    let Some(was) = &record.tuning else { return Ok(()) };
    let place = Place::open(options, connections(options)?).await?;
    let is = async {
        let session = Session::open(&place.target, "pgvalidate settings").await?;
        let read = settings::read(&session, Some(&BEAR_ON_IT)).await;
        read.map_err(SessionError::statement(READING_SETTINGS))
    };
    let is = is.await;
    if let Some(server) = place.private {
        server.stop().await?;
    }
    let differ = differing(&was.settings, &is?);
    if differ.is_empty() {
        return Ok(());
    }
    let each = differ.iter().map(|one| format!("{} {} -> {}", one.name, one.was, one.is));
    let settings = each.collect::<Vec<_>>().join(", ");
    Err(SetupError::SetOtherwise { settings }.into())
}
