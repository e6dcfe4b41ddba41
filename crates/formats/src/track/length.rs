//! The length of a track over ground.

/// The mean radius of the earth.
const RADIUS_M: f64 = 6_371_008.8;

/// Metres between two positions in degrees north and east, along a great circle (haversine formula).
pub(super) fn meters_between(from: (f64, f64), to: (f64, f64)) -> f64 {
    let (north, south) = (from.0.to_radians(), to.0.to_radians());
    let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let chord = half(to.0 - from.0) + north.cos() * south.cos() * half(to.1 - from.1);
    2.0 * RADIUS_M * chord.clamp(0.0, 1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::meters_between;

    #[test]
    fn a_degree_of_latitude_is_111_km_and_a_degree_of_longitude_less() {
        assert!((meters_between((10.0, 20.0), (11.0, 20.0)) - 111_195.0).abs() < 1.0);
        assert!((meters_between((60.0, 179.5), (60.0, -179.5)) - 55_597.0).abs() < 2.0);
        assert!(meters_between((1.5, 2.5), (1.5, 2.5)).abs() < 1e-9);
    }
}
