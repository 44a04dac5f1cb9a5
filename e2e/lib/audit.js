// What must hold of every page, whatever it shows.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import axe from "axe-core";

const out = new URL("../out/", import.meta.url).pathname;
mkdirSync(out, { recursive: true });

/** No violation of WCAG 2.2 AA or of axe's own good practice. Needs scripts to be on. */
export async function assertAccessible(page, what, rules) {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async (rules) => {
    const run = rules
      ? { runOnly: { type: "rule", values: rules } }
      : { runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } };
    // eslint-disable-next-line no-undef
    const result = await window.axe.run(document, { ...run, resultTypes: ["violations"] });
    return result.violations.flatMap((violation) =>
      violation.nodes.map((node) => `${violation.id}: ${node.target.join(" ")} (${node.failureSummary})`),
    );
  }, rules);
  assert.deepEqual(violations, [], `${what}: accessibility`);
}

/** Nothing scrolls sideways but what stands in a frame of its own. */
export async function assertFits(page, what) {
  const [content, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  assert.ok(content <= window, `${what}: ${content} px of content in ${window} px`);
  // In card form a table has nothing left to scroll: what is wider than its frame is cut.
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll(".table-frame:has(table.cards)")]
      .filter((frame) => matchMedia("(max-width: 47.99rem)").matches && frame.scrollWidth > frame.clientWidth)
      .map((frame) => `${frame.scrollWidth} px of cards in ${frame.clientWidth} px`),
  );
  assert.deepEqual(cut, [], `${what}: cards are cut`);
}

/** One title, one first heading, in Chinese, and nothing that should not be there. */
export async function assertWellFormed(page, what) {
  assert.equal(await page.locator("h1").count(), 1, `${what}: one h1`);
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN", `${what}: language`);
  assert.match(await page.title(), /\p{Script=Han}/u, `${what}: title`);
  const text = await page.locator("body").innerText();
  for (const trace of ["None", "Some(", "{{", "}}", "！"]) {
    assert.ok(!text.includes(trace), `${what}: the page shows ${trace}`);
  }
}

export function assertQuiet(page, what) {
  assert.deepEqual(page.faults, [], `${what}: faults in the browser`);
}

export async function picture(page, name) {
  await page.screenshot({ path: `${out}${name}.png`, fullPage: true, animations: "disabled" });
}
