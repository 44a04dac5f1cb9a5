// The site below a path of the district's portal: no address of it leaves the path, and the portal
// stands around every page.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { assertAccessible, assertFits, assertQuiet, assertWellFormed, picture } from "../lib/audit.js";
import { openBrowser, openPage } from "../lib/browser.js";
import { publicPages } from "../lib/pages.js";
import { openPortal } from "../lib/portal.js";
import { binary, data, openSite, today } from "../lib/site.js";

const PATH = "/credit";
const MARKUP = "<b>互动</b>";
let browser, copy, portal, site;

function set(...options) {
  return spawnSync(binary, ["district", "set", "--data", copy, "--today", today, ...options], { encoding: "utf8" });
}

before(async () => {
  copy = mkdtempSync(`${tmpdir()}/portal-`);
  cpSync(data, copy, { recursive: true });
  const done = set(
    "--path", `${PATH}/`,
    "--portal-name", "信衡区人民政府门户网站",
    "--portal-home", "https://www.xinheng.gov.example/",
    "--logo", new URL("../fixtures/logo.png", import.meta.url).pathname,
    "--header-link", "政务公开=https://www.xinheng.gov.example/zwgk/",
    "--header-link", `${MARKUP}=https://www.xinheng.gov.example/hdjl/`,
    "--footer-link", "隐私声明=https://www.xinheng.gov.example/privacy/",
    "--sponsor", "信衡区人民政府办公室",
    "--icp", "虚ICP备00000000号",
    "--police", "虚公网安备 00000000000000号",
    "--site-code", "9900000000",
  );
  assert.equal(done.status, 0, done.stderr);
  site = await openSite({ data: copy });
  portal = await openPortal(site, PATH);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await portal?.close();
  assert.equal(await site?.close(), 0);
  rmSync(copy, { recursive: true, force: true });
});

