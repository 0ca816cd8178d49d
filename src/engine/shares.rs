//! Enters how the load was shared out: tenants and regions beside each other.

use crate::model::record::RunRecord;
use crate::model::share::{RegionFigures, Regions, Spread, TenantFigures, Tenants};
use crate::model::{Reason, Unavailable};
use crate::stats::{Recorder, spread::median};
use crate::table::Tenant;
use crate::table::vi_vn::Region;
use crate::work::by_tenant::Figures;
use std::collections::BTreeMap;

/// So many of the slowest tenants are named.
const SLOWEST: usize = 5;

/// What each tenant got, by its number.
pub(super) type Shares = BTreeMap<i32, Figures>;

/// Enters what the tenants got, and why something of it isn't there.
pub(super) fn enter(record: &mut RunRecord, shares: &Shares, tenants: &[Tenant]) {
    record.tenants = beside_each_other(shares, tenants);
    let regions = by_region(shares, tenants);
    let none =
        |path: &str, reason: Reason| Unavailable { path: path.to_owned(), reason: reason.into() };
    if let Some(regions) = &regions {
        let each = [
            ("regions.north", &regions.north),
            ("regions.central", &regions.central),
            ("regions.south", &regions.south),
        ];
        let empty = each.into_iter().filter(|(_, figures)| figures.is_none());
        record.unavailable.extend(empty.map(|(path, _)| none(path, Reason::NoBatchInRegion {})));
    }
    record.regions = regions;
}

/// The tenants beside each other; None without a batch.
pub(super) fn beside_each_other(shares: &Shares, tenants: &[Tenant]) -> Option<Tenants> {
    let regions = regions_of(tenants);
    let mut each: Vec<TenantFigures> = shares
        .iter()
        .filter_map(|(no, figures)| {
            Some(TenantFigures {
                no: *no,
                region: regions.get(no)?.as_str().to_owned(),
                rows: figures.rows,
                batches: figures.batches,
                response_p99_ms: figures.response.distribution()?.p99,
            })
        })
        .collect();
    each.sort_by(|a, b| b.response_p99_ms.total_cmp(&a.response_p99_ms));
    let of = |pick: fn(&TenantFigures) -> f64| each.iter().map(pick).collect::<Vec<f64>>();
    let rows = of(|tenant| tenant.rows as f64);
    let all: f64 = rows.iter().sum();
    let rows = spread(&rows)?;
    Some(Tenants {
        count: each.len() as u32,
        response_p99_ms: spread(&of(|tenant| tenant.response_p99_ms))?,
        busiest_share: rows.max / all,
        rows,
        slowest: each.into_iter().take(SLOWEST).collect(),
    })
}

fn spread(values: &[f64]) -> Option<Spread> {
    let p50 = median(values)?;
    let min = values.iter().copied().fold(f64::INFINITY, f64::min);
    let max = values.iter().copied().fold(0.0, f64::max);
    Some(Spread { min, p50, max, max_over_p50: (p50 > 0.0).then(|| max / p50) })
}

fn by_region(shares: &Shares, tenants: &[Tenant]) -> Option<Regions> {
    let regions = regions_of(tenants);
    let of = |wanted: Region| {
        region(shares.iter().filter(|(no, _)| regions.get(no) == Some(&wanted)).map(|(_, f)| f))
    };
    let (north, central, south) = (of(Region::North), of(Region::Central), of(Region::South));
    let is_any = north.is_some() || central.is_some() || south.is_some();
    is_any.then_some(Regions { north, central, south })
}

/// The sum over a region's tenants; None without a batch.
fn region<'a>(tenants: impl Iterator<Item = &'a Figures>) -> Option<RegionFigures> {
    let (mut response, mut scans) = (Recorder::of_a_second(), Recorder::of_a_second());
    let (mut count, mut rows, mut batches) = (0, 0, 0);
    for figures in tenants {
        response.merge(&figures.response);
        scans.merge(&figures.scans);
        count += 1;
        rows += figures.rows;
        batches += figures.batches;
    }
    let response_ms = response.distribution()?;
    Some(RegionFigures {
        tenants: count,
        rows,
        batches,
        response_ms,
        scan_ms: scans.distribution(),
    })
}

fn regions_of(tenants: &[Tenant]) -> BTreeMap<i32, Region> {
    tenants.iter().map(|tenant| (tenant.no, tenant.region)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tenant::Origin;
    use std::time::Duration;
    use uuid::Uuid;

    /// Tenant `no` of a region, with a response for each batch of ten rows.
    fn tenant(no: i32, region: Region) -> Tenant {
        let origin = Origin { seed: 1, run_id: Uuid::nil() };
        Tenant { region, ..Tenant::new(&origin, "t_", no) }
    }

    fn figures(responses_ms: &[u64]) -> Figures {
        let mut figures = Figures::default();
        for ms in responses_ms {
            figures.response.record(Duration::from_millis(*ms));
            figures.batches += 1;
            figures.rows += 10;
        }
        figures
    }

    fn near(value: f64, wanted: f64) -> bool {
        (value / wanted - 1.0).abs() < 0.01
    }

    #[test]
    fn tenants_stand_beside_each_other_and_the_slowest_are_named() {
        let tenants: Vec<_> = (1..=7).map(|no| tenant(no, Region::North)).collect();
        // Tenant 7 has no batch; tenant 2 is noisy, tenant 5 slow.
        let mut shares: Shares = (1..=6).map(|no| (no, figures(&[100 + no as u64]))).collect();
        shares.insert(2, figures(&[100; 5]));
        shares.insert(5, figures(&[900]));
        let seen = beside_each_other(&shares, &tenants).unwrap();
        assert_eq!((seen.count, seen.busiest_share), (6, 0.5));
        let Spread { min, p50, max, max_over_p50 } = seen.response_p99_ms;
        assert!(near(min, 100.0) && near(p50, 103.5) && near(max, 900.0), "{min} {p50} {max}");
        assert!(near(max_over_p50.unwrap(), 900.0 / 103.5));
        assert_eq!((seen.rows.min, seen.rows.p50, seen.rows.max), (10.0, 10.0, 50.0));
        let slowest: Vec<i32> = seen.slowest.iter().map(|tenant| tenant.no).collect();
        assert_eq!(slowest, [5, 6, 4, 3, 1]);
        assert_eq!(seen.slowest[0].region, "north");
        assert_eq!(beside_each_other(&Shares::new(), &tenants), None);
    }

    #[test]
    fn a_region_is_the_sum_of_its_tenants_and_one_without_a_batch_is_null() {
        let tenants =
            [tenant(1, Region::North), tenant(2, Region::South), tenant(3, Region::North)];
        let mut shares =
            Shares::from([(1, figures(&[10, 20])), (2, figures(&[500])), (3, figures(&[40]))]);
        shares.get_mut(&2).unwrap().scans.record(Duration::from_secs(3));
        let regions = by_region(&shares, &tenants).unwrap();
        let (north, south) = (regions.north.unwrap(), regions.south.unwrap());
        assert_eq!((north.tenants, north.batches, north.rows), (2, 3, 30));
        assert_eq!((north.response_ms.count, north.scan_ms), (3, None));
        assert!(near(north.response_ms.max, 40.0) && near(south.response_ms.p99, 500.0));
        assert!(near(south.scan_ms.unwrap().p50, 3_000.0));
        assert_eq!(regions.central, None);
        assert_eq!(by_region(&Shares::new(), &tenants), None);
    }
}
