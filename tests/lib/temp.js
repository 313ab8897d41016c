// Temporary folders that go away with the test process.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folders = new Set()

process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

/** Makes an empty folder; it is removed when the process ends. */
export function tempFolder(label) {
  const folder = mkdtempSync(join(tmpdir(), `bulla-${label}-`))
  folders.add(folder)
  return folder
}
