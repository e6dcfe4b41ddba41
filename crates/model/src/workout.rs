//! A workout: what its summary, its details and its file say, field by field.

use crate::{LocalOffset, Timestamp, WorkoutType, overlay::overlay};

crate::text::codes! {
    /// Which document of a workout said something. In order of trust for the summary's fields: what a
    /// person edited, the provider's summary, the summary inside its details, the device's file.
    Facet {
        /// Edited by a person at the provider.
        Edited = "edited",
        /// The provider's summary.
        Summary = "summary",
        /// The summary that comes with the samples.
        Details = "details",
        /// The file the device wrote.
        File = "file",
    }
}

overlay! {
    /// What is known of a workout. Units are in the names; energy includes the resting share where
    /// `energy_kcal` comes from Garmin activities.
    WorkoutDetail {
        /// The unified type.
        workout_type: WorkoutType,
        /// The provider's own name of the type, kept as received.
        raw_type: String,
        /// The provider's finer name, if any.
        raw_sub_type: String,
        /// What the person called it.
        name: String,
        /// What the person wrote about it.
        description: String,
        /// Length as the provider counts it, seconds.
        duration_s: f64,
        /// Start to stop, pauses included.
        elapsed_s: f64,
        /// The time the activity timer ran.
        timer_s: f64,
        /// The time in motion.
        moving_s: f64,
        /// Distance covered.
        distance_m: f64,
        /// Energy used.
        energy_kcal: f64,
        /// Steps of both feet.
        steps: f64,
        /// Pushes of a wheelchair.
        pushes: f64,
        /// Lengths swum.
        active_lengths: f64,
        /// Length of the pool.
        pool_length_m: f64,
        /// Heart rate, average.
        heart_rate_avg_bpm: f64,
        /// Heart rate, highest.
        heart_rate_max_bpm: f64,
        /// Heart rate, lowest.
        heart_rate_min_bpm: f64,
        /// Speed, average.
        speed_avg_mps: f64,
        /// Speed, highest.
        speed_max_mps: f64,
        /// Pace as the provider gives it, average, minutes a kilometre.
        pace_avg_min_per_km: f64,
        /// Pace as the provider gives it, best, minutes a kilometre.
        pace_max_min_per_km: f64,
        /// Running cadence, average, steps of both feet a minute as the provider counts them.
        run_cadence_avg_spm: f64,
        /// Running cadence, highest.
        run_cadence_max_spm: f64,
        /// Cycling cadence, average.
        bike_cadence_avg_rpm: f64,
        /// Cycling cadence, highest.
        bike_cadence_max_rpm: f64,
        /// Swimming cadence, average, strokes a minute.
        swim_cadence_avg_spm: f64,
        /// Wheelchair cadence, average, pushes a minute.
        push_cadence_avg_ppm: f64,
        /// Wheelchair cadence, highest.
        push_cadence_max_ppm: f64,
        /// Power, average.
        power_avg_w: f64,
        /// Power, highest.
        power_max_w: f64,
        /// Power, normalised as the device computes it.
        power_normalized_w: f64,
        /// Metres climbed.
        elevation_gain_m: f64,
        /// Metres descended.
        elevation_loss_m: f64,
        /// Highest point.
        elevation_max_m: f64,
        /// Lowest point.
        elevation_min_m: f64,
        /// Air temperature, average.
        temperature_avg_c: f64,
        /// Aerobic training effect, 0 to 5.
        aerobic_effect: f64,
        /// Anaerobic training effect, 0 to 5.
        anaerobic_effect: f64,
        /// Where it began, degrees north.
        start_latitude_deg: f64,
        /// Where it began, degrees east.
        start_longitude_deg: f64,
        /// Whether this repeats what its parts (legs of a multisport) say.
        is_parent: bool,
        /// The provider's id of the whole this is a part of.
        parent_external_id: String,
        /// Whether a person typed it in.
        manual: bool,
        /// Whether it was uploaded to the provider rather than recorded by its device.
        web_upload: bool,
        ;
        /// Laps in order.
        laps: Vec<Lap>,
        /// Time in zones.
        zones: Vec<Zone>,
        /// Pool lengths in order.
        lengths: Vec<PoolLength>,
        /// Sets of strength training in order.
        sets: Vec<StrengthSet>,
        /// The sports of a file that holds several.
        legs: Vec<Leg>,
        /// Pauses: when the timer stopped and ran again.
        pauses: Vec<(Timestamp, Timestamp)>,
        /// What applications on the device added and no series has a place for.
        developer_fields: Vec<DeveloperField>,
    }
}

