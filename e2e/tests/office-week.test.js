// A week at the desks: prepared by a clerk, released by a reviewer, sent above and answered, watched by
// the office and the three administrators.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { assertAccessible, assertFits, assertQuiet, assertWellFormed, picture } from "../lib/audit.js";
import { openBrowser, openPage } from "../lib/browser.js";
import { openSite } from "../lib/site.js";

const faulty = readFileSync(new URL("../fixtures/faulty.csv", import.meta.url), "utf8");

let site, browser;

before(async () => {
  site = await openSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  assert.equal(await site?.close(), 0);
});

async function enter(login, options) {
  const page = await openPage(browser, site.office, options);
  await page.goto("/sign-in");
  await page.locator(`button[value="${login}"]`).click();
  await page.waitForURL(`${site.office}/`);
  return page;
}

/** The page is as every page must be, at the width of a desk and of a telephone. */
async function look(page, name) {
  await assertWellFormed(page, name);
  await assertAccessible(page, name);
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await assertFits(page, `${name} at ${width}`);
    await picture(page, `office-week-${name}-${width}`);
  }
}

/** Another file than those of other tests: other numbers of documents. */
function file(name, from) {
  const text = faulty.replaceAll(/〔2026〕1(\d\d)号/g, (_, n) => `〔2026〕${from + Number(n)}号`);
  return { name, mimeType: "text/csv", buffer: Buffer.from(text) };
}

