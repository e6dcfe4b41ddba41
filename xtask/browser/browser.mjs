// What the browser checks share: a server started in an empty folder, a browser that notes every
// request that leaves the machine's own server, and plain assertions.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { chromium } = createRequire(join(process.env.BROWSER_PACKAGES, "x"))("playwright-core");
const patience = 60_000;

/** Starts the demo in an empty folder and waits until it has said where it is. */
export async function startDemo() {
  const folder = mkdtempSync(join(tmpdir(), "wearhouse-browser-"));
  const server = spawn(process.env.WEARHOUSE, ["demo", "--port", "0", "--days", "3"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (text) => (said += text));
  const file = join(folder, ".wearhouse", "demo.env");
  const stop = async () => {
    const ended = new Promise((done) => server.once("exit", done));
    if (server.exitCode === null && server.kill("SIGTERM")) await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const ready = await until(() => server.exitCode !== null || existsSync(file));
  if (!ready || server.exitCode !== null) {
    await stop();
    throw new Error(`the demo did not start:\n${said}`);
  }
  const settings = Object.fromEntries(
    readFileSync(file, "utf8").split("\n").map((line) => line.replace(/^export /, "").match(/^(\w+)=['"]?(.*?)['"]?$/)).filter(Boolean).map((m) => [m[1], m[2]]),
  );
  return { url: settings.WEARHOUSE_URL, key: settings.WEARHOUSE_KEY, user: settings.WEARHOUSE_USER, settings, stop };
}

/** Waits until `check` is true; false when it never is. */
export async function until(check, limit = patience) {
  for (const end = Date.now() + limit; Date.now() < end; ) {
    if (await check()) return true;
    await new Promise((done) => setTimeout(done, 100));
  }
  return false;
}

/** Asks the API with the demo's key. */
export async function ask(demo, path, options = {}) {
  const answer = await fetch(demo.url + path, { ...options, headers: { "X-Open-Wearables-API-Key": demo.key, "content-type": "application/json", ...options.headers } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

export async function launch() {
  return chromium.launch({ executablePath: process.env.BROWSER, args: ["--no-sandbox"] });
}

/** A page that refuses and notes requests beyond this machine, and notes what went wrong. */
export async function openPage(browser, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems = [];
  await context.route("**/*", (route) => {
    const url = new URL(route.request().url());
    if (url.protocol === "data:" || ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname)) return route.continue();
    problems.push(`asked for ${url.origin}`);
    return route.abort();
  });
  const isIcon = (message) => message.location().url.endsWith("/favicon.ico");
  page.on("console", (message) => message.type() === "error" && !isIcon(message) && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  return { page, problems };
}

export function assert(holds, message) {
  if (!holds) throw new Error(message);
}

/** Runs the checks of a script against one demo and one browser; leaves neither behind. */
export async function checks(named) {
  const demo = await startDemo();
  const browser = await launch();
  let failed = 0;
  try {
    for (const [name, check] of Object.entries(named)) {
      try {
        await check(demo, browser);
        console.log(`ok: ${name}`);
      } catch (problem) {
        failed += 1;
        console.error(`FAILED: ${name}: ${problem.message}`);
      }
    }
  } finally {
    await browser.close();
    await demo.stop();
  }
  process.exitCode = failed ? 1 : 0;
}
