//! Walks the way of a customer: an endpoint for webhooks, three people, their consent, their data.

use super::{
    EMAIL, PASSWORD, Places,
    caller::{Caller, text},
    receiver::Receiver,
};
use anyhow::{Context, bail};
use net::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use url::Url;

/// The people of the demo: name, and how they live.
const PEOPLE: [(&str, &str, &str); 3] =
    [("Mira", "Runner", "runner"), ("Jonas", "Cyclist", "cyclist"), ("Adela", "Nights", "shift_worker")];

pub(super) struct Guide {
    pub(super) caller: Caller,
    pub(super) places: Places,
    pub(super) receiver: Receiver,
}

struct Person {
    name: &'static str,
    id: String,
}

impl Guide {
    pub(super) async fn walk(self, days: u32, started: Instant) -> anyhow::Result<()> {
        self.wait_until_ready().await?;
        self.add_endpoint().await?;
        let mut people = Vec::new();
        for (name, last_name, persona) in PEOPLE {
            people.push(self.connect(name, last_name, persona).await?);
        }
        for (_, _, persona) in PEOPLE.iter().filter(|_| days > 0) {
            let path = format!("sandbox/users/{}/generate", self.person_of(persona));
            self.caller.steer(&path, json!({ "days": days })).await?;
        }
        let workout = self.wait_for_data(&people, days, started).await?;
        self.write_environment(&people, &workout)?;
        println!("pushes go on arriving; stop with Ctrl-C\n");
        Ok(())
    }

