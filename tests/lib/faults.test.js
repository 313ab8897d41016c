import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, createServer, request as connect } from 'node:http'
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { faults, first, startFaultProxy } from './faults.js'
import { listen } from './loopback.js'

const BODY = Buffer.alloc(300_000, 'what is sent. ')

let upstream, proxy
/** The bodies that the server got whole, and how many bytes of those that broke off. */
let got, broken

before(async () => {
  upstream = createServer((request, response) => {
    let body = Buffer.alloc(0)
    request.on('data', (block) => { body = Buffer.concat([body, block]) })
    request.on('end', () => {
      got.push(body)
      response.setHeader('x-host', request.headers.host)
      response.end(Buffer.from(`${got.length} ${body}`))
    })
    request.on('error', () => broken.push(body.length))
  })
  proxy = await startFaultProxy(await listen(upstream))
})

after(async () => {
  await proxy.stop()
  upstream.closeAllConnections()
  upstream.close()
})

const reset = () => { [got, broken] = [[], []] }
reset()
afterEach(() => {
  proxy.honest()
  reset()
})

/** PUTs `body`: `{ status, headers, body }`, or an error's code; `onBlock` sees the answer come. */
async function put(body = BODY, { onBlock = () => {}, signal } = {}) {
  const request = connect(`${proxy.origin}/x?y`, { method: 'PUT', agent: new Agent(), headers: { 'content-length': body.length }, signal })
  // What breaks off in the answer is seen there.
  request.on('error', () => {})
  request.end(body)
  try {
    const [answer] = await once(request, 'response')
    const blocks = []
    for await (const block of answer) {
      blocks.push(block)
      onBlock(block)
    }
    return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(blocks) }
  } catch (error) {
    return error.code
  }
}

const always = (fault) => { proxy.onRequest = () => fault }

test('everything passes, and is counted', async () => {
  const seen = proxy.requests.length
  const answer = await put()
  assert.equal(answer.status, 200)
  assert.ok(answer.body.equals(Buffer.concat([Buffer.from('1 '), BODY])))
  assert.equal(answer.headers['x-host'], new URL(proxy.origin).host)
  assert.deepEqual(proxy.requests.slice(seen).map(({ method, url }) => `${method} ${url}`), ['PUT /x?y'])
})

test('late requests and late answers arrive', async () => {
  for (const fault of [faults.latency(20), faults.lateAnswer(20)]) {
    always(fault)
    assert.equal((await put()).status, 200)
  }
})

test('a request that breaks off', async () => {
  always(faults.dropRequest(100_000))
  assert.equal(await put(), 'ECONNRESET')
  while (broken.length === 0) await sleep(5)
  assert.deepEqual(got, [])
  assert.ok(broken[0] <= 100_000)
})

test('an answer that breaks off', async () => {
  always(faults.dropAnswer(100_000))
  let received = 0
  assert.equal(await put(BODY, { onBlock: ({ length }) => { received += length } }), 'ECONNRESET')
  assert.equal(got.length, 1)
  assert.ok(received <= 100_000)
})

test('an answer that is lost', async () => {
  always(faults.loseAnswer)
  assert.equal(await put(), 'ECONNRESET')
  assert.equal(got.length, 1, 'the server did its work')
})

test('half-open connections: before the answer, in the middle of either body', async () => {
  for (const fault of [faults.silence, faults.stallRequest(100_000), faults.stallAnswer(100_000)]) {
    always(fault)
    let received = 0
    const giveUp = new AbortController()
    const answer = put(BODY, { onBlock: ({ length }) => { received += length }, signal: giveUp.signal })
    assert.equal(await Promise.race([answer, sleep(300, 'nothing')]), 'nothing')
    assert.equal(received > 0, fault.answer !== undefined)
    assert.ok(received <= 100_000)
    giveUp.abort()
    assert.match(await answer, /^(ABORT_ERR|ECONNRESET)$/)
  }
  assert.equal(got.length, 1, 'only the last of them came to the server')
})

test('a request that is delivered twice', async () => {
  always(faults.twice)
  assert.match((await put()).body.subarray(0, 3).toString(), /^2 /)
  assert.ok(got.length === 2 && got.every((body) => body.equals(BODY)))
})

test('an answer that is not the server\'s', async () => {
  always(faults.refuse(503, { 'retry-after': '7' }))
  const { status, headers, body } = await put()
  assert.deepEqual([status, headers['retry-after'], body.length, got.length], [503, '7', 0, 0])
})

test('only the first of those that match', async () => {
  proxy.onRequest = first(2, ({ method }) => method === 'PUT', faults.refuse(500))
  assert.deepEqual([(await put()).status, (await put()).status, (await put()).status], [500, 500, 200])
})

test('a rate: the bytes come bit by bit, and all of them', async () => {
  proxy.bytesPerSecond = 2_000_000
  let blocks = 0
  const answer = await put(BODY, { onBlock: () => blocks++ })
  assert.equal(answer.body.length, BODY.length + 2)
  assert.ok(got[0].equals(BODY))
  assert.ok(blocks >= 20)
})

test('the network goes and comes back', async () => {
  always(faults.silence)
  const waiting = put()
  while (proxy.requests.length === 0) await sleep(5)
  await sleep(50)
  proxy.cut()
  assert.equal(await waiting, 'ECONNRESET')
  assert.match(await put(), /^(ECONNRESET|EPIPE)$/)
  proxy.honest()
  assert.equal((await put()).status, 200)
})

test('a server that goes before it answers breaks the connection', async () => {
  const dying = createServer(async (request) => {
    await request.resume().toArray()
    request.socket.resetAndDestroy()
  })
  const before = await startFaultProxy(await listen(dying))
  const request = connect(before.origin, { method: 'PUT', agent: new Agent(), headers: { 'content-length': BODY.length } })
  request.end(BODY)
  await assert.rejects(once(request, 'response'), { code: 'ECONNRESET' })
  await before.stop()
  dying.close()
})

test('a server that is gone breaks the connection', async () => {
  const nobody = await startFaultProxy(1)
  const request = connect(nobody.origin, { agent: new Agent() })
  request.end()
  await assert.rejects(once(request, 'response'), { code: 'ECONNRESET' })
  await nobody.stop()
})
