import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { listen } from './loopback.js'
import { startRecorder } from './recorder.js'
import { startTamperProxy } from './tamper.js'

let upstream, port

before(async () => {
  upstream = createServer((request, response) => {
    const body = []
    request.on('data', (block) => body.push(block))
    request.on('end', () => {
      response.setHeader('x-host', request.headers.host)
      response.end(`${request.method} ${request.url} ${Buffer.concat(body)}`)
    })
  })
  port = await listen(upstream)
})

after(() => {
  upstream.closeAllConnections()
  upstream.close()
})

test('the recorder keeps every byte of both directions', async () => {
  const recorder = await startRecorder(port)
  const answer = await (await fetch(`${recorder.origin}/path?query`, { method: 'PUT', body: 'what was sent' })).text()
  assert.equal(answer, 'PUT /path?query what was sent')
  const sent = Buffer.concat(recorder.sent).toString()
  assert.match(sent, /^PUT \/path\?query HTTP\/1\.1\r\n/)
  assert.ok(sent.endsWith('what was sent'))
  assert.ok(Buffer.concat(recorder.answered).includes('PUT /path?query what was sent'))
  await recorder.stop()
})

test('the tamper proxy passes on, answers, changes and breaks', async () => {
  const proxy = await startTamperProxy(port)
  const put = async () => {
    const answer = await fetch(`${proxy.origin}/x`, { method: 'PUT', body: 'body' })
    return [answer.status, await answer.text(), answer.headers.get('x-host')]
  }
  const host = new URL(proxy.origin).host
  assert.deepEqual(await put(), [200, 'PUT /x body', host])
  proxy.onRequest = (request) => { request.body = 'other' }
  assert.deepEqual(await put(), [200, 'PUT /x other', host])
  proxy.onRequest = () => ({ status: 503 })
  assert.deepEqual(await put(), [503, '', null])
  proxy.onRequest = () => 'reset'
  await assert.rejects(put())
  proxy.honest()
  proxy.onAnswer = (request, answer) => { answer.body = `${request.method} changed` }
  assert.deepEqual(await put(), [200, 'PUT changed', host])
  proxy.onAnswer = () => 'reset'
  await assert.rejects(put())
  await proxy.stop()
})
