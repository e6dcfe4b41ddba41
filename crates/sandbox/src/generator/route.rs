//! An invented loop over open country: a smooth closed curve with hills that belong to the place, so that
//! every round of the loop shows the same climb.

use super::dice::Dice;
use std::f64::consts::TAU;

const METERS_PER_DEGREE: f64 = 111_320.0;

/// A closed curve around a centre: `radius * (1 + sum of waves)`, with the height as waves of the angle.
pub(crate) struct Route {
    centre: (f64, f64),
    radius: f64,
    waves: Vec<(f64, f64)>,
    hills: Vec<(f64, f64)>,
    base_altitude: f64,
    angle: f64,
}

impl Route {
    /// A loop near `home` of roughly `length` meters, climbing `hilliness` meters on its largest hill.
    pub(crate) fn near(home: (f64, f64), altitude: f64, length: f64, hilliness: f64, dice: &Dice) -> Self {
        let radius = length / TAU / 1.12;
        let waves = (2..6).map(|k| (dice.range(-0.5, 0.5) / f64::from(k * k), dice.range(0.0, TAU))).collect();
        let hills = (1..5).map(|k| (hilliness * dice.range(0.4, 1.0) / f64::from(k), dice.range(0.0, TAU))).collect();
        let heading = dice.range(0.0, TAU);
        let mut route =
            Self { centre: home, radius, waves, hills, base_altitude: altitude, angle: heading + TAU / 2.0 };
        // The centre is moved so that the loop begins at home.
        let (north, east) = route.offset();
        route.centre = (home.0 - north / METERS_PER_DEGREE, home.1 - east / route.meters_per_degree_east());
        route
    }

    fn meters_per_degree_east(&self) -> f64 {
        METERS_PER_DEGREE * self.centre.0.to_radians().cos().max(0.1)
    }

    /// Radius at the present angle, and how it changes with the angle.
    fn radius_and_slope(&self) -> (f64, f64) {
        let mut factor = 1.0;
        let mut slope = 0.0;
        for (k, (height, phase)) in (2u32..).zip(&self.waves) {
            let k = f64::from(k);
            factor += height * (k * self.angle + phase).cos();
            slope -= height * k * (k * self.angle + phase).sin();
        }
        (self.radius * factor, self.radius * slope)
    }

    fn offset(&self) -> (f64, f64) {
        let (radius, _) = self.radius_and_slope();
        (radius * self.angle.sin(), radius * self.angle.cos())
    }

    /// Latitude and longitude in degrees.
    pub(crate) fn position(&self) -> (f64, f64) {
        let (north, east) = self.offset();
        (self.centre.0 + north / METERS_PER_DEGREE, self.centre.1 + east / self.meters_per_degree_east())
    }

    /// Meters above the sea.
    pub(crate) fn altitude(&self) -> f64 {
        let waves: f64 = (1u32..)
            .zip(&self.hills)
            .map(|(k, (height, phase))| height * (f64::from(k) * self.angle + phase).sin())
            .sum();
        self.base_altitude + waves
    }

    /// Moves on by `meters`; gives the gradient of what was passed.
    pub(crate) fn advance(&mut self, meters: f64) -> f64 {
        if meters <= 0.0 {
            return 0.0;
        }
        let before = self.altitude();
        let (radius, slope) = self.radius_and_slope();
        self.angle += meters / radius.hypot(slope).max(1.0);
        (self.altitude() - before) / meters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_begins_at_home_and_moves_as_far_as_told() {
        let home = (51.0, 10.0);
        let mut route = Route::near(home, 200.0, 8000.0, 20.0, &Dice::of(1, "somebody", 0, "route"));
        let start = route.position();
        assert!((start.0 - home.0).abs() < 0.002 && (start.1 - home.1).abs() < 0.002);
        for _ in 0..500 {
            let before = route.position();
            route.advance(3.0);
            let after = route.position();
            let north = (after.0 - before.0) * METERS_PER_DEGREE;
            let east = (after.1 - before.1) * METERS_PER_DEGREE * before.0.to_radians().cos();
            assert!((north.hypot(east) - 3.0).abs() < 0.15);
        }
    }
}
