// Every public page, wide and narrow, light and dark, large and printed: readable by anybody.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { assertAccessible, assertFits, assertQuiet, assertWellFormed, picture } from "../lib/audit.js";
import { openBrowser, openPage } from "../lib/browser.js";
import { firstLinks, publicPages } from "../lib/pages.js";
import { binary, openSite, today } from "../lib/site.js";

let site, browser, pages;

before(async () => {
  site = await openSite();
  browser = await openBrowser();
  pages = publicPages(site);
  const page = await openPage(browser, site.origin);
  for (const { name, from, link } of firstLinks) {
    await page.goto(from);
    pages.push({ name, path: await page.locator(link).first().getAttribute("href") });
  }
  await page.context().close();
});

after(async () => {
  await browser?.close();
  assert.equal(await site?.close(), 0, "the server ends with 0 on SIGTERM");
});

for (const width of [1280, 390]) {
  test(`at ${width} pixels every page is accessible and fits`, async (t) => {
    const page = await openPage(browser, site.origin, { width });
    for (const { name, path, status = 200 } of pages) {
      await t.test(`${name} ${path}`, async () => {
        page.faults.length = 0;
        const answer = await page.goto(path);
        assert.equal(answer.status(), status);
        await picture(page, `${name}-${width}`);
        await assertWellFormed(page, name);
        await assertFits(page, name);
        await assertAccessible(page, name);
        assertQuiet(page, name);
      });
    }
    await page.context().close();
  });
}

test("dark: contrast holds on every page", async (t) => {
  const page = await openPage(browser, site.origin, { colorScheme: "dark" });
  for (const { name, path } of pages) {
    await t.test(name, async () => {
      await page.goto(path);
      if (["home", "dossier-busy", "record-current"].includes(name)) await picture(page, `${name}-dark`);
      await assertAccessible(page, `${name} in the dark`, ["color-contrast", "link-in-text-block"]);
    });
  }
  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.notEqual(background, "rgb(255, 255, 255)", "dark mode is dark");
  await page.context().close();
});

test("large text: larger, remembered, and still within a narrow screen", async (t) => {
  const page = await openPage(browser, site.origin, { width: 390 });
  const size = () => page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));
  await page.goto("/");
  const normal = await size();
  await page.getByRole("button", { name: "大字显示" }).click();
  assert.ok((await size()) >= normal * 1.2, "the text grew by a fifth at least");
  for (const { name, path } of pages) {
    await t.test(name, async () => {
      await page.goto(path);
      await assertFits(page, `${name} in large text`);
    });
  }
  await page.goto("/");
  await picture(page, "home-large-390");
  await page.getByRole("button", { name: "恢复标准字号" }).click();
  assert.equal(await size(), normal);
  await page.context().close();
});

/** Sheets of a PDF: what its tree of pages says. */
function pagesOf(pdf) {
  return Math.max(...[...pdf.toString("latin1").matchAll(/\/Count (\d+)/g)].map(([, count]) => Number(count)));
}

