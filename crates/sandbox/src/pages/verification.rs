//! Partner verification: the points as they stand, and a run that sends what is needed to judge them.

use super::{
    html::{badge, button, escape},
    tool::{self, Tool},
};
use crate::{
    state::Shared,
    verification::{self, Point, Standing},
};
use axum::{extract::State, response::Html};
use std::{fmt::Write as _, sync::Arc};

pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Html<String> {
    let points = verification::points(&shared.lock());
    let body = format!(
        "<section><div class=buttons><button type=button class=primary data-call=\"POST /sandbox/verification\">Run the probes</button>{}</div>\
         <p><small>A run sends one notification of every type that was not handled yet and two large bodies. Connect two people first.</small></p>\
         <div id=points data-live>{}</div></section>",
        button("Forget what was seen", "DELETE /sandbox/verification", None),
        listed(&points)
    );
    let intro = "What a partner must show before going live, judged by what was seen since the start.";
    tool::page(&shared, Tool::Verification, "Verification", intro, &body)
}

fn listed(points: &[Point]) -> String {
    let count = |standing: Standing| points.iter().filter(|point| point.standing == standing).count();
    let verdict =
        if points.iter().all(|point| point.passed) { badge("good", "Passed") } else { badge("open", "Not passed yet") };
    let mut out = format!(
        "<p>{verdict} <small>{} passed, {} failed, {} not yet</small></p><ul class=points>",
        count(Standing::Passed),
        count(Standing::Failed),
        count(Standing::Open)
    );
    // What needs a look comes first.
    for standing in [Standing::Failed, Standing::Open, Standing::Passed] {
        let label = match standing {
            Standing::Failed => badge("bad", "failed"),
            Standing::Open => badge("open", "not yet"),
            Standing::Passed => badge("good", "passed"),
        };
        for point in points.iter().filter(|point| point.standing == standing) {
            let (name, asks, reason) = (escape(&point.point), escape(&point.asks), escape(&point.reason));
            let _ = write!(out, "<li id=\"{name}\">{label}<div>{asks}<br><small>{reason}</small></div></li>");
        }
    }
    out.push_str("</ul>");
    out
}
