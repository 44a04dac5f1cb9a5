// What visitors do, with the keyboard, with a mouse, and with scripts switched off.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertFits, assertQuiet } from "../lib/audit.js";
import { openBrowser, openPage } from "../lib/browser.js";
import { openSite } from "../lib/site.js";

let site, browser;

before(async () => {
  site = await openSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  assert.equal(await site?.close(), 0);
});

/** Presses Tab until `selector` has the focus, and sees to it that the focus can be seen. */
async function tabTo(page, selector, most = 60) {
  for (let pressed = 0; pressed < most; pressed += 1) {
    await page.keyboard.press("Tab");
    const state = await page.evaluate((selector) => {
      const at = document.activeElement;
      const style = getComputedStyle(at);
      const seen = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
      return { there: at.matches(selector), seen, html: at.outerHTML.slice(0, 120) };
    }, selector);
    assert.ok(state.seen, `the focus cannot be seen on ${state.html}`);
    if (state.there) return;
  }
  assert.fail(`${selector} is not reached by Tab`);
}

test("by keyboard: skip link, search, dossier, record", async () => {
  const page = await openPage(browser, site.origin);
  await page.goto("/");
  await page.keyboard.press("Tab");
  const skip = page.locator(":focus");
  assert.equal(await skip.innerText(), "跳到正文");
  const box = await skip.boundingBox();
  assert.ok(box && box.x >= 0 && box.y >= 0 && box.height > 20, "the skip link shows when it has the focus");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await tabTo(page, "#q");
  await page.keyboard.type(site.landmarks.current.name.slice(0, 4));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search/);
  await tabTo(page, `main a[href="/subjects/${site.landmarks.current.code}"]`);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/subjects\//);
  assert.equal(await page.locator("h1").innerText(), site.landmarks.current.name);
  await tabTo(page, `main a[href="/records/${site.landmarks.current.record_id}"]`);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/records\//);
  assert.ok((await page.locator("main").innerText()).includes(site.landmarks.current.document_number));
  assertQuiet(page, "keyboard");
  await page.context().close();
});

