//! The total that a source told of a day, completed by what others told while that source measured nothing.
//!
//! Let T be the total, S what the source's own samples of the day add up to, O what those of others give where it has
//! none: the day has `max(T, S + O)`. What T has beyond S was measured at times that nobody told, perhaps those of O, so
//! it is not counted beside O. Where T is less than S, the samples are scaled down to it. What better sources replaced
//! of S is taken from them. A total without samples covers its whole day: nothing is added.

use series::Share;

/// The value of the day, how much of it is the total's own, and the shares as they count then.
pub(super) fn completed(total: f64, source: i32, mut shares: Vec<Share>) -> (f64, f64, Vec<Share>) {
    let own = shares.iter().find(|share| share.source == source).copied();
    let Some(own) = own.filter(|own| own.told_points > 0) else {
        leave_out_others(source, &mut shares);
        return (total, total, shares);
    };
    let others: f64 = shares.iter().filter(|share| share.source != source).map(|share| share.amount).sum();
    let scale = if own.told > total && own.told > 0.0 { (total / own.told).max(0.0) } else { 1.0 };
    let placed = own.amount * scale;
    let replaced = ((own.told - own.amount) * scale).max(0.0);
    let unplaced = (total - own.told).max(0.0);
    let free = (others - replaced).max(0.0);
    if free > unplaced {
        return (placed + others, placed, shares);
    }
    if replaced <= 0.0 {
        leave_out_others(source, &mut shares);
        return (total, total, shares);
    }
    let own = placed + unplaced - free;
    (own + others, own, shares)
}

fn leave_out_others(source: i32, shares: &mut [Share]) {
    for share in shares.iter_mut().filter(|share| share.source != source) {
        (share.points, share.covered_us, share.amount) = (0, 0, 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(source: i32, amount: f64, told: f64) -> Share {
        Share { source, points: 1, covered_us: 0, amount, told_points: 1, told }
    }

    #[test]
    fn others_add_what_they_told_while_the_total_s_own_samples_had_nothing() {
        let (value, own, _) = completed(9_000.0, 1, vec![share(1, 9_000.0, 9_000.0), share(2, 1_200.0, 8_000.0)]);
        assert_eq!((value, own), (10_200.0, 9_000.0));
    }

    #[test]
    fn what_a_total_has_beyond_its_samples_is_not_counted_beside_others() {
        let few = vec![share(1, 1_000.0, 1_000.0), share(2, 7_000.0, 8_000.0)];
        let (value, own, shares) = completed(9_000.0, 1, few.clone());
        assert_eq!((value, own, shares[1].points), (9_000.0, 9_000.0, 0));
        assert_eq!(completed(5_000.0, 1, few).0, 8_000.0, "samples of both are more");
    }

    #[test]
    fn a_total_without_samples_covers_its_day() {
        let (value, own, shares) = completed(4_000.0, 1, vec![share(2, 8_000.0, 8_000.0)]);
        assert_eq!((value, own, shares[0].points), (4_000.0, 4_000.0, 0));
        assert_eq!(completed(4_000.0, 1, Vec::new()).0, 4_000.0);
    }

    #[test]
    fn what_better_sources_replaced_is_taken_from_them_and_a_low_total_scales_its_samples() {
        // the better one covers 2,000 of 6,000 and says 2,500 there
        assert_eq!(completed(6_000.0, 1, vec![share(1, 4_000.0, 6_000.0), share(2, 2_500.0, 2_500.0)]).0, 6_500.0);
        assert_eq!(completed(3_000.0, 1, vec![share(1, 6_000.0, 6_000.0), share(2, 100.0, 100.0)]).0, 3_100.0);
    }
}
