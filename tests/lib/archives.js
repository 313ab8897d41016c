// Real programs that read ZIP archives.
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { tempFolder } from './temp.js'

const execute = promisify(execFile)
const options = { maxBuffer: 1 << 26, env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' } }

/** Each reads every byte of an archive, and rejects if it finds anything wrong. */
export const checkers = {
  'unzip': (path) => execute('unzip', ['-tqq', path], options),
  "Python's zipfile": (path) => python('import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip())', path),
  '7-Zip': (path) => execute('7z', ['t', '-bd', path], options),
  'bsdtar': (path) => shell('bsdtar -xOf "$1" > /dev/null', path),
  'bsdtar, which cannot go back in a pipe': (path) => shell('cat "$1" | bsdtar -xOf - > /dev/null', path),
}

/** What the archive lists: the names in their order. */
export async function names(path) {
  const { stdout } = await python('import sys, json, zipfile; print(json.dumps(zipfile.ZipFile(sys.argv[1]).namelist()))', path)
  return JSON.parse(stdout)
}

const shell = (code, path) => execute('bash', ['-c', code, 'bash', path], options)
const python = (code, ...args) => execute('python3', ['-c', code, ...args], options)

/** Extracts an archive into a new folder; returns the folder and the paths of all files in it. */
export async function extract(path) {
  const folder = tempFolder('extracted')
  await execute('bsdtar', ['-xf', path, '-C', folder], options)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => `${parentPath}/${name}`.slice(folder.length + 1))
  return { folder, files: files.sort() }
}
