// The sandbox's tools, on a desk and on a phone: a person is made, connects, uploads; a fault is set and taken back;
// history is asked for, settings change, and the server passes verification.
import { ask, assert, checks, openPage, until } from "./browser.mjs";

const sizes = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
const pages = ["Data", "History", "Delivery", "Notifications", "Faults", "Verification", "Settings", "People"];
/** What a browser notes of a refusal that was meant to happen is no problem. */
const besidesRefusals = (problems) => problems.filter((problem) => !problem.includes("status of 400"));
const message = (page) => page.locator("#message");

async function open(demo, browser, viewport = sizes.desk) {
  const { page, problems } = await openPage(browser, { viewport });
  await page.goto(`${demo.settings.WEARHOUSE_SANDBOX}/sandbox`);
  const go = (name) => page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
  return { page, problems, go };
}

/** Everything fits its place, and every field and button says what it is. */
async function fits(demo, browser, viewport) {
  const { page, problems, go } = await open(demo, browser, viewport);
  const judge = async (name) => {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert(wide <= 0, `${name} is ${wide} pixels too wide`);
    const nameless = await page.evaluate(() => {
      const fields = [...document.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((it) => !it.labels.length);
      return [...fields, ...[...document.querySelectorAll("button, a")].filter((it) => !it.textContent.trim())].map((it) => it.outerHTML);
    });
    assert(nameless.length === 0, `${name}: ${nameless.join(" ")}`);
  };
  for (const name of pages) {
    await go(name);
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await judge(name);
  }
  await page.getByRole("link", { name: "Mira" }).click();
  await page.getByRole("heading", { level: 1, name: "Mira" }).waitFor();
  await judge("a person");
  assert(problems.length === 0, problems.join("; "));
}

async function newcomer(demo, browser) {
  const { page, problems, go } = await open(demo, browser);
  const form = page.locator("form", { hasText: "Journeys" });
  await form.getByLabel("Name").fill("Noor <i>");
  await form.getByLabel("Lives like").selectOption("swimmer");
  await form.getByLabel("Time zone").fill("Atlantis");
  await form.getByRole("button", { name: "Add" }).click();
  await message(page).filter({ hasText: "Atlantis" }).waitFor();
  await form.getByLabel("Time zone").fill("Asia/Tokyo");
  await form.getByLabel("Journeys").fill("2026-03-03 Europe/Berlin\n2026-06-01 Asia/Tokyo");
  await form.getByRole("button", { name: "Add" }).click();
  await page.getByRole("heading", { level: 1, name: "Noor <i>" }).waitFor();
  assert(await page.getByText("not connected").isVisible(), "a newcomer is not connected");

  const user = await ask(demo, "/api/v1/users", { method: "POST", body: JSON.stringify({ external_user_id: "noor" }) });
  const { authorization_url } = await ask(demo, `/api/v1/oauth/garmin/authorize?user_id=${user.id}`);
  const consent = await openPage(browser, { viewport: sizes.phone });
  await consent.page.goto(`${authorization_url}&sandbox_user=${encodeURIComponent("Noor <i>")}`);
  assert(await consent.page.getByRole("radio", { name: "Noor" }).isChecked(), "the person is not ticked");
  await consent.page.getByRole("button", { name: "Allow" }).click();
  await consent.page.waitForLoadState("networkidle");
  await page.locator("#connection").getByText("connected", { exact: true }).waitFor();

  await page.getByLabel("Days").fill("3");
  await page.getByRole("button", { name: "Upload them" }).click();
  await message(page).filter({ hasText: "dailies" }).waitFor();
  await page.locator("#uploads").getByRole("link", { name: "dailies" }).click();
  await page.locator("details").first().locator("summary").click();
  await page.locator("details pre").first().filter({ hasText: "calendarDate" }).waitFor();
  await go("Notifications");
  await page.locator("#attempts").getByText("200").first().waitFor();
  assert(besidesRefusals(problems).length === 0, problems.join("; "));
}

async function faults(demo, browser) {
  const { page, problems, go } = await open(demo, browser, sizes.phone);
  await go("Faults");
  const form = page.locator("form", { hasText: "Path begins with" });
  await form.getByLabel("Path begins with").fill("/nowhere");
  await form.getByLabel("Status, for that fault").fill("503");
  await form.getByRole("button", { name: "Set" }).click();
  await page.locator("#faults").getByText("status 503").waitFor();
  assert(await page.locator("#status").getByText("1 fault set").isVisible(), "the status line does not tell");
  await page.getByRole("button", { name: "Take back" }).press("Enter");
  await page.getByText("None: everything works.").waitFor();
  const other = page.locator("form", { hasText: "it is sent twice" });
  await other.getByLabel("What happens").selectOption("delay");
  await other.getByRole("button", { name: "Set" }).click();
  await message(page).filter({ hasText: "seconds is above 0" }).waitFor();
  assert(besidesRefusals(problems).length === 0, problems.join("; "));
}

async function changes(demo, browser) {
  const { page, problems, go } = await open(demo, browser);
  await go("Settings");
  await page.getByLabel("Longest range of one request for activities").fill("29");
  await page.getByRole("button", { name: "Save" }).click();
  const field = () => page.getByLabel("Longest range of one request for activities").inputValue();
  await page.waitForLoadState("load");
  assert(await until(async () => (await field()) === "29"), "the setting was not kept");
  await go("Delivery");
  const row = page.locator("#endpoints tr", { hasText: "bodyComps" });
  await row.getByRole("button", { name: "Hold" }).click();
  await row.getByText("on hold").waitFor();
  await row.getByRole("button", { name: "Release" }).click();
  await row.getByText("on", { exact: true }).waitFor();
  await go("History");
  await page.getByLabel("Person").selectOption({ label: "Jonas" });
  await page.getByLabel("Type").selectOption("bloodPressures");
  await page.getByRole("button", { name: "Ask" }).click();
  await page.locator("#requests tr", { hasText: "bloodPressures" }).first().waitFor();
  assert(problems.length === 0, problems.join("; "));
}

async function verification(demo, browser) {
  const { page, problems, go } = await open(demo, browser);
  await go("Verification");
  await page.getByRole("button", { name: "Run the probes" }).click();
  await message(page).filter({ hasText: "The run is over." }).waitFor({ timeout: 120_000 });
  const failed = await page.locator("#points li", { has: page.locator(".badge.bad") }).allInnerTexts();
  assert(failed.length === 0, failed.join("; "));
  const undecided = await page.locator("#points li", { has: page.locator(".badge.open") }).allInnerTexts();
  const unheard = undecided.filter((text) => !text.includes("none was sent yet"));
  assert(unheard.length === 0, unheard.join("; "));
  assert(problems.length === 0, problems.join("; "));
}

await checks({
  "the sandbox's tools on a desk": (demo, browser) => fits(demo, browser, sizes.desk),
  "the sandbox's tools on a phone": (demo, browser) => fits(demo, browser, sizes.phone),
  "somebody new connects and uploads": newcomer,
  "a fault is set and taken back": faults,
  "settings, delivery and history change": changes,
  "the server passes verification": verification,
});
