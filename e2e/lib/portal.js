// A district's portal with the site below a path of it, as `docs/operate.md` has nginx do it: what
// begins with the path is handed on as it came, everything else is the portal's own.
import { createServer, request } from "node:http";

export async function openPortal(site, path) {
  const strays = [];
  const portal = createServer((asked, answer) => {
    if (asked.url !== path && !asked.url.startsWith(`${path}/`)) {
      strays.push(asked.url);
      answer.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<h1>门户首页</h1>");
      return;
    }
    const { hostname, port } = new URL(site.origin);
    const options = { hostname, port, path: asked.url, method: asked.method, headers: asked.headers };
    const handed = request(options, (reply) => {
      answer.writeHead(reply.statusCode, reply.headers);
      reply.pipe(answer);
    });
    handed.on("error", () => answer.writeHead(502).end());
    asked.pipe(handed);
  });
  await new Promise((resolve) => portal.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${portal.address().port}`,
    /** Addresses that were asked of the portal itself. */
    strays,
    close: () => new Promise((resolve) => {
      portal.close(resolve);
      portal.closeAllConnections();
    }),
  };
}
