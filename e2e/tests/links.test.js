// No link of the public site is dead, and no page tells what it must not.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openSite } from "../lib/site.js";

/** More are followed by nobody; the walk is bounded. */
const MOST = 1500;
let site;

before(async () => {
  site = await openSite();
});
after(async () => {
  assert.equal(await site?.close(), 0);
});

function linksOf(html) {
  return [...html.matchAll(/(?:href|src|action)="([^"]*)"/g)]
    .map(([, link]) => link.replaceAll("&amp;", "&"))
    .filter((link) => link.startsWith("/"))
    .map((link) => link.split("#")[0]);
}

/** Filters multiply addresses without end; one step of each is enough. */
function worthFollowing(path) {
  return !path.startsWith("/api/docs/") && (path.match(/[?&]/g) ?? []).length <= 1;
}

test("every link leads to a page", async () => {
  const found = new Map([["/", "the address bar"]]);
  const dead = [];
  for (const [path, from] of found) {
    const answer = await fetch(site.origin + path, { redirect: "manual" });
    const status = answer.status;
    // Forms that post answer 405 to a get; that is no dead link.
    // A notice that a decision is no more stands where its record was, with status 410.
    const notice = status === 410 && from.startsWith("/departments/");
    if (![200, 303, 308, 405].includes(status) && !notice) dead.push(`${status} ${path} (from ${from})`);
    if (!answer.headers.get("content-type")?.startsWith("text/html")) {
      await answer.body?.cancel();
      continue;
    }
    for (const link of linksOf(await answer.text())) {
      if (!found.has(link) && worthFollowing(link) && found.size < MOST) found.set(link, path);
    }
  }
  assert.deepEqual(dead, []);
  assert.ok(found.size > 100, `only ${found.size} addresses were found`);
});

test("every anchor on the fixed pages exists", async () => {
  const missing = [];
  for (const path of ["/", "/guide/repair", "/rules", "/about", "/help/findings", "/catalogue/penalty"]) {
    const html = await (await fetch(site.origin + path)).text();
    for (const [, link] of html.matchAll(/href="([^"]*#[^"]+)"/g)) {
      const [page, anchor] = link.split("#");
      const there = page ? await (await fetch(site.origin + page.replaceAll("&amp;", "&"))).text() : html;
      if (!there.includes(`id="${decodeURIComponent(anchor)}"`)) missing.push(`${path}: ${link}`);
    }
  }
  assert.deepEqual(missing, []);
});

test("what is not public answers without a word of its content", async () => {
  for (const id of ["ended", "withdrawn", "held", "never_public_summary", "never_public_warning", "not_published"]) {
    const landmark = site.landmarks[id];
    for (const path of [`/records/${landmark.record_id}`, `/api/v1/records/${landmark.record_id}`]) {
      const answer = await fetch(site.origin + path);
      const text = await answer.text();
      assert.ok([404, 410].includes(answer.status), `${path}: ${answer.status}`);
      // Of a decision that was annulled the law wants its number told for a while, and no facts.
      if (id === "withdrawn") assert.ok(text.includes("已依法撤销"), `${path} gives no reason`);
      else assert.ok(!text.includes(landmark.document_number), `${path} tells the document number`);
      assert.ok(!text.includes(landmark.name), `${path} tells the name`);
    }
    const dossier = await (await fetch(`${site.origin}/subjects/${landmark.code}`)).text();
    assert.ok(!dossier.includes(landmark.document_number), `the dossier of ${id} tells the document number`);
  }
});

test("a person's name is found by code alone and shown masked", async () => {
  const { code, name } = site.landmarks.person_named;
  const byName = await (await fetch(`${site.origin}/api/v1/search?q=${encodeURIComponent(name)}`)).json();
  assert.deepEqual(byName.hits.filter((hit) => hit.code === code), []);
  const byCode = await (await fetch(`${site.origin}/api/v1/search?q=${code}`)).json();
  assert.equal(byCode.hits.length, 1);
  for (const path of [`/subjects/${code}`, `/api/v1/subjects/${code}`, `/search?q=${code}`]) {
    const text = await (await fetch(site.origin + path)).text();
    assert.ok(!text.includes(name), `${path} tells the name`);
  }
});
