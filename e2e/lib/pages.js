// Every public page once: a name for its picture, its address, the status it answers with.
export function publicPages(site) {
  const { landmarks } = site;
  const code = (id) => landmarks[id].code;
  const record = (id) => `/records/${landmarks[id].record_id}`;
  return [
    { name: "home", path: "/" },
    { name: "search-two-characters", path: search("如意") },
    { name: "search-code", path: search(code("busy")) },
    { name: "search-former-name", path: search("旧称塑料") },
    { name: "search-nothing", path: search("查无此名") },
    { name: "search-too-short", path: search("衡") },
    { name: "dossier-busy", path: `/subjects/${code("busy")}` },
    { name: "dossier-clean", path: `/subjects/${code("clean")}` },
    { name: "dossier-homonym", path: `/subjects/${code("homonym_1")}` },
    { name: "dossier-person-named", path: `/subjects/${code("person_named")}` },
    { name: "dossier-provisional", path: `/subjects/${code("provisional")}` },
    { name: "dossier-renamed", path: `/subjects/${code("renamed")}` },
    { name: "dossier-earlier-day", path: `/subjects/${code("busy")}?as_of=2026-01-15` },
    { name: "dossier-records", path: `/subjects/${code("busy")}/records` },
    { name: "record-current", path: record("current") },
    { name: "record-ending-soon", path: record("ending_soon") },
    { name: "record-late", path: record("late") },
    { name: "record-permit-long-term", path: record("permit_long_term") },
    { name: "record-litigation", path: record("litigation") },
    { name: "record-without-code", path: record("without_code") },
    { name: "record-redacted", path: record("redacted") },
    { name: "record-ended", path: record("ended"), status: 410 },
    { name: "record-withdrawn", path: record("withdrawn"), status: 410 },
    { name: "record-replaced", path: record("replaced"), status: 410 },
    { name: "record-held", path: record("held"), status: 404 },
    { name: "record-never-public", path: record("never_public_summary"), status: 404 },
    { name: "list", path: "/records" },
    { name: "list-penalties", path: "/records?item=penalty" },
    { name: "list-slip", path: "/records?item=penalty&from=2026-03-02&until=2026-03-01", status: 400 },
    { name: "list-empty", path: "/records?month=2001-01" },
    { name: "departments", path: "/departments" },
    { name: "guide-repair", path: "/guide/repair" },
    { name: "check", path: "/check" },
    { name: "help", path: "/help/findings" },
    { name: "rules", path: "/rules" },
    { name: "catalogue", path: "/catalogue" },
    { name: "catalogue-penalty", path: "/catalogue/penalty" },
    { name: "about", path: "/about" },
    { name: "site-map", path: "/site-map" },
    { name: "verify", path: "/verify" },
    { name: "verify-unknown", path: "/verify/aaaa-aaaa-aaaa-aaaa", status: 404 },
    { name: "unknown-page", path: "/nothing-here", status: 404 },
    { name: "unknown-subject", path: "/subjects/91990102MA0000000X", status: 404 },
  ];
}

/** Pages that are reached by a link of another page: the first link that matches. */
export const firstLinks = [
  { name: "department", from: "/departments", link: 'main a[href^="/departments/"]' },
  { name: "help-finding", from: "/help/findings", link: 'main a[href^="/help/findings/"]' },
  // Decided under the rules of before: more rules are named on its page.
  { name: "record-earlier", from: "/records?item=penalty&until=2025-12-31", link: "main a.what" },
  { name: "rules-source", from: "/rules", link: 'main a[href^="/rules/sources/"]' },
];

export function search(text) {
  return `/search?q=${encodeURIComponent(text)}`;
}