// The same journeys with scripts and without: pages are whole without them.
for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with scripts" : "with scripts off", () => {
    let page;
    before(async () => {
      page = await openPage(browser, site.origin, { javaScriptEnabled, width: 390 });
    });
    after(async () => {
      assertQuiet(page, "journeys");
      await page.context().close();
    });

    async function look(text) {
      await page.goto("/");
      await page.getByRole("searchbox").fill(text);
      await page.getByRole("button", { name: "查询" }).click();
      await page.waitForURL(/\/search\?/);
    }

    test("two characters find a name, from anywhere in it", async () => {
      await look(site.landmarks.busy.name.slice(2, 4));
      const hits = await page.locator('main a[href^="/subjects/"]').evaluateAll((links) => links.map((a) => a.getAttribute("href")));
      assert.ok(hits.includes(`/subjects/${site.landmarks.busy.code}`));
    });

    test("a mistyped name leads to what was meant", async () => {
      const { name, code } = site.landmarks.busy;
      await look(`${name.slice(0, 3)}囗${name.slice(4)}`);
      const meant = page.locator('section[aria-labelledby="meant"]');
      assert.ok((await meant.innerText()).includes("您要找的是不是"));
      assert.ok(await meant.locator(`a[href="/subjects/${code}"]`).isVisible());
    });

    test("the beginning of a name is completed: while it is typed, or by the page of results", async () => {
      const { name, code } = site.landmarks.busy;
      if (!javaScriptEnabled) {
        await look(name.slice(0, 9));
        assert.ok(await page.locator(`main a[href="/subjects/${code}"]`).isVisible());
        assert.equal(await page.locator("datalist").count(), 0);
        return;
      }
      await page.goto("/");
      await page.locator("#q").fill(name.slice(0, 6));
      const options = page.locator("datalist option");
      await options.first().waitFor({ state: "attached" });
      const names = await options.evaluateAll((all) => all.map((option) => option.value));
      assert.ok(names.every((one) => one.includes(name.slice(0, 6))), names.join());
      // A number that may be a person's is not asked for while it is typed.
      const asked = [];
      page.on("request", (request) => asked.push(request.url()));
      await page.locator("#q").fill("张三 990101199003070015");
      await page.waitForTimeout(400);
      assert.deepEqual(asked, []);
    });

    test("a code, typed in small letters and with spaces, finds its organisation", async () => {
      const { code, name } = site.landmarks.busy;
      await look(code.toLowerCase().replace(/(.{4})/g, "$1 "));
      const exact = page.locator('section[aria-labelledby="exact"]');
      assert.ok((await exact.innerText()).includes(name));
      await exact.getByRole("link").first().click();
      assert.equal(await page.locator("h1").innerText(), name);
    });

    test("a former name leads to the present one", async () => {
      await look("旧称塑料");
      const { code, name } = site.landmarks.renamed;
      const hit = page.locator("main li", { has: page.locator(`a[href="/subjects/${code}"]`) });
      assert.match(await hit.innerText(), /曾用名/);
      await hit.getByRole("link").click();
      assert.equal(await page.locator("h1").innerText(), name);
      assert.ok((await page.locator("main").innerText()).includes("旧称塑料"));
    });

    test("an old code leads to the organisation that now has another", async () => {
      await look(site.landmarks.alias_old_code.code);
      assert.ok((await page.locator("main").innerText()).includes(site.landmarks.alias.name));
    });

    test("homonyms are listed as different organisations", async () => {
      const ids = ["homonym_1", "homonym_2", "homonym_3"];
      await look(site.landmarks.homonym_1.name);
      const main = await page.locator("main").innerText();
      for (const id of ids) {
        assert.equal(await page.locator(`main a[href="/subjects/${site.landmarks[id].code}"]`).count(), 1, id);
      }
      assert.match(main, /同名/);
      await page.goto(`/subjects/${site.landmarks.homonym_1.code}`);
      const others = page.locator(`main a[href="/subjects/${site.landmarks.homonym_2.code}"]`);
      assert.equal(await others.count(), 1, "the dossier names the other one");
    });

    test("the dossier says how many records it shows and where nothing is connected", async () => {
      await page.goto(`/subjects/${site.landmarks.busy.code}`);
      const scope = await page.locator('section[aria-labelledby="scope"]').innerText();
      const [, shown, kinds] = scope.match(/正在公示\s*(\d+)\s*条（(.*?)）/) ?? [];
      const sum = [...(kinds ?? "").matchAll(/\s(\d+)/g)].reduce((all, [, n]) => all + Number(n), 0);
      assert.equal(sum, Number(shown), scope);
      assert.ok(sum > 0, scope);
      const plot = await page.locator("figure.plot title").textContent();
      const told = [...plot.matchAll(/(\d+) 条/g)].reduce((all, [, n]) => all + Number(n), 0);
      assert.equal(told, sum, `the plot tells as many: ${plot}`);
    });

    test("a record explains itself: who, how long, what it does not mean, what can be done", async () => {
      const { record_id, document_number, code } = site.landmarks.current;
      await page.goto(`/records/${record_id}`);
      const headings = await page.locator("main h2").allInnerTexts();
      for (const heading of ["公示多久，为什么", "它不说明什么", "这家单位可以做什么", "从哪里来，是否按时"]) {
        assert.ok(headings.includes(heading), `${heading} among ${headings.join(" / ")}`);
      }
      assert.ok((await page.locator("main").innerText()).includes(document_number));
      await page.locator(`main a[href="/subjects/${code}"]`).first().click();
      assert.equal(await page.locator("h1").innerText(), site.landmarks.current.name);
    });

    test("a record that is over answers 410 and leads on", async () => {
      const answer = await page.goto(`/records/${site.landmarks.ended.record_id}`);
      assert.equal(answer.status(), 410);
      assert.ok((await page.locator("main a").count()) > 0, "no dead end");
    });

    test("a list is filtered by kind, and the filter lives in the address", async () => {
      await page.goto("/records");
      await page.locator("#f-item").selectOption("permit");
      await page.getByRole("button", { name: "筛选" }).click();
      await page.waitForURL(/item=permit/);
      const lines = await page.locator("main tbody .cell-wide").allInnerTexts();
      assert.ok(lines.length > 0, "the list is empty");
      const kind = await page.locator("main tbody td[data-label=决定]").allInnerTexts();
      assert.deepEqual(kind.filter((word) => word !== "准予许可"), []);
      const next = page.getByRole("link", { name: "下一页" });
      const first = await page.locator('main tbody a[href^="/records/"]').first().getAttribute("href");
      await next.click();
      assert.notEqual(await page.locator('main tbody a[href^="/records/"]').first().getAttribute("href"), first);
      assert.match(page.url(), /item=permit/);
    });

    test("the count of the week opens its rows, which can be searched and taken away", async () => {
      await page.goto("/");
      const link = page.getByRole("link", { name: /^查看这 / });
      const count = Number((await link.innerText()).match(/\d+/)[0]);
      await link.click();
      assert.equal(await page.locator("main tbody tr").count(), count);
      const name = await page.locator("main tbody .who").first().innerText();
      await page.locator("#f-name").fill(name.split("\n")[0].slice(0, 6));
      await page.getByRole("button", { name: "筛选" }).click();
      await page.waitForURL(/name=/);
      assert.match(page.url(), /since=/, "what was asked before still holds");
      const fewer = await page.locator("main tbody tr").count();
      assert.ok(fewer > 0 && fewer <= count);
      const file = await page.getByRole("link", { name: "CSV" }).first().getAttribute("href");
      const text = await (await fetch(new URL(file, site.origin))).text();
      assert.equal(text.trimEnd().split("\r\n").length, fewer + 1, "a header and the same rows");
    });

    test("the four answers of a record lead to their places", async () => {
      await page.goto(`/records/${site.landmarks.current.record_id}`);
      const answers = page.locator("ul.answers a");
      assert.equal(await answers.count(), 4);
      for (const href of await answers.evaluateAll((all) => all.map((a) => a.getAttribute("href")))) {
        assert.equal(await page.locator(`main ${href}`).count(), 1, href);
      }
    });

    test("an earlier day narrows and never widens", async () => {
      const { code } = site.landmarks.busy;
      const records = () => page.locator('main a[href^="/records/"]').evaluateAll((links) => links.map((a) => a.getAttribute("href").split("?")[0]));
      await page.goto(`/subjects/${code}/records`);
      const now = new Set(await records());
      await page.goto(`/subjects/${code}/records?as_of=2024-06-01`);
      const then = await records();
      assert.deepEqual(then.filter((path) => !now.has(path) && now.size < 20), []);
      await assertFits(page, "an earlier day");
    });

    test("a finding's help page is reached from the list of findings", async () => {
      await page.goto("/help/findings");
      const link = page.locator('main a[href^="/help/findings/"]').first();
      const path = await link.getAttribute("href");
      await link.click();
      await page.waitForURL(`**${path}`);
      assert.equal(await page.locator("h1").count(), 1);
    });
  });
}
