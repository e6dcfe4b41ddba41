//! The publications that formulas and constants come from.

/// A publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Who wrote it.
    pub authors: &'static str,
    /// When.
    pub year: u16,
    /// Its title.
    pub title: &'static str,
    /// The journal or publisher, with volume and pages.
    pub published_in: &'static str,
    /// Its DOI, if it has one.
    pub doi: Option<&'static str>,
}

const fn paper(
    authors: &'static str,
    year: u16,
    title: &'static str,
    published_in: &'static str,
    doi: &'static str,
) -> Source {
    Source { authors, year, title, published_in, doi: Some(doi) }
}

const fn other(authors: &'static str, year: u16, title: &'static str, published_in: &'static str) -> Source {
    Source { authors, year, title, published_in, doi: None }
}

pub(crate) const OPEN_WEARABLES_2026: Source =
    other("Open Wearables project", 2026, "Open Wearables, version 0.6.3: sleep and resilience scores", "GitHub");

pub(crate) const HIRSHKOWITZ_2015: Source = paper(
    "Hirshkowitz M and others",
    2015,
    "National Sleep Foundation's sleep time duration recommendations: methodology and results summary",
    "Sleep Health 1(1):40-43",
    "10.1016/j.sleh.2014.12.010",
);

pub(crate) const OHAYON_2017: Source = paper(
    "Ohayon M and others",
    2017,
    "National Sleep Foundation's sleep quality recommendations: first report",
    "Sleep Health 3(1):6-19",
    "10.1016/j.sleh.2016.11.006",
);

pub(crate) const WINDRED_2024: Source = paper(
    "Windred DP and others",
    2024,
    "Sleep regularity is a stronger predictor of mortality risk than sleep duration: a prospective cohort study",
    "Sleep 47(1):zsad253",
    "10.1093/sleep/zsad253",
);

pub(crate) const PLEWS_2012: Source = paper(
    "Plews DJ, Laursen PB, Kilding AE, Buchheit M",
    2012,
    "Heart rate variability in elite triathletes, is variation in variability the key to effective training? \
     A case comparison",
    "European Journal of Applied Physiology 112(11):3729-3741",
    "10.1007/s00421-012-2354-4",
);

pub(crate) const PLEWS_2013: Source = paper(
    "Plews DJ, Laursen PB, Stanley J, Kilding AE, Buchheit M",
    2013,
    "Training adaptation and heart rate variability in elite endurance athletes: opening the door to effective \
     monitoring",
    "Sports Medicine 43(9):773-781",
    "10.1007/s40279-013-0071-8",
);

pub(crate) const PLEWS_2014: Source = paper(
    "Plews DJ, Laursen PB, Le Meur Y, Hausswirth C, Kilding AE, Buchheit M",
    2014,
    "Monitoring training with heart rate-variability: how much compliance is needed for valid assessment?",
    "International Journal of Sports Physiology and Performance 9(5):783-790",
    "10.1123/ijspp.2013-0455",
);

pub(crate) const BUCHHEIT_2014: Source = paper(
    "Buchheit M",
    2014,
    "Monitoring training status with HR measures: do all roads lead to Rome?",
    "Frontiers in Physiology 5:73",
    "10.3389/fphys.2014.00073",
);

pub(crate) const TASK_FORCE_1996: Source = paper(
    "Task Force of the European Society of Cardiology and the North American Society of Pacing and Electrophysiology",
    1996,
    "Heart rate variability: standards of measurement, physiological interpretation, and clinical use",
    "Circulation 93(5):1043-1065",
    "10.1161/01.CIR.93.5.1043",
);

pub(crate) const LEYS_2013: Source = paper(
    "Leys C, Ley C, Klein O, Bernard P, Licata L",
    2013,
    "Detecting outliers: do not use standard deviation around the mean, use absolute deviation around the median",
    "Journal of Experimental Social Psychology 49(4):764-766",
    "10.1016/j.jesp.2013.03.013",
);