/** Addresses of a page, its scripts' and its forms' too; those of other sites left out. */
function linksOf(html) {
  return [...html.matchAll(/(?:href|src|action|formaction)="([^"]*)"/g)]
    .map(([, link]) => link.replaceAll("&amp;", "&"))
    .filter((link) => !/^(https?:|#|data:)/.test(link))
    .map((link) => link.split("#")[0]);
}

test("no address of the whole site leaves the path, and none is dead", async () => {
  const found = new Map([[`${PATH}/`, "the address bar"]]);
  const wrong = [];
  for (const [path, from] of found) {
    const answer = await fetch(portal.origin + path, { redirect: "manual" });
    const notice = answer.status === 410 && from.startsWith(`${PATH}/departments/`);
    if (![200, 303, 308, 405].includes(answer.status) && !notice) wrong.push(`${answer.status} ${path} (from ${from})`);
    const target = answer.headers.get("location");
    const links = target ? [target] : [];
    const kind = answer.headers.get("content-type") ?? "";
    if (kind.startsWith("text/html")) links.push(...linksOf(await answer.text()));
    else await answer.body?.cancel();
    for (const link of links) {
      const whole = new URL(link, portal.origin + path);
      const inside = whole.origin === portal.origin && (whole.pathname === PATH || whole.pathname.startsWith(`${PATH}/`));
      const twice = whole.pathname.startsWith(`${PATH}${PATH}/`);
      if (!inside || twice) wrong.push(`${link} on ${path}`);
      const next = whole.pathname + whole.search;
      const worth = !next.startsWith(`${PATH}/api/docs/`) && (next.match(/[?&]/g) ?? []).length <= 1;
      if (inside && worth && !found.has(next) && found.size < 700) found.set(next, path);
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(found.size > 100, `only ${found.size} addresses were found`);
});

test("what a program reads respects the path as well", async () => {
  const ask = async (path) => await fetch(`${portal.origin}${PATH}${path}`, { redirect: "manual" });
  const description = await (await ask("/api/v1/openapi.json")).json();
  assert.deepEqual(description.servers, [{ url: PATH }]);
  const problem = await (await ask("/api/v1/nowhere")).json();
  assert.equal(problem.help, `${PATH}/help/problems#not-found`);
  assert.equal(problem.type, problem.help);
  const findings = await (await ask("/api/v1/findings")).json();
  assert.ok(findings.findings.every((finding) => finding.help.startsWith(`${PATH}/help/findings/`)));
  const viewer = await (await ask("/api/docs/swagger-initializer.js")).text();
  assert.ok(viewer.includes(`"${PATH}/api/v1/openapi.json"`), viewer);
  assert.equal((await ask("/api/docs")).headers.get("location"), `${PATH}/api/docs/`);
  assert.equal((await ask("/records/")).headers.get("location"), `${PATH}/records`);
  assert.match(await (await ask("/robots.txt")).text(), /Disallow: \/credit\/records/);
  const form = new URLSearchParams({ size: "large", back: "/about" });
  const chosen = await fetch(`${portal.origin}${PATH}/text-size`, { method: "POST", body: form, redirect: "manual" });
  assert.equal(chosen.headers.get("location"), `${PATH}/about`);
  assert.match(chosen.headers.get("set-cookie"), /; Path=\/credit;/);
});

test("who asks the program itself outside of the path is told", async () => {
  const ask = async (path) => await fetch(site.origin + path, { redirect: "manual" });
  assert.equal((await ask("/")).headers.get("location"), `${PATH}/`);
  assert.equal((await ask("/records")).status, 404);
  assert.equal((await ask("/creditors")).status, 404);
  for (const watched of ["/healthz", "/readyz"]) assert.equal((await ask(watched)).status, 200);
  assert.equal((await fetch(`${site.office}/sign-in`)).status, 200, "those who sign in come in at the root");
});

test("a browser walks under the path without asking the portal for anything of ours", async () => {
  const { landmarks } = site;
  portal.strays.length = 0;
  for (const width of [1280, 390]) {
    const page = await openPage(browser, portal.origin, { width });
    const record = `/records/${landmarks.current.record_id}`;
    for (const [name, path] of [["home", "/"], ["record", record], ["about", "/about"], ["map", "/site-map"], ["verify", "/verify"]]) {
      await page.goto(PATH + path);
      await assertWellFormed(page, name);
      await assertFits(page, `${name} ${width}`);
      await assertAccessible(page, `${name} ${width}`);
      await picture(page, `portal-${name}-${width}`);
      const bar = page.locator(".portal-bar");
      assert.ok((await bar.innerText()).includes(MARKUP), "markup in a setting is text");
      assert.equal(await bar.locator("b").count(), 0);
      const logo = bar.locator("img");
      assert.ok(await logo.evaluate((img) => img.complete && img.naturalWidth > 0), "the logo is there");
      const footer = await page.locator(".site-footer").innerText();
      for (const stated of ["主办单位", "网站标识码：9900000000", "备案号", "公安备案号", "网站地图", "隐私声明"]) {
        assert.ok(footer.includes(stated), `${name}: ${stated}`);
      }
    }
    // Names while they are typed come from below the path.
    await page.goto(`${PATH}/`);
    const answered = page.waitForResponse((reply) => reply.url().includes("/api/v1/search"));
    await page.locator("input[name=q]").pressSequentially("如意");
    const reply = await answered;
    assert.ok(reply.url().startsWith(`${portal.origin}${PATH}/api/v1/search`) && reply.ok(), reply.url());
    await page.locator("main form[role=search] button").click();
    assert.match(page.url(), /\/credit\/search\?q=/);
    assertQuiet(page, `portal ${width}`);
    await page.context().close();
  }
  assert.deepEqual(portal.strays, []);
});

test("a printed record's proof leads through the portal and back to the record", async () => {
  const page = await openPage(browser, portal.origin);
  await page.goto(`${PATH}/records/${site.landmarks.current.record_id}`);
  const link = page.locator("#proof a").first();
  const address = await link.innerText();
  assert.ok(address.startsWith(`https://127.0.0.1`) || address.startsWith(portal.origin), address);
  assert.match(address, /\/credit\/verify\/[a-z0-9]{4}(-[a-z0-9]{4}){3}$/);
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator(".print-head svg").isVisible(), "the code to be photographed is printed");
  await picture(page, "portal-record-printed");
  await page.emulateMedia({ media: "screen" });
  await link.click();
  assert.match(await page.locator("h1").innerText(), /凭证真实，内容没有变化/);
  await picture(page, "portal-proof-current");
  await assertAccessible(page, "proof");
  const download = page.waitForEvent("download");
  await page.locator("main p a[href*='/records/']").first().click();
  await page.locator("#proof a", { hasText: "下载凭证文件" }).click();
  const file = await (await download).path();
  const text = readFileSync(file, "utf8");
  for (const [content, told] of [
    [text, "内容相符"],
    [text.replace("\"公示止\",\"20", "\"公示止\",\"19"), "内容不符"],
  ]) {
    await page.goto(`${PATH}/verify`);
    await page.locator("#file").setInputFiles({ name: "proof.json", mimeType: "application/json", buffer: Buffer.from(content) });
    await page.locator("button", { hasText: "核验文件" }).click();
    assert.ok((await page.locator("main").innerText()).includes(told), told);
  }
  await page.goto(`${PATH}/verify?code=AAAA+aaaa+aaaaaaaa`);
  assert.match(await page.locator("h1").innerText(), /没有这张凭证/);
  await page.context().close();
});

test("settings that are not in order are refused with the reason", () => {
  for (const [options, told] of [
    [["--path", "credit"], "应当以“/”开头"],
    [["--path", "/credit//"], "多了一个“/”"],
    [["--path", "/../credit"], "“..”"],
    [["--path", "/credit?a=b"], "问号"],
    [["--logo", new URL("../lib/portal.js", import.meta.url).pathname], "不是 PNG 文件"],
    [["--header-link", "首页=javascript:alert(1)"], "https://"],
    [["--portal-home", ""], "要一起写"],
  ]) {
    const done = set(...options);
    assert.notEqual(done.status, 0, options.join(" "));
    assert.ok((done.stderr + done.stdout).includes(told), `${options.join(" ")}: ${done.stderr}`);
  }
});

test("a guide shows no record, and every page that stays is whole", async () => {
  const place = mkdtempSync(`${tmpdir()}/guide-`);
  cpSync(data, place, { recursive: true });
  const done = spawnSync(binary, ["district", "set", "--data", place, "--today", today, "--publicity", "guide", "--platform", "https://credit.example/"]);
  assert.equal(done.status, 0, String(done.stderr));
  const guide = await openSite({ data: place });
  const page = await openPage(browser, guide.origin);
  try {
    for (const { path } of publicPages(guide)) {
      const answer = await fetch(guide.origin + path);
      const text = await answer.text();
      const ofRecords = /^\/(records|subjects|search)/.test(path);
      if (ofRecords) {
        assert.equal(answer.status, 404, path);
        assert.ok(text.includes("这里不显示单位的信用信息") && text.includes('href="https://credit.example/"'), path);
      }
    }
    for (const path of ["/api/v1/records", `/api/v1/subjects/${guide.landmarks.busy.code}`, "/api/v1/search?q=%E5%A6%82%E6%84%8F"]) {
      const problem = await (await fetch(guide.origin + path)).json();
      assert.deepEqual([problem.status, problem.code], [404, "published-elsewhere"], path);
      assert.ok(problem.refusal.remedy.includes("https://credit.example/"));
    }
    for (const [name, path] of [["home", "/"], ["reason", "/records"], ["departments", "/departments"]]) {
      await page.goto(path);
      await assertWellFormed(page, name);
      await assertAccessible(page, `guide ${name}`);
      await picture(page, `guide-${name}`);
      assert.equal(await page.locator("nav[aria-label=主要栏目] a[href='/records']").count(), 0);
    }
    assertQuiet(page, "guide");
  } finally {
    await page.context().close();
    assert.equal(await guide.close(), 0);
    rmSync(place, { recursive: true, force: true });
  }
});