    fn person_of<'a>(&self, persona: &'a str) -> &'a str {
        PEOPLE.iter().find(|(_, _, lives)| *lives == persona).map_or(persona, |(name, _, _)| name)
    }

    async fn wait_until_ready(&self) -> anyhow::Result<()> {
        for _ in 0..200 {
            if self.caller.get("health/ready").await.is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(20)).await;
        }
        bail!("the server did not become ready")
    }

    async fn add_endpoint(&self) -> anyhow::Result<()> {
        let token = self.caller.log_in(EMAIL, PASSWORD).await?;
        let call = |method, path: String, body| async {
            let (method, path): (Method, String) = (method, path);
            self.caller.call_as_developer(method, &path, &token, body).await
        };
        let listed = call(Method::GET, "api/v1/webhooks/endpoints".to_owned(), None).await?;
        for old in listed.as_array().into_iter().flatten() {
            call(Method::DELETE, format!("api/v1/webhooks/endpoints/{}", text(old, "id")?), None).await?;
        }
        let wanted =
            json!({ "url": self.places.receiver.join("webhooks")?.as_str(), "description": "the demo's receiver" });
        let made = call(Method::POST, "api/v1/webhooks/endpoints".to_owned(), Some(wanted)).await?;
        let path = format!("api/v1/webhooks/endpoints/{}/secret", text(&made, "id")?);
        let secret = call(Method::GET, path, None).await?;
        let secret = secret.get("key").or_else(|| secret.get("secret")).and_then(Value::as_str);
        self.receiver.expect(secret.context("no signing secret")?)
    }

    async fn connect(&self, name: &'static str, last_name: &str, persona: &str) -> anyhow::Result<Person> {
        self.caller.steer("sandbox/users", json!({ "name": name, "persona": persona })).await?;
        let external = format!("demo-{}", name.to_lowercase());
        let user = json!({ "first_name": name, "last_name": last_name, "external_user_id": external });
        let user = self.caller.post("api/v1/users", user).await?;
        let id = text(&user, "id")?.to_owned();
        let answer = self.caller.get(&format!("api/v1/oauth/garmin/authorize?user_id={id}")).await?;
        let mut consent = Url::parse(text(&answer, "authorization_url")?)?;
        // the person's hand on the consent page
        consent.query_pairs_mut().append_pair("sandbox_user", name).append_pair("sandbox_auto", "1");
        let ended = self.caller.browse(consent).await?;
        if !ended.path().contains("success") {
            bail!("{name} could not be connected: the browser ended at {}", ended.path());
        }
        println!("connected {name} ({persona})  user {id}");
        Ok(Person { name, id })
    }

    /// Waits until everyone's nights are there; returns a workout with a route.
    async fn wait_for_data(&self, people: &[Person], days: u32, started: Instant) -> anyhow::Result<(String, String)> {
        let wanted = days.saturating_sub(3) as usize;
        for _ in 0..1200 {
            let mut found = Vec::new();
            let mut complete = true;
            for person in people {
                let count = |kind: &'static str| self.list(&person.id, kind);
                let (workouts, nights) = (count("workouts").await?, count("sleep").await?);
                complete &= nights.len() >= wanted && (!workouts.is_empty() || days == 0);
                found.push((person, workouts, nights));
            }
            if complete {
                for (person, workouts, nights) in &found {
                    println!("{:<6} {} workouts, {} nights", person.name, workouts.len(), nights.len());
                }
                if let Some(found) = self.find_route(&found).await? {
                    println!("all data in {:.1} s", started.elapsed().as_secs_f64());
                    return Ok(found);
                }
            }
            sleep(Duration::from_millis(100)).await;
        }
        bail!("the data did not arrive within two minutes")
    }

    async fn list(&self, user: &str, kind: &str) -> anyhow::Result<Vec<Value>> {
        let path = format!("api/v1/users/{user}/events/{kind}?start_date=2000-01-01&end_date=2100-01-01&limit=1000");
        let page = self.caller.get(&path).await?;
        Ok(page.get("data").and_then(Value::as_array).cloned().unwrap_or_default())
    }

    async fn find_route(
        &self,
        found: &[(&Person, Vec<Value>, Vec<Value>)],
    ) -> anyhow::Result<Option<(String, String)>> {
        for (person, workouts, _) in found {
            for workout in workouts.iter().take(20) {
                let id = text(workout, "id")?;
                let stream =
                    self.caller.get(&format!("api/v1/users/{}/events/workouts/{id}/stream", person.id)).await?;
                if has_route(&stream) {
                    return Ok(Some((person.id.clone(), id.to_owned())));
                }
            }
        }
        Ok(None)
    }

    fn write_environment(&self, _people: &[Person], (user, workout): &(String, String)) -> anyhow::Result<()> {
        let url = self.places.api.as_str().trim_end_matches('/');
        let sandbox = self.places.sandbox.as_str().trim_end_matches('/');
        let key = self.caller.api_key();
        let lines = format!(
            "export WEARHOUSE_URL={url}\nexport WEARHOUSE_SANDBOX={sandbox}\nexport WEARHOUSE_KEY={key}\nexport WEARHOUSE_USER={user}\nexport WEARHOUSE_WORKOUT={workout}\n"
        );
        std::fs::create_dir_all(".wearhouse")?;
        crate::secrets::write_private(std::path::Path::new(".wearhouse/demo.env"), &lines)?;
        println!("\nin another terminal:\n  . .wearhouse/demo.env");
        println!("  curl -s -H \"X-Open-Wearables-API-Key: $WEARHOUSE_KEY\" \\");
        println!("    \"$WEARHOUSE_URL/api/v1/users/$WEARHOUSE_USER/events/workouts/$WEARHOUSE_WORKOUT\"");
        println!("  curl -s -H \"X-Open-Wearables-API-Key: $WEARHOUSE_KEY\" \\");
        println!("    \"$WEARHOUSE_URL/api/v1/users/$WEARHOUSE_USER/events/workouts/$WEARHOUSE_WORKOUT/stream\"\n");
        Ok(())
    }
}

/// Whether a columnar stream has positions.
fn has_route(stream: &Value) -> bool {
    let column =
        |holder: &Value| holder.get("latitude").and_then(Value::as_array).is_some_and(|column| !column.is_empty());
    column(stream) || ["data", "series", "streams"].iter().any(|field| stream.get(*field).is_some_and(column))
}
