// Those who sign in: each role's pages, and a withholding by two people.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, assertFits, assertQuiet, assertWellFormed, picture } from "../lib/audit.js";
import { openBrowser, openPage } from "../lib/browser.js";
import { openSite } from "../lib/site.js";

const faulty = new URL("../fixtures/faulty.csv", import.meta.url).pathname;

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
  await page.goto("/");
  assert.match(page.url(), /sign-in/);
  await page.locator(`button[value="${login}"]`).click();
  await page.waitForURL(`${site.office}/`);
  return page;
}

const people = {
  clerk: ["/", "/account", "/hand-in", "/hand-in/one?item=penalty", "/batches"],
  responsible: ["/", "/roster"],
  officer: ["/", "/records/held", "/records/withheld", "/records/look", "/departments"],
  auditor: ["/", "/samples", "/samples?item=penalty&size=5&seed=2026134&purpose=%E6%8A%BD%E6%9F%A5"],
  security: ["/accounts", "/roles", "/auditors"],
  system: ["/accounts"],
  audit: ["/audit"],
};

for (const [width, javaScriptEnabled] of [[1280, true], [390, false]]) {
  test(`at ${width} pixels, scripts ${javaScriptEnabled ? "on" : "off"}: every desk is well formed, fits and can be used by all`, async () => {
    const door = await openPage(browser, site.office, { width, javaScriptEnabled });
    await door.goto("/sign-in");
    await assertWellFormed(door, "sign-in");
    await assertFits(door, "sign-in");
    await picture(door, `office-sign-in-${width}`);
    for (const [login, paths] of Object.entries(people)) {
      const page = await enter(login, { width, javaScriptEnabled });
      for (const path of paths) {
        const what = `${login} ${path} ${width}`;
        await page.goto(path);
        await assertWellFormed(page, what);
        await assertFits(page, what);
        if (javaScriptEnabled) await assertAccessible(page, what);
        await picture(page, `office-${login}${path.replaceAll(/[/?=]/g, "-")}-${width}`);
      }
      assertQuiet(page, login);
      await page.context().close();
    }
  });
}

test("a record is withheld by one person and shown again by another", async () => {
  const officer = await enter("officer", { javaScriptEnabled: false });
  const id = Object.values(site.landmarks).find((mark) => mark.record_id)?.record_id;
  assert.ok(id, "the demo names a record");
  await officer.goto("/records/look");
  await officer.getByLabel("记录编号").fill(id);
  await officer.getByLabel("用途").first().fill("核实投诉");
  await officer.getByRole("button", { name: "查看", exact: true }).click();
  await officer.getByRole("button", { name: "暂停公示" }).click();
  await officer.getByLabel("暂停公示的理由").fill("核实中，先暂停");
  await officer.getByRole("button", { name: "暂停公示" }).click();
  assert.match(await officer.locator("main").innerText(), /待第二人核定/);
  const gone = await fetch(`${site.origin}/records/${id}`);
  assert.equal(gone.status, 410);

  // Not by the same person.
  const restore = (page) => page.locator("details.step", { has: page.locator("summary", { hasText: /^恢复公示/ }) });
  assert.match(await restore(officer).locator("summary").innerText(), /现在不能办理/);

  const head = await enter("head", { javaScriptEnabled: false });
  await head.goto("/records/withheld");
  // Others may be withheld by cases of the demo.
  await head.locator(`tbody a[href*="${id}"]`).first().click();
  await head.getByRole("link", { name: "暂停公示" }).first().click();
  await restore(head).locator("summary").click();
  await restore(head).getByLabel("恢复公示的理由").fill("核实无误");
  await restore(head).getByRole("button", { name: "恢复公示" }).click();
  assert.match(await head.locator("main").innerText(), /已恢复公示/);
  const shown = await fetch(`${site.origin}/records/${id}`);
  assert.equal(shown.status, 200);

  const audit = await enter("audit");
  await audit.goto("/audit?act=case.step");
  const main = await audit.locator("main").innerText();
  assert.match(main, /head/);
  assert.ok(!main.includes("张设同"), "a name stands in the audit");
});

