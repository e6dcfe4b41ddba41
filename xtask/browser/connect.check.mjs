// A person connects an account: authorize, the provider's consent page, and back with a connection.
import { ask, assert, checks, openPage } from "./browser.mjs";

async function connect(demo, browser) {
  const user = await ask(demo, "/api/v1/users", { method: "POST", body: JSON.stringify({ external_user_id: "browser-check" }) });
  const { authorization_url } = await ask(demo, `/api/v1/oauth/garmin/authorize?user_id=${user.id}`);
  const { page, problems } = await openPage(browser, { viewport: { width: 390, height: 844 } });
  await page.goto(authorization_url);
  await page.getByRole("button", { name: /agree|allow|consent|connect|save/i }).first().click();
  await page.waitForLoadState("networkidle");
  const connections = await ask(demo, `/api/v1/users/${user.id}/connections`);
  assert(connections.some?.((it) => it.provider === "garmin" && it.status === "active"), `no connection: ${JSON.stringify(connections)}`);
  assert(problems.length === 0, problems.join("; "));
}

await checks({ "a person connects an account": connect });
