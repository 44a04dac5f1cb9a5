// A clerk checks a file: on the page, by the interface and by the command, with the same bytes.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertAccessible, assertFits, assertQuiet, picture } from "../lib/audit.js";
import { openBrowser, openPage } from "../lib/browser.js";
import { binary, data, openSite, today } from "../lib/site.js";

const file = new URL("../fixtures/faulty.csv", import.meta.url).pathname;
let site, browser;

before(async () => {
  site = await openSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  assert.equal(await site?.close(), 0);
});

async function upload(page, path) {
  await page.goto("/check");
  await page.getByLabel("表格文件").setInputFiles(path);
  await page.getByRole("button", { name: "开始校核" }).click();
  await page.waitForURL(/\/check\/.+/);
}

async function remove(page) {
  const button = page.getByRole("button", { name: "马上删除这份结果" });
  if (!(await button.isVisible())) await page.getByText("更多", { exact: true }).click();
  await button.click();
}

for (const [width, javaScriptEnabled] of [[1280, true], [390, false]]) {
  test(`at ${width} pixels, scripts ${javaScriptEnabled ? "on" : "off"}: a faulty file gets its findings, and they can be taken away`, async () => {
    const page = await openPage(browser, site.origin, { width, javaScriptEnabled });
    await upload(page, file);
    const main = await page.locator("main").innerText();
    assert.match(main, /统一社会信用代码/);
    assert.ok(!main.includes("990101199001011"), "an identity number is shown");
    await picture(page, `check-result-${width}`);
    await assertFits(page, "check result");
    if (javaScriptEnabled) await assertAccessible(page, "check result");

    assert.match(main, /下载批注后的工作簿\s*下载问题清单（Excel）/);
    assert.match(main, /批注后的工作簿加密存放，和这份结果一起保留到 .*自动删除/);
    // Fetched as the browser would: Debian's headless Chromium cancels what it should save.
    const take = async (name) => {
      const answer = await page.request.get(await page.getByRole("link", { name }).getAttribute("href"));
      assert.match(answer.headers()["content-disposition"] ?? "", /^attachment/, name);
      return await answer.body();
    };
    const folder = mkdtempSync(join(tmpdir(), "xinheng-e2e-"));
    const back = join(folder, "back.xlsx");
    const annotated = spawnSync(binary, ["check", file, "--data", data, "--today", today, "--out", back], { encoding: "utf8" });
    assert.equal(annotated.status, 1, annotated.stderr);
    assert.deepEqual(await take("下载批注后的工作簿"), readFileSync(back), "the workbook is the command's");
    rmSync(folder, { recursive: true });
    assert.equal((await take("下载问题清单（Excel）")).subarray(0, 2).toString(), "PK");
    await page.getByText("更多", { exact: true }).click();
    const taken = (await take("JSON Lines")).toString();
    // With the deployment's folder, so that all three use the same rulebook.
    const command = spawnSync(binary, ["check", file, "--data", data, "--today", today, "--output", "json"], { encoding: "utf8" });
    assert.equal(command.status, 1, command.stderr);
    assert.equal(taken, command.stdout, "the page and the command say the same");
    const form = new FormData();
    form.append("file", new Blob([readFileSync(file)]), "faulty.csv");
    const told = await fetch(`${site.origin}/api/v1/check`, { method: "POST", body: form });
    assert.equal(await told.text(), command.stdout, "the interface and the command say the same");
    const lines = taken.trim().split("\n").map((line) => JSON.parse(line));
    const { summary } = lines.pop();
    assert.equal(summary.rows, 6);
    assert.equal(summary.accepted + summary.refused + summary.set_aside, summary.rows);
    assert.equal(summary.set_aside, 1);
    assert.equal(summary.findings, lines.length);
    assert.ok(summary.refused >= 3, JSON.stringify(summary));
    assertQuiet(page, "check");

    await page.getByRole("link", { name: /^怎样改/ }).last().click();
    await page.waitForURL(/\/help\/findings\//);
    await page.goBack();
    await remove(page);
    assert.notEqual((await page.request.get(page.url())).status(), 500);
    await page.context().close();
  });
}

test("a result is gone once it is deleted", async () => {
  const page = await openPage(browser, site.origin);
  await upload(page, file);
  const address = page.url();
  await remove(page);
  await page.waitForURL((url) => url.href !== address);
  assert.ok([404, 410].includes((await page.goto(address)).status()));
  await page.context().close();
});

test("the command, run twice, writes the same bytes", () => {
  const run = () => spawnSync(binary, ["check", file, "--today", today, "--output", "json"]).stdout;
  assert.deepEqual(run(), run());
});

test("a form without a file says what is missing, and keeps the reader on the page", async () => {
  const page = await openPage(browser, site.origin, { javaScriptEnabled: false });
  await page.goto("/check");
  // The browser itself asks for a file; a reader whose browser does not must get words.
  await page.locator("#file").evaluate((input) => input.removeAttribute("required"));
  await page.getByRole("button", { name: "开始校核" }).click();
  const error = page.getByRole("alert");
  assert.match(await error.innerText(), /文件/);
  await error.getByRole("link").click();
  assert.match(page.url(), /#file$/);
  assert.equal(await page.locator("#file").getAttribute("aria-describedby"), "file-hint file-error");
  await page.context().close();
});

test("a file that is no table is refused in words", async () => {
  const folder = mkdtempSync(join(tmpdir(), "xinheng-e2e-"));
  const picture = join(folder, "照片.csv");
  execFileSync("sh", ["-c", `head -c 4000 "${binary}" > "${picture}"`]);
  const page = await openPage(browser, site.origin);
  await upload(page, picture);
  assert.match(await page.locator("main").innerText(), /\p{Script=Han}{6}/u);
  await assertAccessible(page, "refused file");
  await page.context().close();
  rmSync(folder, { recursive: true });
});
