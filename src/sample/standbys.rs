//! The standbys over the measure phase: each as it was seen last, and the
//! farthest that it was behind.

use super::snapshot::StandbySeen;
use crate::model::database::Standby;

/// What was seen of the standbys.
#[derive(Debug, Default)]
pub struct Standbys(Vec<Standby>);

impl Standbys {
    /// Adds what was seen at a moment, and says how far the farthest was behind;
    /// None without standbys, and where none says. Those of one name are told
    /// apart by their order, which is that of their processes.
    pub fn add(&mut self, seen: &[StandbySeen]) -> Option<u64> {
        for (i, now) in seen.iter().enumerate() {
            let same_before = seen[..i].iter().filter(|other| other.name == now.name).count();
            let place = self.0.iter().enumerate().filter(|(_, s)| s.name == now.name);
            let place = place.map(|(place, _)| place).nth(same_before).unwrap_or_else(|| {
                self.0.push(Standby { name: now.name.clone(), ..Standby::default() });
                self.0.len() - 1
            });
            let standby = &mut self.0[place];
            (standby.state, standby.sync_state) = (now.state.clone(), now.sync_state.clone());
            standby.replay_lag_bytes_max = standby.replay_lag_bytes_max.max(now.replay_lag_bytes);
        }
        seen.iter().filter_map(|now| now.replay_lag_bytes).max()
    }

    /// All of them.
    pub fn all(&self) -> &[Standby] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_farthest_is_kept_and_a_lag_that_is_hidden_is_not_zero() {
        let seen = |name: &str, lag| StandbySeen {
            name: name.into(),
            state: Some("streaming".into()),
            sync_state: None,
            replay_lag_bytes: lag,
        };
        let mut standbys = Standbys::default();
        assert_eq!(standbys.add(&[]), None);
        assert_eq!(standbys.add(&[seen("a", Some(7)), seen("a", Some(9))]), Some(9));
        assert_eq!(standbys.add(&[seen("a", Some(1)), seen("a", None)]), Some(1));
        let most: Vec<_> = standbys.all().iter().map(|s| s.replay_lag_bytes_max).collect();
        assert_eq!(most, [Some(7), Some(9)]);
        let mut hidden = Standbys::default();
        assert_eq!(hidden.add(&[seen("b", None)]), None);
        assert_eq!(hidden.all()[0].replay_lag_bytes_max, None);
    }
}
