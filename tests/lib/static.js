// A static file server: a site that is not the Bulla server's.
import { once } from 'node:events'
import { cp, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listen } from './loopback.js'
import { consumer } from './packed.js'

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' }

/** Serves the files under `folder` on a free loopback port. */
export async function startSite(folder) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://site').pathname))
    const bytes = await readFile(join(folder, path)).catch(() => undefined)
    if (!bytes) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(bytes)
  })
  const port = await listen(server)
  return {
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The site in `e2e/site/`, where the packed package is installed: an embedder's. */
export async function startEmbedder() {
  const folder = await consumer()
  await cp(fileURLToPath(new URL('../e2e/site/', import.meta.url)), folder, { recursive: true })
  return startSite(folder)
}
