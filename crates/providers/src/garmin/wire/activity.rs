//! The fields of an activity, the same in `activities`, `manuallyUpdatedActivities` and the summary
//! inside `activityDetails`.

use crate::json::wire;

wire! {
    /// An activity's summary.
    Activity {
        callback_url: String = "callbackURL",
        summary_id: String = "summaryId",
        activity_id: String = "activityId",
        start: f64 = "startTimeInSeconds",
        offset: f64 = "startTimeOffsetInSeconds",
        duration: f64 = "durationInSeconds",
        activity_type: String = "activityType",
        name: String = "activityName",
        description: String = "activityDescription",
        device_name: String = "deviceName",
        heart_rate_avg: f64 = "averageHeartRateInBeatsPerMinute",
        heart_rate_max: f64 = "maxHeartRateInBeatsPerMinute",
        energy: f64 = "activeKilocalories",
        distance: f64 = "distanceInMeters",
        steps: f64 = "steps",
        pushes: f64 = "pushes",
        active_lengths: f64 = "numberOfActiveLengths",
        speed_avg: f64 = "averageSpeedInMetersPerSecond",
        speed_max: f64 = "maxSpeedInMetersPerSecond",
        pace_avg: f64 = "averagePaceInMinutesPerKilometer",
        pace_max: f64 = "maxPaceInMinutesPerKilometer",
        run_cadence_avg: f64 = "averageRunCadenceInStepsPerMinute",
        run_cadence_max: f64 = "maxRunCadenceInStepsPerMinute",
        bike_cadence_avg: f64 = "averageBikeCadenceInRoundsPerMinute" | "averageBikingCadenceInRevPerMinute",
        bike_cadence_max: f64 = "maxBikeCadenceInRoundsPerMinute" | "maxBikingCadenceInRevPerMinute",
        push_cadence_avg: f64 = "averagePushCadenceInPushesPerMinute",
        push_cadence_max: f64 = "maxPushCadenceInPushesPerMinute",
        swim_cadence_avg: f64 = "averageSwimCadenceInStrokesPerMinute",
        latitude: f64 = "startingLatitudeInDegree",
        longitude: f64 = "startingLongitudeInDegree",
        gain: f64 = "totalElevationGainInMeters",
        loss: f64 = "totalElevationLossInMeters",
        is_parent: bool = "isParent",
        parent_id: String = "parentSummaryId",
        manual: bool = "manual" | "Manual",
        web_upload: bool = "isWebUpload",
    }
}