/** Goes on by the tabulator until the focus stands on what the selector names. */
async function tabTo(page, selector) {
  for (let step = 0; step < 400; step++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  assert.fail(`the keyboard does not reach ${selector}`);
}

test("a week: prepared by keyboard, corrected by row, released, sent above, answered, watched", async () => {
  // Monday: the clerk uploads, with a bar that tells how far it is.
  const clerk = await enter("clerk");
  await clerk.goto("/hand-in");
  await clerk.getByLabel("表格文件").setInputFiles(file("本周处罚.csv", 700));
  await clerk.getByLabel("表格文件").focus();
  await tabTo(clerk, "form[data-progress] button[type=submit]");
  await clerk.keyboard.press("Enter");
  await clerk.waitForURL(/\/hand-in\/[^/]+$/);
  const at = new URL(clerk.url()).pathname;
  await look(clerk, "hand-in");
  // A cell of which nothing is said is corrected as well, without the mouse.
  await tabTo(clerk, `a[href="${at}/rows"].button`);
  await clerk.keyboard.press("Enter");
  await clerk.waitForURL(/\/rows$/);
  await look(clerk, "rows");
  await tabTo(clerk, 'tbody a[href*="/row?at="]');
  await clerk.keyboard.press("Enter");
  await clerk.waitForURL(/\/row\?at=/);
  await look(clerk, "row");
  const label = clerk.getByLabel("违法事实");
  await label.focus();
  await clerk.keyboard.press("ControlOrMeta+A");
  await clerk.keyboard.type("未按规定公示服务的价格");
  await tabTo(clerk, "main form button[type=submit]");
  await clerk.keyboard.press("Enter");
  await clerk.waitForURL(/saved=1/);
  assert.equal(await clerk.getByLabel("违法事实").inputValue(), "未按规定公示服务的价格");
  // And one that is faulty, in the list of what was said.
  await clerk.goto(at);
  const cell = clerk.locator(".findings input[type=text]").first();
  await cell.fill("91990102MA9X10017B");
  await clerk.getByRole("button", { name: "保存改正并重新校核" }).click();
  await clerk.waitForURL(/saved=/);
  assert.equal(await clerk.getByRole("button", { name: "报送这份文件" }).count(), 0);

  // Tuesday: the reviewer, without scripts, on a telephone.
  const reviewer = await enter("reviewer", { javaScriptEnabled: false, width: 390 });
  assert.match(await reviewer.locator("main").innerText(), /准备报送的文件/);
  await reviewer.getByRole("link", { name: "准备报送的文件" }).click();
  await reviewer.locator(`a[href="${at}"]`).click();
  await assertFits(reviewer, "the reviewer's page");
  await reviewer.getByRole("link", { name: /^新的 \d+ 条$/ }).click();
  assert.ok((await reviewer.locator("tbody tr").count()) > 0);
  await assertFits(reviewer, "the reviewer's rows");
  await reviewer.goBack();
  await reviewer.getByRole("button", { name: "报送这份文件" }).click();
  assert.match(await reviewer.locator("main").innerText(), /回执/);

  // Wednesday: the batch with its findings and its receipt; a file for the platform above.
  await clerk.goto(at);
  await clerk.locator('main a[href^="/batches/"]').click();
  await look(clerk, "batch");
  const [receipt] = await Promise.all([
    clerk.waitForEvent("download"),
    clerk.getByRole("link", { name: "下载回执" }).click(),
  ]);
  assert.match(readFileSync(await receipt.path(), "utf8"), /信衡回执/);
  await clerk.locator('main a[href*="findings?is=refused"]').click();
  await look(clerk, "findings");
  await clerk.goBack();
  await clerk.getByRole("link", { name: "按上级平台的模板生成文件" }).click();
  await look(clerk, "forward");
  await clerk.getByLabel("文本（.csv）").check();
  await clerk.getByRole("button", { name: "生成文件" }).click();
  await clerk.getByRole("heading", { name: /^已经生成，/ }).waitFor();
  await look(clerk, "made");
  const [made] = await Promise.all([
    clerk.waitForEvent("download"),
    clerk.getByRole("link", { name: "下载文件" }).first().click(),
  ]);
  const sent = readFileSync(await made.path(), "utf8");
  assert.match(sent, /〔2026〕701号/);
  assert.match(sent, /未按规定公示服务的价格/);
  await clerk.getByRole("link", { name: "查看这份文件里的各行" }).click();
  const forwarded = new URL(clerk.url()).pathname;

  // Thursday: the answer is dropped back. What was accepted and what was returned is told by row.
  const rows = sent.replace("\ufeff", "").split(/\r?\n/);
  const heads = rows[0].split(",");
  const [number, party] = ["行政处罚决定书文号", "行政相对人名称"].map((name) => heads.indexOf(name));
  const one = rows.find((row) => row.includes("〔2026〕701号")).split(",");
  const two = rows.find((row) => row.includes("〔2026〕702号")).split(",");
  const answer = [
    "行政处罚决定书文号,行政相对人名称,处理结果,错误代码,错误原因",
    [one[number], one[party], "入库成功", "", ""],
    [two[number], two[party], "失败", "1001", "名称与主数据不符"],
  ].join("\n");
  await clerk.getByLabel("上级平台的回执").setInputFiles({ name: "回执.csv", mimeType: "text/csv", buffer: Buffer.from(answer) });
  await clerk.getByRole("button", { name: "读入回执" }).click();
  await clerk.getByRole("heading", { name: /回执已经读入/ }).waitFor();
  await look(clerk, "answered");
  assert.match(await clerk.locator("main").innerText(), /名称与主数据不符/);
  await clerk.goto(`${forwarded}?is=refused`);
  assert.equal(await clerk.locator("tbody tr").count(), 1);
  await look(clerk, "forwarded");

  // Friday: the office sees every department; each count on the desk leads to its rows.
  const officer = await enter("officer");
  await look(officer, "officer");
  const links = await officer.locator(".desk-work a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  assert.ok(links.length >= 5, links.join());
  for (const href of links) {
    await officer.goto(href);
    await look(officer, `officer${href.replaceAll(/[/?=]/g, "-")}`);
  }
  await officer.goto(`${forwarded}?is=refused`);
  await officer.locator("tbody a").first().click();
  assert.match(await officer.locator("main").innerText(), /核对上级平台的回执/);
  await look(officer, "record");

  // The three administrators see acts and accounts, and nothing of the rows.
  const audit = await enter("audit");
  for (const act of ["handin.release", "forward.make", "forward.receipt", "forward.file"]) {
    await audit.goto(`/audit?act=${act}`);
    const main = await audit.locator("main").innerText();
    assert.match(main, /clerk|reviewer/, act);
    assert.ok(!main.includes("本周处罚") && !main.includes("样例一"), `${act} tells what the file holds`);
  }
  await look(audit, "audit");
  for (const [login, path] of [["system", "/accounts"], ["security", "/accounts"], ["security", "/roles"]]) {
    const page = await enter(login);
    await page.goto(path);
    await look(page, `${login}${path.replaceAll("/", "-")}`);
    for (const closed of [at, forwarded, "/batches", "/readings"]) {
      assert.equal((await page.request.get(closed)).status(), 403, `${login} ${closed}`);
    }
    await page.context().close();
  }
  for (const page of [clerk, reviewer, officer, audit]) assertQuiet(page, "a week");
});
