//! Tenants: who they are, and the schema that each has.

use super::vi_vn::{self, Industry, Region};
use crate::model::Tenancy;
use crate::model::scenario::ByRegion;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use uuid::Uuid;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// The number of the tenant that the row-at-a-time baseline writes to.
/// It has no ledger and is no part of the run's own tenants, which count from 1.
pub const BASELINE_TENANT_NO: i32 = 0;

/// One tenant of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Counts from 1; 0 is the baseline's.
    pub no: i32,
    /// The id that every row of the tenant carries.
    pub id: Uuid,
    /// The schema that holds the tenant's table.
    pub schema: String,
    /// Whether all tenants share that table, kept apart by row-level security.
    pub shares: bool,
    /// A company's name.
    pub name: String,
    /// Where it is.
    pub region: Region,
    /// What it does.
    pub industry: Industry,
    /// A city of its region.
    pub city: &'static str,
}

/// What a run's rows are a function of, besides tenant, batch and row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// `--seed`.
    pub seed: u64,
    /// The run's id: rows of an earlier run with the same seed can't pass as this run's.
    pub run_id: Uuid,
}

impl Origin {
    /// The bytes from which identities and streams of random numbers are derived.
    pub fn material(&self, what: &str, numbers: [i32; 2]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64);
        bytes.extend_from_slice(what.as_bytes());
        bytes.extend_from_slice(&self.seed.to_be_bytes());
        bytes.extend_from_slice(self.run_id.as_bytes());
        numbers.iter().for_each(|n| bytes.extend_from_slice(&n.to_be_bytes()));
        bytes
    }
}

impl Tenant {
    /// Tenant number `no` of a run; `prefix` begins the name of its schema. It
    /// may be in any region.
    pub fn new(origin: &Origin, prefix: &str, no: i32) -> Tenant {
        Tenant::placed(origin, prefix, no, &ByRegion::default())
    }

    /// The same, in a region by the regions' weights.
    pub fn placed(origin: &Origin, prefix: &str, no: i32, regions: &ByRegion) -> Tenant {
        let material = origin.material("tenant", [no, 0]);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(xxh3_64(&material));
        let weights = Region::ALL.map(|region| match region {
            Region::North => regions.north,
            Region::Central => regions.central,
            Region::South => regions.south,
        });
        let region = Region::ALL[super::draw::weighted(&mut rng, &weights)];
        let mut pick = |n: usize| super::draw::below(&mut rng, n);
        let industry = Industry::ALL[pick(Industry::ALL.len())];
        let city = region.cities()[pick(region.cities().len())];
        Tenant {
            no,
            id: uuid::Builder::from_random_bytes(xxh3_128(&material).to_be_bytes()).into_uuid(),
            schema: if no == BASELINE_TENANT_NO {
                format!("{prefix}baseline")
            } else {
                format!("{prefix}{no:05}")
            },
            shares: false,
            name: vi_vn::company(&mut rng),
            region,
            industry,
            city,
        }
    }

    /// The same tenant kept apart from the others by `tenancy`. The baseline's
    /// tenant has a table of its own in either.
    #[must_use]
    pub fn kept_apart_by(self, tenancy: Tenancy, prefix: &str) -> Tenant {
        match tenancy {
            Tenancy::Schema => self,
            Tenancy::Rls if self.no == BASELINE_TENANT_NO => Tenant { shares: true, ..self },
            Tenancy::Rls => Tenant { shares: true, schema: format!("{prefix}shared"), ..self },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_regions_place_tenants_and_equal_ones_change_nothing() {
        let origin = Origin { seed: 1, run_id: Uuid::nil() };
        let equal = ByRegion { north: 5.0, central: 5.0, south: 5.0 };
        let alone = ByRegion { north: 0.0, central: 1.0, south: 0.0 };
        for no in 0..200 {
            let tenant = Tenant::new(&origin, "t_", no);
            assert_eq!(Tenant::placed(&origin, "t_", no, &equal), tenant);
            let moved = Tenant::placed(&origin, "t_", no, &alone);
            assert_eq!((moved.region, moved.id), (Region::Central, tenant.id));
            assert!(Region::Central.cities().contains(&moved.city));
        }
    }
}
