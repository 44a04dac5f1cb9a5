// The built binary, serving the small invented district on a free port and on a fixed day.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const today = need("XINHENG_TODAY");
export const binary = need("XINHENG_BINARY");
export const data = need("XINHENG_E2E_DATA");

function need(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests by scripts/e2e`);
  return value;
}

/**
 * Starts the server and waits until it says where it listens. Without a folder of its own it gets a
 * copy of the demo, so that the files of tests may run beside one another.
 */
export async function openSite({ data: own } = {}) {
  const place = own ?? mkdtempSync(join(tmpdir(), "xinheng-site-"));
  if (!own) cpSync(data, place, { recursive: true });
  const server = spawn(binary, ["serve", "--data", place, "--listen", "127.0.0.1:0", "--office", "127.0.0.1:0", "--today", today], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = [];
  const ended = new Promise((resolve) => server.once("exit", (code) => resolve(code)));
  // The public side is told first, then the one for those who sign in.
  const told = [];
  const [origin, office] = await new Promise((resolve, reject) => {
    for (const stream of [server.stdout, server.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        said.push(line);
        const found = line.match(/http:\/\/127\.0\.0\.1:\d+/);
        if (found && told.push(found[0]) === 2) resolve(told);
      });
    }
    ended.then((code) => reject(new Error(`the server ended with ${code}:\n${said.join("\n")}`)));
  });
  let closing = false;
  ended.then((code) => {
    if (!closing) console.error(`the server ended by itself with ${code}:\n${said.slice(-20).join("\n")}`);
  });
  return {
    origin,
    office,
    landmarks: landmarks(),
    /** Ends it as an operator would; resolves to the exit status. */
    async close() {
      closing = true;
      server.kill("SIGTERM");
      const code = await ended;
      if (!own) rmSync(place, { recursive: true });
      return code;
    },
  };
}

/** Cases worth showing, by id, as `xinheng demo --output json` told them. */
function landmarks() {
  const told = JSON.parse(readFileSync(`${data}.json`, "utf8"));
  return Object.fromEntries(told.landmarks.map((landmark) => [landmark.id, landmark]));
}
