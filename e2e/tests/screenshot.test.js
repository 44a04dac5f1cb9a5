// The README's picture, taken only when asked for (`make golden`): pictures differ from machine
// to machine by a few points, so they are no test.
import { test } from "node:test";
import { openBrowser, openPage } from "../lib/browser.js";
import { openSite } from "../lib/site.js";

const path = process.env.XINHENG_SCREENSHOT;

test("a picture of a record", { skip: path ? false : "only with make golden" }, async () => {
  const site = await openSite();
  const browser = await openBrowser();
  const page = await openPage(browser, site.origin, { width: 1280 });
  await page.goto(`/records/${site.landmarks.current.record_id}`);
  await page.screenshot({ path, clip: { x: 0, y: 0, width: 1280, height: 1000 }, animations: "disabled" });
  await browser.close();
  await site.close();
});
