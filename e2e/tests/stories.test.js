// Five procedures played from the first step to the last by their people, through the pages alone and
// without scripts: each letter is opened, fetched as a Word file and served; the pages of the parties
// are audited where they stand.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { assertAccessible, assertFits, assertQuiet, assertWellFormed, picture } from "../lib/audit.js";
import { openBrowser, openPage } from "../lib/browser.js";
import { openSite, today } from "../lib/site.js";

let site, browser, people, penalties;

before(async () => {
  site = await openSite();
  browser = await openBrowser();
  people = {};
  for (const login of ["officer", "head", "counter", "market-clerk", "market-responsible"]) people[login] = await enter(login);
  penalties = await repairable();
});
after(async () => {
  await browser?.close();
  assert.equal(await site?.close(), 0);
});

async function enter(login, options = { javaScriptEnabled: false }) {
  const page = await openPage(browser, site.office, options);
  await page.goto("/");
  await page.locator(`button[value="${login}"]`).click();
  await page.waitForURL(`${site.office}/`);
  return page;
}

const main = (page) => page.locator("main").innerText();

/** Public penalties of one unit that may be repaired by now and have no case: each story takes its own. */
async function repairable() {
  const page = await openPage(browser, site.origin, { javaScriptEnabled: false });
  await page.goto("/records?department=scjg&item=penalty");
  const links = await page.locator('main a[href^="/records/"]').evaluateAll((all) => all.map((a) => a.pathname));
  const found = [];
  for (const path of new Set(links)) {
    await page.goto(path);
    const text = await main(page);
    if (text.includes("已经可以申请修复") && !text.includes("办理中") && !text.includes("处理中")) found.push(path.split("/").pop());
    if (found.length === 2) return found;
  }
  throw new Error(`the demo has ${found.length} penalties that may be repaired`);
}

/** Fills in one step's form and sends it. */
async function send(page, step, fields) {
  const form = page.locator("form", { has: page.locator(`input[name="step"][value="${step}"]`) });
  const around = page.locator("details", { has: form });
  if ((await around.getAttribute("open")) === null) await around.locator("summary").click();
  for (const [id, value] of Object.entries(fields)) {
    const control = form.locator(`[name="field-${id}"]`);
    if ((await control.evaluate((c) => c.tagName)) === "SELECT") await control.selectOption(value);
    else await control.fill(value);
  }
  await form.getByRole("button").click();
}

/** Takes a step of a case as somebody; it must be done. */
async function take(login, at, step, fields = {}) {
  const page = people[login];
  await page.goto(at);
  await send(page, step, fields);
  assert.match(await main(page), /已经办理/, `${step} by ${login}`);
  return page;
}

/** Begins a case; its address. */
async function begin(login, kind, about, fields) {
  const page = people[login];
  await page.goto(`/cases/new?kind=${kind}&about=${about}`);
  await send(page, "open", fields);
  assert.match(await main(page), /已经办理/, `open ${kind}`);
  return new URL(page.url()).pathname;
}

/** What a case offers somebody: the titles of its steps, those that are refused apart. */
async function offered(login, at) {
  const page = people[login];
  await page.goto(at);
  const all = await page.locator("details.step > summary").allInnerTexts();
  return { now: all.filter((s) => !s.includes("现在不能办理")), later: all.filter((s) => s.includes("现在不能办理")) };
}

/** The last letter of a case is read, fetched as a Word file, looked at, and its service entered. */
async function serve(login, at, letter, words, name) {
  const page = people[login];
  await page.goto(at);
  await page.locator('a[href*="/letters/"]').last().click();
  const text = await page.locator("article.letter").innerText();
  for (const word of words) assert.match(text, word);
  assert.doesNotMatch(text, /[{}]/, "a place of the text was not filled");
  await assertWellFormed(page, `letter ${name}`);
  await picture(page, `letter-${name}`);
  const waiting = page.waitForEvent("download");
  await page.getByRole("link", { name: "下载 Word 文件" }).click();
  const download = await waiting;
  assert.match(download.suggestedFilename(), /\.docx$/);
  const path = new URL(`../out/letter-${name}.docx`, import.meta.url).pathname;
  await download.saveAs(path);
  assert.equal(readFileSync(path).subarray(0, 2).toString(), "PK");
  await take(login, at, `serve-${letter}`, { SERVICE_WAY: "直接送达", SERVED_ON: today, SERVICE_PROOF: "送达回证一份" });
  assert.match(await main(page), /直接送达/);
}

/** A page of a case holds for everybody: wide and narrow, with scripts, by axe. */
async function audited(login, paths, name) {
  const page = await enter(login, { width: 390 });
  for (const [number, path] of paths.entries()) {
    await page.goto(path);
    await assertWellFormed(page, path);
    await assertFits(page, path);
    await assertAccessible(page, path);
    await picture(page, `story-${name}-${number}-390`);
  }
  assertQuiet(page, name);
}