test("a file is prepared by one person and released by another", async () => {
  const clerk = await enter("clerk", { javaScriptEnabled: false });
  await clerk.goto("/hand-in");
  await clerk.getByLabel("表格文件").setInputFiles(faulty);
  await clerk.getByRole("button", { name: "上传并校核" }).click();
  assert.equal(await clerk.locator("h1").innerText(), "需要改正");
  const at = new URL(clerk.url()).pathname;
  const cell = clerk.locator(".findings input[type=text]").first();
  const name = await cell.getAttribute("name");
  await cell.fill("91990102MA9X10017B");
  await clerk.getByRole("button", { name: "保存改正并重新校核" }).click();
  assert.match(await clerk.locator("main").innerText(), /已保存 1 处改正/);
  assert.ok(name.startsWith("cell-"));
  assert.equal(await clerk.getByRole("button", { name: "报送这份文件" }).count(), 0);

  const looks = await enter("reviewer");
  await looks.goto(at);
  await assertAccessible(looks, "a prepared file");
  await looks.context().close();
  const reviewer = await enter("reviewer", { javaScriptEnabled: false, width: 390 });
  await reviewer.goto(at);
  await assertWellFormed(reviewer, "a prepared file");
  await assertFits(reviewer, "a prepared file");
  await picture(reviewer, "office-hand-in-390");
  await reviewer.getByRole("button", { name: "报送这份文件" }).click();
  assert.match(await reviewer.locator("main").innerText(), /回执/);
  await reviewer.locator('main a[href^="/batches/"]').click();
  assert.match(await reviewer.locator("main").innerText(), /已经导入/);
});

test("a roster is confirmed, and its deputy comes in", async () => {
  const responsible = await enter("responsible", { javaScriptEnabled: false });
  await responsible.goto("/roster");
  await responsible.getByLabel("账号").fill("head");
  await responsible.getByRole("button", { name: "拟定", exact: true }).click();
  assert.match(await responsible.locator("main").innerText(), /已经拟定/);
  await responsible.getByRole("button", { name: /撤回.*张设同/ }).click();
  await responsible.getByRole("button", { name: "确认人员名册" }).click();
  assert.match(await responsible.locator("main").innerText(), /已经确认人员名册/);
  const deputy = await enter("deputy", { javaScriptEnabled: false });
  assert.match(await deputy.locator("main").innerText(), /温样澄的工作台/);
});

test("an auditor draws the same sample twice and takes it along", async () => {
  const auditor = await enter("auditor", { javaScriptEnabled: false });
  await auditor.goto("/samples");
  const draw = async () => {
    await auditor.locator("select[name=item]").selectOption("penalty");
    await auditor.getByLabel("样本数").fill("5");
    await auditor.getByLabel("事先公布的种子").fill("2026134");
    await auditor.getByLabel("用途").fill("抽查准确性");
    await auditor.getByRole("button", { name: "抽取样本" }).click();
    return await auditor.locator("tbody").innerText();
  };
  const first = await draw();
  assert.equal(first, await draw());
  assert.equal(await auditor.locator("tbody tr").count(), 5);
  const download = auditor.waitForEvent("download");
  await auditor.getByRole("link", { name: /下载样本/ }).click();
  assert.match((await download).suggestedFilename(), /\.xlsx$/);
});

test("the office splits a department and assigns what it left", async () => {
  const officer = await enter("officer", { javaScriptEnabled: false });
  await officer.goto("/departments");
  const names = await officer.locator("select#department option").allInnerTexts();
  const [from, one, two] = names.slice(-3);
  await officer.getByLabel("原部门").selectOption({ label: from });
  await officer.getByLabel(one, { exact: true }).check();
  await officer.getByLabel(two, { exact: true }).check();
  await officer.getByLabel("批准文件").fill("衡信编〔2026〕3号");
  await officer.getByRole("button", { name: "办理", exact: true }).click();
  assert.match(await officer.locator("main").innerText(), /已经分设/);
  await officer.getByRole("button", { name: new RegExp(`行政处罚\\s*分派给${one}`) }).click();
  assert.match(await officer.locator("main").innerText(), /已经分派/);
  for (const width of [1280, 390]) {
    const page = await enter("officer", { width });
    await page.goto("/departments");
    await assertWellFormed(page, `departments ${width}`);
    await assertFits(page, `departments ${width}`);
    await assertAccessible(page, `departments ${width}`);
    await picture(page, `office-departments-split-${width}`);
  }
});
