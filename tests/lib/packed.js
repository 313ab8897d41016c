// The npm package as it would be published: packed, and unpacked into a consumer's node_modules.
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { repository } from './server.js'
import { tempFolder } from './temp.js'

const run = promisify(execFile)

/** Packs `pkg/`; returns the tarball's path and what npm lists in it. */
export async function pack() {
  const folder = tempFolder('pack')
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: join(repository, 'pkg') })
  const [{ filename, files }] = JSON.parse(stdout)
  return { tarball: join(folder, filename), files: files.map(({ path }) => path) }
}

/** A consumer's folder whose node_modules holds the packed package alone. */
export async function consumer() {
  const { tarball } = await pack()
  const folder = tempFolder('consumer')
  const installed = join(folder, 'node_modules', 'bulla')
  await mkdir(installed, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'])
  await writeFile(join(folder, 'package.json'), '{"type":"module","private":true}\n')
  return folder
}

/** The packed package, imported as a Node program would and ready for use. */
export async function packedBulla() {
  const entry = join(await consumer(), 'entry.js')
  await writeFile(entry, "export * from 'bulla'\n")
  const bulla = await import(pathToFileURL(entry))
  await bulla.init()
  return bulla
}
