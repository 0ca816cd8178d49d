//! What a network does to all connections of the writers: weather on the way,
//! and ends from the middle.

use super::proxy::{End, Weather};
use super::{Fault, FaultError, Scene};
use crate::message::doing;
use futures_util::future::BoxFuture;

/// Weather, an end, or both. Healing makes the weather fair; what was ended
/// or lost something stays dead, and the pool has to notice.
pub(super) struct Network {
    weather: Weather,
    end: Option<End>,
    nth: usize,
}

impl Network {
    /// All connections are in this weather.
    pub(super) fn weather(weather: Weather) -> Network {
        Network { weather, end: None, nth: 1 }
    }

    /// All connections end so.
    pub(super) fn end(end: End) -> Network {
        Network { weather: Weather::FAIR, end: Some(end), nth: 1 }
    }

    /// Only every `nth` ends.
    pub(super) fn of_every(self, nth: usize) -> Network {
        Network { nth, ..self }
    }

    /// In this weather, which was there before.
    pub(super) fn in_weather(self, weather: Weather) -> Network {
        Network { weather, ..self }
    }
}

impl Fault for Network {
    fn inject<'a>(
        &'a mut self,
        scene: &'a Scene<'_>,
    ) -> BoxFuture<'a, Result<Option<u64>, FaultError>> {
        Box::pin(async move {
            let proxy = &scene.detour()?.proxy;
            proxy.make(self.weather);
            let hit = match self.end {
                Some(end) => proxy.end(end, self.nth),
                None => proxy.connections(),
            };
            match hit {
                0 => Err(FaultError::NothingToHit { what: doing::CONNECTION }),
                hit => Ok(Some(hit)),
            }
        })
    }

    fn heal<'a>(&'a mut self, scene: &'a Scene<'_>) -> BoxFuture<'a, Result<(), FaultError>> {
        Box::pin(async move {
            scene.detour()?.proxy.make(Weather::FAIR);
            Ok(())
        })
    }
}
