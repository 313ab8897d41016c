// What the SDK's own JavaScript does by the clock, which stands still here until it is told to go on.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { repository } from '../lib/server.js'

const { EvenSteps } = await import(`data:text/javascript,${encodeURIComponent(await readFile(join(repository, 'src/web/network.js')))}`)

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'] }))
afterEach(() => mock.timers.reset())

test('a figure that rises by leaps is told in even steps, never too much and in the end all of it', () => {
  const told = []
  const steps = new EvenSteps((value) => told.push(value))
  let given = 0
  for (const [milliseconds, value] of [[2000, 1000], [2000, 3000], [500, 3500]]) {
    for (let passed = 0; passed < milliseconds; passed += 250) {
      mock.timers.tick(250)
      assert.ok(told.every((figure) => figure <= given), `${told} of ${given}`)
    }
    steps.reach(given = value)
  }
  for (let passed = 0; passed < 5000; passed += 250) mock.timers.tick(250)
  assert.deepEqual(told, [...told].sort((a, b) => a - b))
  assert.equal(told.at(-1), 3500)
  // 1000 in 2 s, then 2000 in 2 s of which a quarter passes, then what is left in half a second.
  assert.deepEqual(told.slice(0, 4), [0, 125, 250, 375])
  assert.ok(told.length < 25, `${told}`)
})

test('what is quick is told as it comes', () => {
  const told = []
  const steps = new EvenSteps((value) => told.push(value))
  for (const value of [10, 20, 30]) {
    mock.timers.tick(50)
    steps.reach(value)
  }
  assert.deepEqual(told, [0, 10, 20])
  steps.stop()
  mock.timers.tick(5000)
  assert.equal(told.length, 3)
})
