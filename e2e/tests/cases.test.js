// A case moves between people: an objection is registered, passed on, found right; a repair is refused
// before its day; every page of it can be used by all.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, assertFits, assertQuiet, assertWellFormed, picture } from "../lib/audit.js";
import { openBrowser, openPage } from "../lib/browser.js";
import { openSite } from "../lib/site.js";

let site, browser, record;

before(async () => {
  site = await openSite();
  browser = await openBrowser();
  record = Object.values(site.landmarks).find((mark) => mark.record_id)?.record_id;
  assert.ok(record, "the demo names a record");
});
after(async () => {
  await browser?.close();
  assert.equal(await site?.close(), 0);
});

async function enter(login, options) {
  const page = await openPage(browser, site.office, options);
  await page.goto("/");
  await page.locator(`button[value="${login}"]`).click();
  await page.waitForURL(`${site.office}/`);
  return page;
}

const main = (page) => page.locator("main").innerText();

async function looked(page, what) {
  await assertWellFormed(page, what);
  await assertFits(page, what);
  await picture(page, `office-${what.replaceAll(" ", "-")}`);
}

test("an objection goes to the unit that decided, and the public page says so", async () => {
  const officer = await enter("officer", { javaScriptEnabled: false });
  await officer.goto("/cases");
  assert.ok((await officer.locator("tbody tr").count()) > 3, "the demo's cases wait");
  await officer.getByRole("link", { name: "开始新的办件" }).click();
  await looked(officer, "case new");
  await officer.getByLabel("信用信息异议").check();
  await officer.getByLabel(/涉及的记录编号/).fill(record);
  await officer.getByRole("button", { name: "下一步" }).click();
  await officer.getByRole("button", { name: "登记异议" }).click();
  assert.match(await main(officer), /3 处需要改正/);
  await looked(officer, "case new wrong");
  await officer.getByLabel("异议的事项").selectOption("内容");
  await officer.getByLabel("认为应当是").fill("罚款一千元");
  await officer.getByLabel("理由和证明材料").fill("附处罚决定书复印件一份");
  await officer.getByRole("button", { name: "登记异议" }).click();
  assert.match(await main(officer), /已经办理。办件现在是“已收到，待转作出决定的单位”/);
  const at = new URL(officer.url()).pathname;
  const shown = await openPage(browser, site.origin, { javaScriptEnabled: false });
  await shown.goto(`/records/${record}`);
  assert.match(await main(shown), /异议处理中/);
  await officer.goto(at);
  await officer.locator("summary", { hasText: "转作出决定的单位" }).click();
  await officer.getByRole("button", { name: "转作出决定的单位" }).click();
  assert.match(await main(officer), /由作出决定的单位核实/);
  await looked(officer, "case 1280");

  const narrow = await enter("officer", { width: 390 });
  await narrow.goto(at);
  await looked(narrow, "case 390");
  await assertAccessible(narrow, "case");
  for (const path of ["/cases", "/cases/all", `/cases/new?kind=repair&about=${record}`]) {
    await narrow.goto(path);
    await assertWellFormed(narrow, path);
    await assertFits(narrow, path);
    await assertAccessible(narrow, path);
    await picture(narrow, `office-cases${path.replaceAll(/[/?=&]/g, "-").slice(0, 40)}-390`);
  }
  assertQuiet(narrow, "cases");
});

test("a case of another department is not shown", async () => {
  const clerk = await enter("clerk", { javaScriptEnabled: false });
  await clerk.goto("/cases/all");
  const lines = (await clerk.locator("tbody").allInnerTexts()).join("\n");
  assert.doesNotMatch(lines, /市场监督管理局/);
  const response = await clerk.goto(`/cases/d:nobody-abcdefghjkmn`);
  assert.equal(response.status(), 404);
});