pub(crate) const BOWLING_2009: Source = paper(
    "Bowling SR, Khasawneh MT, Kaewkuekool S, Cho BR",
    2009,
    "A logistic approximation to the cumulative normal distribution",
    "Journal of Industrial Engineering and Management 2(1):114-127",
    "10.3926/jiem.2009.v2n1.p114-127",
);

pub(crate) const MORTON_1990: Source = paper(
    "Morton RH, Fitz-Clarke JR, Banister EW",
    1990,
    "Modeling human performance in running",
    "Journal of Applied Physiology 69(3):1171-1177",
    "10.1152/jappl.1990.69.3.1171",
);

pub(crate) const BANISTER_1991: Source = other(
    "Banister EW",
    1991,
    "Modeling elite athletic performance",
    "in: Physiological Testing of the High-Performance Athlete, Human Kinetics, 403-424",
);

pub(crate) const EDWARDS_1993: Source = other("Edwards S", 1993, "The heart rate monitor book", "Fleet Feet Press");

pub(crate) const TANAKA_2001: Source = paper(
    "Tanaka H, Monahan KD, Seals DR",
    2001,
    "Age-predicted maximal heart rate revisited",
    "Journal of the American College of Cardiology 37(1):153-156",
    "10.1016/S0735-1097(00)01054-8",
);

pub(crate) const ACSM_2018: Source = other(
    "American College of Sports Medicine",
    2018,
    "ACSM's guidelines for exercise testing and prescription, 10th edition",
    "Wolters Kluwer",
);

pub(crate) const WILLIAMS_2017: Source = paper(
    "Williams S, West S, Cross MJ, Stokes KA",
    2017,
    "Better way to determine the acute:chronic workload ratio?",
    "British Journal of Sports Medicine 51(3):209-210",
    "10.1136/bjsports-2016-096589",
);

pub(crate) const IMPELLIZZERI_2020: Source = paper(
    "Impellizzeri FM, Tenan MS, Kempton T, Novak A, Coutts AJ",
    2020,
    "Acute:chronic workload ratio: conceptual issues and fundamental pitfalls",
    "International Journal of Sports Physiology and Performance 15(6):907-913",
    "10.1123/ijspp.2019-0864",
);

pub(crate) const UTH_2004: Source = paper(
    "Uth N, Sørensen H, Overgaard K, Pedersen PK",
    2004,
    "Estimation of VO2max from the ratio between HRmax and HRrest: the Heart Rate Ratio Method",
    "European Journal of Applied Physiology 91(1):111-115",
    "10.1007/s00421-003-0988-y",
);

pub(crate) const SWAIN_2004: Source = paper(
    "Swain DP, Parrott JA, Bennett AR, Branch JD, Dowling EA",
    2004,
    "Validation of a new method for estimating VO2max based on VO2 reserve",
    "Medicine and Science in Sports and Exercise 36(8):1421-1426",
    "10.1249/01.MSS.0000135774.28494.19",
);

pub(crate) const DAAN_1984: Source = paper(
    "Daan S, Beersma DG, Borbély AA",
    1984,
    "Timing of human sleep: recovery process gated by a circadian pacemaker",
    "American Journal of Physiology 246(2):R161-R183",
    "10.1152/ajpregu.1984.246.2.R161",
);

pub(crate) const BORBELY_2016: Source = paper(
    "Borbély AA, Daan S, Wirz-Justice A, Deboer T",
    2016,
    "The two-process model of sleep regulation: a reappraisal",
    "Journal of Sleep Research 25(2):131-143",
    "10.1111/jsr.12371",
);

pub(crate) const KIM_2018: Source = paper(
    "Kim HG, Cheon EJ, Bai DS, Lee YH, Koo BH",
    2018,
    "Stress and heart rate variability: a meta-analysis and review of the literature",
    "Psychiatry Investigation 15(3):235-245",
    "10.30773/pi.2017.08.17",
);
