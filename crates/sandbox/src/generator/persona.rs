//! The ways of living that people of the sandbox follow, and which summary types their devices make.

use crate::kind::Kind;

/// A way of living that a person of the sandbox follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Persona {
    /// Runs four to five times a week, sleeps regularly.
    Runner,
    /// Long rides, an indoor trainer, a power meter.
    Cyclist,
    /// Rotates through early, late and night shifts; walks; naps.
    ShiftWorker,
    /// Trains every day, sometimes with two watches; edits, uploads, goes out for more than a day.
    Athlete,
    /// Lives in Berlin, is in Tokyo and Los Angeles every month.
    Traveller,
    /// Pushes a wheelchair, and races it.
    WheelchairUser,
    /// Swims in the pool and in open water.
    Swimmer,
    /// Swims, rides and runs, on some Sundays without a break.
    Triathlete,
    /// Connects and never uploads anything.
    NeverSyncs,
}

impl Persona {
    /// Every persona.
    pub(crate) const ALL: [Persona; 9] = [
        Persona::Runner,
        Persona::Cyclist,
        Persona::ShiftWorker,
        Persona::Athlete,
        Persona::Traveller,
        Persona::WheelchairUser,
        Persona::Swimmer,
        Persona::Triathlete,
        Persona::NeverSyncs,
    ];

    /// The stable name, as in the control interface.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Persona::Runner => "runner",
            Persona::Cyclist => "cyclist",
            Persona::ShiftWorker => "shift_worker",
            Persona::Athlete => "athlete",
            Persona::Traveller => "traveller",
            Persona::WheelchairUser => "wheelchair_user",
            Persona::Swimmer => "swimmer",
            Persona::Triathlete => "triathlete",
            Persona::NeverSyncs => "never_syncs",
        }
    }

    /// What a page says about it.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Persona::Runner => "runs most days, regular sleep",
            Persona::Cyclist => "long rides, indoor trainer, power meter",
            Persona::ShiftWorker => "rotating shifts, walks, naps",
            Persona::Athlete => "trains daily, two watches, edits and uploads",
            Persona::Traveller => "Berlin, Tokyo and Los Angeles every month",
            Persona::WheelchairUser => "wheelchair pushes instead of steps",
            Persona::Swimmer => "pool lengths and open water",
            Persona::Triathlete => "multisport with transitions",
            Persona::NeverSyncs => "connects and never uploads",
        }
    }

    /// The persona of this name; `shift worker` and `shift-worker` are understood too.
    pub(crate) fn find(text: &str) -> Option<Self> {
        let key = text.trim().to_lowercase().replace([' ', '-'], "_");
        Self::ALL.into_iter().find(|persona| persona.key() == key)
    }

    /// Does it wheel where others walk?
    pub(crate) fn wheels(self) -> bool {
        self == Persona::WheelchairUser
    }

    /// Does anything of this person make summaries of this type?
    pub(crate) fn makes(self, kind: Kind) -> bool {
        use Persona as P;
        match kind {
            _ if self == P::NeverSyncs => kind.permission().is_none(),
            Kind::BodyComps => matches!(self, P::Runner | P::Athlete | P::Triathlete | P::Traveller),
            Kind::BloodPressures => matches!(self, P::ShiftWorker | P::WheelchairUser),
            Kind::Mct => matches!(self, P::Runner | P::Swimmer),
            Kind::HealthSnapshot => matches!(self, P::Athlete | P::Triathlete | P::Traveller),
            Kind::Hrv | Kind::SkinTemp => !matches!(self, P::Cyclist | P::ShiftWorker),
            Kind::Pulseox => !matches!(self, P::Cyclist | P::WheelchairUser),
            Kind::UserMetrics => !matches!(self, P::ShiftWorker | P::WheelchairUser),
            Kind::MoveIqActivities => !matches!(self, P::Cyclist | P::Swimmer),
            _ => true,
        }
    }
}
