// Modules of the pages that need no browser, for Node.
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { repository } from './server.js'
import { tempFolder } from './temp.js'

const folder = tempFolder('www')
await cp(join(repository, 'www/lib'), folder, { recursive: true })
await writeFile(join(folder, 'package.json'), '{"type":"module"}\n')

/** A module of `www/lib`, by its file name. */
export const pageModule = (name) => import(pathToFileURL(join(folder, name)))