test("objection: registered at the counter, passed on with a letter, upheld by the unit", async () => {
  const [record] = penalties;
  const at = await begin("counter", "objection", record, {
    MATTER: "内容",
    CLAIM: "罚款一千元",
    WHY: "附处罚决定书复印件一份",
  });
  assert.deepEqual((await offered("counter", at)).now, [], "the counter registers and decides nothing");
  await take("officer", at, "forward");
  await serve("officer", at, "forward", [/提出异议/, /请于\d{4}年\d+月\d+日前核实/], "objection-forward");
  assert.ok(!(await offered("officer", at)).now.includes("异议成立"), "the office does not decide");
  // The evidence is attached, is fetched as it was, and a file that lies about its kind is refused.
  const responsible = people["market-responsible"];
  await responsible.goto(at);
  const pdf = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
  await responsible.getByLabel("添加材料").setInputFiles({ name: "决定书.pdf", mimeType: "application/pdf", buffer: pdf });
  await responsible.getByRole("button", { name: "添加", exact: true }).click();
  const file = responsible.getByRole("link", { name: "决定书.pdf" });
  const waiting = responsible.waitForEvent("download");
  await file.click();
  assert.deepEqual(readFileSync(await (await waiting).path()), pdf);
  await responsible.goto(at);
  await responsible.getByLabel("添加材料").setInputFiles({ name: "照片.png", mimeType: "image/png", buffer: pdf });
  await responsible.getByRole("button", { name: "添加", exact: true }).click();
  assert.match(await main(responsible), /PDF/);
  assert.equal(await responsible.locator("a", { hasText: "照片.png" }).count(), 0);

  await take("market-responsible", at, "uphold", { FOUND: "决定书载明罚款一千元，报送时填写有误" });
  await serve("market-responsible", at, "upheld", [/经核实成立/, /填写有误/], "objection-upheld");
  const shown = await openPage(browser, site.origin, { javaScriptEnabled: false });
  await shown.goto(`/records/${record}`);
  assert.match(await main(shown), /异议处理中/);
  await shown.context().close();
  await audited("officer", [at, `${at}/letters/1`, "/letters"], "objection");
});

test("repair: told, accepted and granted by the unit; the page lets go the same day", async () => {
  const record = penalties[1];
  const at = await begin("officer", "repair", record, { NUMBER: "XF2026112001", APPLIED: today });
  assert.deepEqual(
    (await offered("officer", at)).now.filter((s) => /受理$|准予/.test(s)),
    [],
    "the office neither accepts nor grants",
  );
  await take("market-responsible", at, "accept");
  await serve("market-responsible", at, "accepted", [/予以受理/, /XF2026112001/, /前作出决定/], "repair-accepted");
  const granted = await take("market-responsible", at, "grant", { GRANTED: "准予信用修复决定书（演示），2026年11月20日" });
  assert.match(await main(granted), /准予修复/);
  await serve("market-responsible", at, "granted", [/准予修复/, /终止公示/], "repair-granted");
  const shown = await openPage(browser, site.origin, { javaScriptEnabled: false });
  await shown.goto(`/records/${record}`);
  assert.match(await main(shown), /修复|停止公示|不再公示/);
  await shown.goto("/records?department=scjg&item=penalty");
  assert.equal(await shown.locator(`main a[href="/records/${record}"]`).count(), 0, "no list shows it");
  await shown.context().close();
  await audited("market-responsible", [at, `${at}/letters/1`, "/cases"], "repair");
});

test("code fault: the unit looks first, the assigner decides, the receipt and the register close it", async () => {
  const at = await begin("officer", "code-fault", "scjg", {
    CODE: "91990102MA0CNJB21X",
    FAULT: "校验码错误",
    FOUND: "一条行政许可中的代码校验码不符，名称为衡川样例商贸有限公司（虚构）",
  });
  await take("market-clerk", at, "carried", { CARRIER: "证照", CARRIED: "营业执照影印件上就是这一代码" });
  const early = await offered("officer", at);
  assert.ok(early.later.some((s) => s.includes("转赋码机关")), "no letter before it is known who bears the code");
  await take("officer", at, "body", { BODY_NAME: "衡川样例商贸有限公司", BODY_NUMBER: "990102600000909" });
  await take("officer", at, "forward", { ASSIGNER: "衡川市信衡区市场监督管理局" });
  await serve("officer", at, "forward", [/91990102MA0CNJB21X/, /校验码错误/], "code-fault-forward");
  const page = people["market-responsible"];
  await page.goto(at);
  await send(page, "decide", { FLAG: "重新赋码", PAPER: "关于重新赋码的函（盖章件）" });
  assert.match(await main(page), /应当填写重新赋予的代码/, "a new code is asked for");
  await take("market-responsible", at, "decide", {
    FLAG: "重新赋码",
    PAPER: "关于重新赋码的函（盖章件）",
    RIGHT: "91990102MA0CNJB219",
  });
  assert.ok((await offered("officer", at)).later.some((s) => s.includes("回传表")), "the licence comes first");
  await take("market-responsible", at, "licence", { LICENCE: "已通知换发营业执照" });
  await take("officer", at, "return", { RETURNED: "重错码回传表（2026年第4期）" });
  await take("officer", at, "accepted", { RECEIPT: "代码中心回执（演示）" });
  const closed = await take("officer", at, "verified", { SEEN: "2026年11月登记名录，代码为91990102MA0CNJB219" });
  assert.match(await main(closed), /登记名录已更正/);
  await audited("officer", [at], "code-fault");
});

