// The API reference renders without any other server, on a desk and on a phone, with and without scripts.
import { assert, checks, openPage } from "./browser.mjs";

const sizes = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

async function shows(demo, browser, viewport) {
  const { page, problems } = await openPage(browser, { viewport });
  const answer = await page.goto(`${demo.url}/docs`, { waitUntil: "networkidle" });
  const policy = answer.headers()["content-security-policy"] ?? "";
  assert(policy.includes("default-src 'none'") && !policy.includes("unsafe-eval"), `weak content security policy: ${policy}`);
  const scripted = await page.evaluate(() => customElements.get("rapi-doc") !== undefined);
  assert(scripted, "the reference's script is not in this server: was it built after `cargo xtask assets`?");
  await page.getByText("/events/workouts").first().waitFor({ state: "attached", timeout: 15_000 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert(wide <= 0, `the page is ${wide} pixels too wide`);
  assert(problems.length === 0, problems.join("; "));
}

async function plain(demo, browser) {
  const { page, problems } = await openPage(browser, { viewport: sizes.phone, javaScriptEnabled: false });
  await page.goto(`${demo.url}/docs`);
  assert(await page.locator(".plain a[href='openapi.json']").isVisible(), "no link to the description");
  await page.locator(".plain a[href='openapi.json']").click();
  assert((await page.content()).includes("3.1"), "the link does not lead to the description");
  assert(problems.length === 0, problems.join("; "));
}

await checks({
  "the reference on a desk": (demo, browser) => shows(demo, browser, sizes.desk),
  "the reference on a phone": (demo, browser) => shows(demo, browser, sizes.phone),
  "the reference without scripts": plain,
});
