// WebKitGTK through its driver. It has no headless mode, so it gets an X server of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Builder, Capabilities } from 'selenium-webdriver'
import { freePort } from './server.js'
import { tempFolder } from './temp.js'

/** Starts it with a fresh home; returns its driver, and `stop` for what runs beside it. `programs` are the paths of Xvfb and of the driver. */
export async function startWebKit(downloads, programs) {
  const home = tempFolder('webkit')
  await mkdir(join(home, '.config'))
  await writeFile(join(home, '.config', 'user-dirs.dirs'), `XDG_DOWNLOAD_DIR="${downloads}"\n`)
  const screen = spawn(programs.xvfb, ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [display] = await once(screen.stdout, 'data')
  const port = await freePort()
  const service = spawn(programs.driver, [`--port=${port}`], { stdio: 'ignore', env: {
    ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, '.config'), XDG_CACHE_HOME: join(home, '.cache'), XDG_DATA_HOME: join(home, '.local'),
    DISPLAY: `:${String(display).trim()}`, GDK_BACKEND: 'x11',
    // There is no graphics hardware to talk to.
    WEBKIT_DISABLE_DMABUF_RENDERER: '1', WEBKIT_DISABLE_COMPOSITING_MODE: '1',
  } })
  const stop = async () => {
    for (const child of [service, screen]) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill()
      await once(child, 'exit')
    }
  }
  try {
    const capabilities = new Capabilities({
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation'] },
    })
    await listening(port)
    return { driver: await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build(), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The browser that comes with the engine; it lies beside the library. */
function miniBrowser() {
  for (const architecture of readdirSync('/usr/lib')) {
    const folder = join('/usr/lib', architecture)
    const engine = list(folder).find((name) => /^webkit2gtk-4/.test(name) && list(join(folder, name)).includes('MiniBrowser'))
    if (engine) return join(folder, engine, 'MiniBrowser')
  }
  throw new Error('not found: MiniBrowser; install webkit2gtk-driver')
}

function list(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

async function listening(port) {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await fetch(`http://127.0.0.1:${port}/status`).catch(() => undefined)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('WebKitWebDriver does not answer')
}