describe("printed", () => {
  // A record is two sheets, a list of fifty rows three.
  for (const [id, most] of [["dossier-busy", 4], ["record-current", 2], ["record-earlier", 2], ["list-penalties", 3]]) {
    test(`${id}: black on white, without what is only for the screen`, async () => {
      const page = await openPage(browser, site.origin, { colorScheme: "dark" });
      await page.goto(pages.find(({ name }) => name === id).path);
      const heading = await page.locator("h1").innerText();
      await page.emulateMedia({ media: "print" });
      await picture(page, `${id}-print`);
      for (const hidden of [".site-nav", ".skip", ".text-size", ".no-print"]) {
        assert.equal(await page.locator(`${hidden}:visible`).count(), 0, `${hidden} is printed`);
      }
      assert.equal(await page.locator("h1").innerText(), heading);
      const [ink, paper] = await page.evaluate(() => {
        const style = getComputedStyle(document.body);
        return [style.color, style.backgroundColor];
      });
      assert.ok(["rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"].includes(paper), `paper is ${paper}`);
      const lightest = Math.max(...ink.match(/\d+/g).slice(0, 3).map(Number));
      assert.ok(lightest < 64, `ink is ${ink}`);
      const sheets = pagesOf(await page.pdf({ format: "A4", preferCSSPageSize: true }));
      assert.ok(sheets <= most, `${sheets} sheets`);
      assert.equal(await page.locator(".print-head svg").count(), 1, "a code to be photographed");
      const printed = await page.locator(".print-head").innerText();
      assert.match(printed, /\/(records|subjects)/);
      if (id.startsWith("record")) assert.match(printed, /凭证编号 [a-z2-9]{4}(-[a-z2-9]{4}){3}/, "beside its code");
      if (id === "list-penalties") assert.match(await page.locator("main").innerText(), /条中的第 1—50 条/);
      // Nothing that only leads elsewhere, and no address without its host.
      const words = await page.locator("main").innerText();
      for (const left of ["下一页", "清除条件", "×", "▶", "（/", "查看全部", "要带什么", "怎样提、期限多长"]) {
        assert.ok(!words.includes(left), `${left} is printed`);
      }
      await page.context().close();
    });
  }

  test("every penalty decided before 2026 has two sheets", async () => {
    const page = await openPage(browser, site.origin);
    const asked = await page.request.get("/api/v1/records?item=penalty&until=2025-12-31&limit=100");
    const { records } = await asked.json();
    assert.ok(records.length > 5, `${records.length} such penalties`);
    for (const { id } of records) {
      await page.goto(`/records/${id}`);
      const sheets = pagesOf(await page.pdf({ format: "A4", preferCSSPageSize: true }));
      assert.ok(sheets <= 2, `${id} has ${sheets} sheets`);
    }
    await page.context().close();
  });

  test("paper says when it was printed in the time of Beijing, wherever the machine stands", async () => {
    const page = await openPage(browser, site.origin, { timezoneId: "America/New_York" });
    await page.goto(pages.find(({ name }) => name === "record-current").path);
    const now = new Date(Date.now() + 8 * 3600e3).toISOString();
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    const told = await page.locator("[data-printed]").textContent();
    assert.match(told, /^，\d{4}-\d\d-\d\d \d\d:\d\d（北京时间）打印$/);
    assert.ok(told.includes(now.slice(0, 10)) && told.includes(` ${now.slice(11, 13)}:`), `${told}, now ${now}`);
    await page.context().close();
  });

  test("a dossier of 20,000 records: a few sheets that say how many there are", async () => {
    const folder = mkdtempSync(join(tmpdir(), "xinheng-e2e-"));
    const many = join(folder, "demo");
    const run = (...args) => {
      const done = spawnSync(binary, [...args, "--data", many, "--today", today], { encoding: "utf8", maxBuffer: 1 << 26 });
      assert.equal(done.status, 0, done.stderr || done.stdout);
      return done.stdout;
    };
    const told = JSON.parse(run("demo", "--small", "--output", "json"));
    const { code, name } = told.landmarks.find(({ id }) => id === "busy");
    const [head, row] = readFileSync(new URL("../../examples/permits-correct.csv", import.meta.url), "utf8").split("\n");
    const own = row.split(",").with(0, name).with(2, code);
    const numbered = (n) => own.with(5, own[5].replace(/\d+号/, `${n + 5000}号`)).join(",");
    const file = join(folder, "many.csv");
    writeFileSync(file, [head, ...Array.from({ length: 20_000 }, (_, n) => numbered(n))].join("\n"));
    run("import", file, "--department", "jtj");
    const there = await openSite({ data: many });
    const page = await openPage(browser, there.origin);
    await page.goto(`/subjects/${code}`);
    const scope = await page.locator('section[aria-labelledby="scope"]').innerText();
    const [, shown] = scope.match(/正在公示\s*([\d,]+)\s*条/);
    assert.ok(Number(shown.replace(",", "")) >= 20_000, scope);
    await page.emulateMedia({ media: "print" });
    const sheets = pagesOf(await page.pdf({ format: "A4", preferCSSPageSize: true }));
    assert.ok(sheets <= 4, `${sheets} sheets`);
    const words = await page.locator("main").innerText();
    assert.match(words, /本件没有列全：行政许可共 [\d,]+ 条，这里是最近的 20 条，全部见 http/, "it is told that there are more");
    assertQuiet(page, "dossier of 20,000 records");
    await page.context().close();
    assert.equal(await there.close(), 0);
    rmSync(folder, { recursive: true });
  });
});
