//! The whole way against the sandbox, which was written from the documents by others: consent, pings,
//! summaries with the token, files without it.

use crate::{
    provider::Provider,
    world::{GARMIN, World, file, summaries, until, within},
};
use axum::{Json, Router, extract::State, routing::post};
use model::{Clock, FetchKind, PartMeta, Rng};
use net::{AllowedHosts, Body, Client, Limits, Request, Response, Url};
use sandbox::{Config, Sandbox};
use serde_json::{Value, json};
use store::DeliveryKind;
use tokio::{net::TcpListener, sync::mpsc};
use tokio_util::sync::CancellationToken;

struct Garmin {
    world: World,
    browser: Client,
    origin: Url,
    notices: mpsc::UnboundedReceiver<Value>,
    _shutdown: tokio_util::sync::DropGuard,
}

async fn serve(router: Router) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    origin
}

async fn receive(State(notices): State<mpsc::UnboundedSender<Value>>, Json(notice): Json<Value>) {
    notices.send(notice).unwrap();
}

impl Garmin {
    async fn start() -> Self {
        Self::start_at(Clock::system()).await
    }

    async fn start_at(clock: Clock) -> Self {
        let (sender, notices) = mpsc::unbounded_channel();
        let receiver = serve(Router::new().route("/", post(receive)).with_state(sender)).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let mut config =
            Config::new(clock.clone(), Rng::from_os(), 7, origin.clone(), "client", "client-secret", receiver);
        config.live_interval = None;
        let (sandbox, shutdown) = (Sandbox::new(config), CancellationToken::new());
        let router = sandbox.router();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let stop = shutdown.clone();
        tokio::spawn(async move { sandbox.run(stop).await });
        let text = origin.as_str().trim_end_matches('/').to_owned();
        let hosts = AllowedHosts::default().with_loopback(&text).unwrap();
        let browser = Client::for_provider(hosts, Limits::PROVIDER).unwrap();
        let world = World::of(clock, Provider::start().await, text).await;
        Self { world, browser, origin, notices, _shutdown: shutdown.drop_guard() }
    }

    async fn steer(&self, method: &str, path: &str, body: Value) -> Response {
        let request = Request::parse(method, self.origin.join(path).unwrap().as_str()).unwrap();
        let response = self.browser.send(request.with_body(Body::Json(body))).await.unwrap();
        assert!(response.status.is_success(), "{path}: {} {}", response.status, response.text());
        response
    }

    /// Consents as the sandbox's first person, and follows the way back.
    async fn connect(&self) {
        let mut begun = self.world.begin(self.world.user).await;
        begun.url.query_pairs_mut().append_pair("sandbox_auto", "1");
        let answer = self.browser.send(Request::get(begun.url)).await.unwrap();
        let back = answer.headers.get("location").expect("no way back").to_str().unwrap();
        let back = Url::parse(back).unwrap();
        let parameter =
            |name: &str| back.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let (code, state) = (parameter("code"), parameter("state"));
        self.world.sync.finish(&GARMIN, code.as_deref(), state.as_deref(), None).await.unwrap();
    }

    /// Where the pings of these types ask to call back, in whatever order they come.
    async fn pings(&mut self, keys: [&str; 2]) -> [String; 2] {
        let mut urls = keys.map(|_| None);
        within(async {
            while urls.iter().any(Option::is_none) {
                let notice = self.notices.recv().await.unwrap();
                for (key, url) in keys.iter().zip(&mut urls) {
                    *url = url.take().or_else(|| notice[key][0]["callbackURL"].as_str().map(str::to_owned));
                }
            }
        })
        .await;
        urls.map(Option::unwrap)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_consents_and_their_workout_is_fetched_with_its_file() {
    let mut garmin = Garmin::start().await;
    garmin.connect().await;
    let connection = garmin.world.connection(garmin.world.user).await;
    assert!(connection.scope.as_deref().unwrap().contains("ACTIVITY_EXPORT"));
    let person = connection.provider_user_id.clone().unwrap();
    garmin.steer("PUT", "sandbox/endpoints/activities", json!({"mode": "ping"})).await;
    garmin.steer("POST", &format!("sandbox/users/{person}/sync"), json!({"workout": true})).await;
    let [activities, workout_file] = garmin.pings(["activities", "activityFiles"]).await;

    let running = garmin.world.run();
    garmin.world.add_job(connection.id, summaries(activities)).await;
    garmin.world.add_job(connection.id, file(workout_file.clone())).await;
    garmin.world.until_jobs(0, 0).await;
    let mut used = file(workout_file);
    used.kind = FetchKind::File { meta: PartMeta::default() };
    garmin.world.add_job(connection.id, used).await;
    garmin.world.until_jobs(0, 1).await;
    until(async || !garmin.world.store.list_sync_events(garmin.world.user, 1).await.unwrap().is_empty()).await;
    running.stop().await;

    let mut kinds: Vec<_> = garmin.world.deliveries().await.into_iter().map(|it| (it.kind, it.size > 100)).collect();
    kinds.sort_by_key(|(kind, _)| kind.as_stored());
    assert_eq!(kinds, [(DeliveryKind::Pulled, true), (DeliveryKind::File, true)]);
    assert!(garmin.world.latest_event().await.error.unwrap().contains("already downloaded or expired"));

    garmin.world.sync.disconnect(garmin.world.team, garmin.world.user, &GARMIN).await.unwrap();
    let state: Value = garmin.steer("GET", "sandbox/state", Value::Null).await.json().unwrap();
    let people = state["people"].as_array().unwrap();
    let gone = people.iter().find(|it| it["id"] == person.as_str()).unwrap();
    assert_eq!(gone["connected"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_nobody_uses_for_a_year_stays_good() {
    let garmin = Garmin::start_at(Clock::fixed(model::Timestamp::from_seconds(1_763_712_000))).await;
    garmin.connect().await;
    let world = &garmin.world;
    for _ in 0..8 {
        let before = world.connection(world.user).await;
        world.clock.advance(std::time::Duration::from_hours(24 * 60));
        let running = world.run_renewals();
        until(async || world.connection(world.user).await.refresh_token != before.refresh_token).await;
        running.stop().await;
    }
    let person = world.connection(world.user).await.provider_user_id.unwrap();
    world.sync.disconnect(world.team, world.user, &GARMIN).await.unwrap();
    let state: Value = garmin.steer("GET", "sandbox/state", Value::Null).await.json().unwrap();
    let people = state["people"].as_array().unwrap();
    let gone = people.iter().find(|it| it["id"] == person.as_str()).unwrap();
    assert_eq!(gone["connected"], false, "the goodbye was said with a token that is good");
}