overlay! {
    /// One lap.
    Lap {
        /// When it began.
        start: Timestamp,
        /// When it ended.
        end: Timestamp,
        /// Start to end, pauses included.
        elapsed_s: f64,
        /// The time the timer ran.
        timer_s: f64,
        /// Distance covered.
        distance_m: f64,
        /// Energy used.
        energy_kcal: f64,
        /// Heart rate, average.
        heart_rate_avg_bpm: f64,
        /// Heart rate, highest.
        heart_rate_max_bpm: f64,
        /// Speed, average.
        speed_avg_mps: f64,
        /// Speed, highest.
        speed_max_mps: f64,
        /// Cadence, average, as the device counts it for the sport.
        cadence_avg: f64,
        /// Power, average.
        power_avg_w: f64,
        /// Metres climbed.
        elevation_gain_m: f64,
        /// Metres descended.
        elevation_loss_m: f64,
        /// What ended it: manual, distance, position, …
        trigger: String,
    }
}

overlay! {
    /// One sport of several in one file.
    Leg {
        /// The unified type.
        workout_type: WorkoutType,
        /// The file's name of the sport.
        raw_type: String,
        /// The file's finer name.
        raw_sub_type: String,
        /// When it began.
        start: Timestamp,
        /// Start to stop, pauses included.
        elapsed_s: f64,
        /// The time the timer ran.
        timer_s: f64,
        /// Distance covered.
        distance_m: f64,
        /// Energy used.
        energy_kcal: f64,
        /// Heart rate, average.
        heart_rate_avg_bpm: f64,
        /// Heart rate, highest.
        heart_rate_max_bpm: f64,
    }
}

crate::text::codes! {
    /// What a zone divides.
    ZoneKind {
        /// Heart rate, beats a minute.
        HeartRate = "heart_rate",
        /// Power, watts.
        Power = "power",
    }
}

/// The time spent in one zone.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Zone {
    /// What is divided.
    pub kind: ZoneKind,
    /// The zone's number, from 0 for below the first.
    pub zone: u8,
    /// Its upper edge, if the device said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Seconds spent in it.
    pub seconds: f64,
}

overlay! {
    /// One length of a pool.
    PoolLength {
        /// When it began.
        start: Timestamp,
        /// How long it took.
        elapsed_s: f64,
        /// How it was swum.
        stroke: String,
        /// Strokes.
        strokes: f64,
        /// Whether it was swum (false: rest).
        active: bool,
    }
}

overlay! {
    /// One set of strength training.
    StrengthSet {
        /// When it began.
        start: Timestamp,
        /// How long it took.
        duration_s: f64,
        /// Repetitions.
        repetitions: f64,
        /// Weight moved.
        weight_kg: f64,
        /// The exercise, as the file names it.
        category: String,
        /// Whether it was work (false: rest).
        active: bool,
    }
}

overlay! {
    /// A number that an application on the device added to one kind of message of its file, over all of the
    /// workout's messages. The file itself, which is kept, has every value.
    DeveloperField {
        /// Its name, as the application gave it.
        name: String,
        /// Its unit, as the application gave it.
        unit: String,
        /// The application's id, 32 hexadecimal digits.
        application_id: String,
        /// The kind of message it was added to: record, lap, session, …
        message: String,
        /// How many values there are.
        samples: u64,
        /// The lowest value.
        min: f64,
        /// Their mean.
        avg: f64,
        /// The highest value.
        max: f64,
        /// The last value.
        last: f64,
        ;
        /// The values in order, where they are few: those of laps, sessions and the like, not of records.
        values: Vec<f64>,
    }
}

overlay! {
    /// What only the file itself says.
    FileDetail {
        /// Who made the device.
        manufacturer: String,
        /// Which product.
        product: String,
        /// Its serial number.
        serial_number: u64,
        /// When the file was begun.
        created: Timestamp,
        /// The offset its local clock showed.
        offset: LocalOffset,
    }
}