test("arrears: passed on, paid by instalments that add up, confirmed by the creditor", async () => {
  const at = await begin("officer", "arrears", "scjg", {
    CREDITOR: "91990102MA0CNJB219",
    DEBTOR: "信衡区样例集团（虚构）",
    CONTRACT: "HT-2026-018",
    CLAIMED: "30",
    PAPERS: "合同和对账单各一份",
  });
  await take("officer", at, "accept");
  await serve("officer", at, "forward", [/无录信息技术有限公司（统一社会信用代码：91990102MA0CNJB219）投诉/, /300,000元/, /前办理完毕/], "arrears-forward");
  const page = people["market-responsible"];
  await take("market-responsible", at, "plan", { PAY_BY: "2026-12-20", AMOUNT: "10.5" });
  const early = await offered("market-responsible", at);
  assert.ok(early.later.some((s) => s.includes("还款计划成立")), "a plan that does not add up is no plan");
  assert.match(await main(page), /105,000元/, "an amount is told in yuan, whatever it was typed in");
  await take("market-responsible", at, "plan", { PAY_BY: "2027-01-20", AMOUNT: "19.5" });
  await take("market-responsible", at, "agree", { ANSWER: "分两期支付，每期按期付清" });
  await serve("market-responsible", at, "plan", [/办理结果/, /分两期支付/], "arrears-plan");
  await take("market-responsible", at, "pay", { PAID_ON: today, PAID: "10.5", VOUCHER: "转账凭证一（虚构）" });
  await page.goto(at);
  await send(page, "pay", { PAID_ON: today, PAID: "19.6", VOUCHER: "转账凭证二（虚构）" });
  assert.match(await main(page), /付款合计超过拖欠金额/);
  await take("market-responsible", at, "pay", { PAID_ON: today, PAID: "19.5", VOUCHER: "转账凭证二（虚构）" });
  await take("market-responsible", at, "all-paid");
  const closed = await take("officer", at, "confirm", { CONFIRMED: "债权人书面确认收到全部款项" });
  assert.match(await main(closed), /已结清/);
  await audited("market-responsible", [at, `${at}/letters/2`], "arrears");
});

test("public question: asked without a name, drafted by the unit, released by the office, published", async () => {
  const asker = await openPage(browser, site.origin, { javaScriptEnabled: false });
  await asker.goto("/ask/public-question");
  await asker.getByLabel("问题").fill("公示满三个月的罚款怎样申请修复？我的电话是13900000000");
  await asker.getByRole("button", { name: "提交问题" }).click();
  assert.match(await main(asker), /已经收到，请保存链接/);
  assert.doesNotMatch(await main(asker), /13900000000/, "a number of a person is masked before it is kept");
  const link = new URL(asker.url()).pathname;

  const officer = people.officer;
  await officer.goto("/cases");
  await officer.getByRole("row").filter({ hasText: "提问" }).filter({ hasText: "等待分类" }).first().getByRole("link").first().click();
  let at = new URL(officer.url()).pathname;
  // The newest question is ours; older ones of the demo may wait as well.
  if (!(await main(officer)).includes("公示满三个月的罚款")) {
    await officer.goto("/cases/all?kind=public-question");
    for (const path of await officer.locator("main tbody a").evaluateAll((all) => all.map((a) => a.pathname))) {
      await officer.goto(path);
      if ((await main(officer)).includes("公示满三个月的罚款")) at = path;
    }
  }
  await take("officer", at, "to-unit", { UNIT: "衡川市信衡区市场监督管理局" });
  await take("market-clerk", at, "draft", { DRAFT: "最短公示期满以后在规定的网站申请，不收取费用。" });
  await asker.goto(link);
  assert.doesNotMatch(await main(asker), /不收取费用/, "a draft is no answer");
  await take("officer", at, "release", { ANSWER: "最短公示期满以后在规定的网站申请，不收取费用。" });
  await asker.goto(link);
  assert.match(await main(asker), /不收取费用/);
  await take("officer", at, "publish", {
    HEADING: "公示满三个月的罚款怎样申请修复",
    PUBLIC_ANSWER: "最短公示期满以后在规定的网站申请，不收取费用。",
  });
  await asker.goto("/answers");
  assert.match(await main(asker), /公示满三个月的罚款怎样申请修复/);
  const guessed = await asker.goto("/asked/abcdefghjkmnpqrstvwxyz0123456789");
  assert.equal(guessed.status(), 404, "a guessed link opens nothing");

  const narrow = await openPage(browser, site.origin, { width: 390 });
  for (const [number, path] of ["/ask", "/ask/public-question", "/ask/page-report", link, "/answers"].entries()) {
    await narrow.goto(path);
    await assertWellFormed(narrow, path);
    await assertFits(narrow, path);
    await assertAccessible(narrow, path);
    await picture(narrow, `story-question-${number}-390`);
  }
  assertQuiet(narrow, "questions");
});
