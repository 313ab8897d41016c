// The tarball that npm would publish: what is in it, and whether a consumer can install, import and type-check it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { pack } from '../lib/packed.js'
import { tempFolder } from '../lib/temp.js'

const run = promisify(execFile)
const typescript = createRequire(import.meta.url).resolve('typescript/bin/tsc')

describe('the packed npm package', () => {
  const folder = tempFolder('install')
  let files, manifest
  const installed = (path) => join(folder, 'node_modules', 'bulla', path)

  before(async () => {
    const packed = await pack()
    files = packed.files
    await writeFile(join(folder, 'package.json'), '{"type":"module","private":true}\n')
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', packed.tarball], { cwd: folder })
    manifest = JSON.parse(await readFile(installed('package.json'), 'utf8'))
  })

  test('holds the wasm module, the types and the licences', async () => {
    assert.ok(files.some((path) => path.endsWith('.wasm')), files.join('\n'))
    assert.ok(files.some((path) => path.endsWith('.d.ts')))
    assert.ok(files.includes('README.md'))
    assert.ok(files.some((path) => path.startsWith('LICENSE')))
    assert.ok(!files.some((path) => /\.rs$|\.map$|node_modules|test/.test(path)), files.join('\n'))
  })

  test('everything that it exports is there', async () => {
    const targets = (value) => (typeof value === 'string' ? [value] : Object.values(value).flatMap(targets))
    for (const target of targets(manifest.exports)) {
      await readFile(installed(target))
    }
    assert.equal(manifest.type, 'module')
    assert.equal(manifest.dependencies, undefined)
  })

  test('imports in Node, and works', async () => {
    await writeFile(join(folder, 'use.js'), `
      import { checksum, Client, formatLink, generateKeyCode, init, isBullaError, parseLink, safeFileName } from 'bulla'
      try { generateKeyCode() } catch (error) { console.log(isBullaError(error), error.code) }
      await init()
      await init()
      const keyCode = generateKeyCode()
      const link = formatLink('https://files.example.com', 'an-id', 'p'.repeat(32), keyCode)
      console.log(parseLink(link).keyCode === keyCode, parseLink(link).suite, link.split('#')[0])
      console.log(checksum('S' + 'k'.repeat(43), 'p'.repeat(32)))
      console.log(safeFileName('../a'), typeof Client)
    `)
    const { stdout } = await run(process.execPath, ['use.js'], { cwd: folder })
    const lines = stdout.trim().split('\n')
    assert.equal(lines[0], 'true NOT_INITIALIZED')
    assert.match(lines[1], /^true sealed https:\/\/files\.example\.com\/receive\/\?.*packageCode=p{32}/)
    // PBKDF2-HMAC-SHA256, 1024 iterations, 32 octets, as Python's hashlib computes it.
    assert.equal(lines[2], 'dfd787fae0ebef429fdd54b56aecc43a3f4262fa76cde4a0ee4f825d83cd9c7c')
    assert.match(lines[3], /^[^/]+ function$/)
  })

  test('a consumer type-checks strictly', async () => {
    await writeFile(join(folder, 'consumer.ts'), `
      import { Client, init, isBullaError } from 'bulla'
      import type { BullaErrorCode, Package, Page, Progress, ReceivedFile, ReceivedPackage, Workspace, WorkspaceFile } from 'bulla'

      export async function send(files: File[], signal: AbortSignal): Promise<string> {
        await init()
        const client = new Client({ host: 'https://files.example.com', auth: { apiKey: 'key', apiSecret: 'secret' } })
        const created = await client.createPackage({ expiresInDays: 7, suite: 'sealed' })
        await created.addRecipients(['bob@example.com'])
        await created.upload(files, { signal, onProgress: ({ totalLoaded, totalSize }: Progress) => console.log(totalLoaded / totalSize) })
        await created.setMessage('Here you go')
        const { link, needsLink } = await created.finalize()
        const needed: boolean = needsLink
        return needed ? link : ''
      }

      export async function receive(link: string): Promise<ReadableStream<Uint8Array> | BullaErrorCode> {
        try {
          const received = await new Client().open(link)
          const first: ReceivedFile | undefined = received.files[0]
          return received.download(first?.id ?? '')
        } catch (error) {
          if (isBullaError(error)) return error.code
          throw error
        }
      }

      export async function work(client: Client, workspace: Workspace): Promise<string[]> {
        const names: string[] = []
        for await (const { fileNames, state } of client.packages.received()) if (state === 'active') names.push(...fileNames)
        const { entries, next }: Page<WorkspaceFile> = await workspace.files.list().page(0)
        for (const { name, versions } of entries) names.push(name, ...versions.map(({ id }) => id))
        const folder = await workspace.directories.create('new', { within: workspace.root })
        const [sent] = await workspace.files.upload(new File([], 'x'), { directory: folder.id, onlyNew: true })
        if (sent) await workspace.files.copy(sent.id, { to: await client.workspaces.create({ name: 'other' }) })
        const created: Package = await client.createPackage()
        const recipient = await created.recipients.add('bob@example.com')
        const several = await created.recipients.add(['bob@example.com'])
        const report = await client.keys.wrap(created)
        for (const { email, key, state } of report.unconfirmed) if (state === 'new') await client.keys.confirm(email, key)
        const received: ReceivedPackage = await client.packages.open('id')
        const signed: boolean = received.origin === 'sender'
        const share = await client.shares.create({ package: 'id', recipients: ['a@b.example', { email: 'c@d.example', company: 'C' }], expires: 'never', viewOnly: true })
        await client.shares.send({ package: 'id', emails: ['a@b.example'], subject: 's', expiresInDays: 0, notifyOnDownload: true })
        for await (const { id, recipientId } of client.shares.inbox()) names.push(await client.shares.message(id, recipientId))
        const [first] = await client.shares.recipients(share.id)
        const opened: Date | undefined = first?.opened
        await client.packages.open('id', { share: { id: share.id, recipientId: first?.id }, visitor: { email: '', firstName: '', lastName: '', company: '' } })
        const through: string = await client.shares.link(await client.packages.link('id'), share.id)
        await created.putThumbnails([{ fileId: 'id', size: 75, picture: new Blob([through, String(opened)]) }])
        const picture: Uint8Array<ArrayBuffer> | undefined = await received.thumbnail('id', 600)
        new Blob(picture ? [picture] : [])
        const key = await client.account.apiKeys.generate({ email: '', password: '' })
        return [...names, recipient.email, several[0]?.role ?? '', String(signed), String(next), 'token' in key ? key.token : key.apiSecret]
      }

      export const own = new Client({ auth: 'session' })
      export const kept = new Client({ keyStore: { async write() {}, async read() { return [] }, async remove() {} } })
      // @ts-expect-error there is no such role
      export const wrongRole = (workspace: Workspace) => workspace.recipients.update('id', { role: 'KING' })
      // @ts-expect-error thumbnails have two sizes
      export const wrongSize = (pkg: Package) => pkg.putThumbnails([{ fileId: 'id', size: 100, picture: new Blob() }])
      // @ts-expect-error a host is text
      new Client({ host: 1 })
      // @ts-expect-error there is no such suite
      new Client().createPackage({ suite: 'rot13' })
      // @ts-expect-error files come as File or Blob
      export const wrong = async () => (await new Client().createPackage()).upload('text')
    `)
    for (const [module, moduleResolution] of [['nodenext', 'nodenext'], ['esnext', 'bundler']]) {
      const compilerOptions = { strict: true, noEmit: true, skipLibCheck: false, types: [], lib: ['es2022', 'dom'], target: 'es2022', module, moduleResolution }
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
      await run(process.execPath, [typescript, '--project', folder]).catch(({ stdout }) => assert.fail(`${moduleResolution}:\n${stdout}`))
    }
  })

  test('no `any` in the published types', async () => {
    for (const path of files.filter((name) => name.endsWith('.d.ts'))) {
      const types = (await readFile(installed(path), 'utf8')).replace(/\/\*[\s\S]*?\*\/|\/\/.*$|'any'/gm, '')
      assert.deepEqual(types.match(/.*\bany\b.*/g) ?? [], [], path)
    }
  })
})
