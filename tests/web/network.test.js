// What the SDK's own JavaScript does by the clock, which stands still here until it is told to go on.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { repository } from '../lib/server.js'

const { EvenSteps } = await import(`data:text/javascript,${encodeURIComponent(await readFile(join(repository, 'src/web/network.js')))}`)

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'] }))
afterEach(() => mock.timers.reset())

test('a figure that rises by leaps is told in small steps, never too much and in the end all of it', () => {
  const told = []
  const steps = new EvenSteps((value) => told.push(value))
  let given = 0
  let last = -1
  for (const [milliseconds, value] of [[2000, 100_000], [2000, 300_000], [6000, 400_000], [500, 450_000]]) {
    for (let passed = 0; passed < milliseconds; passed += 250) {
      mock.timers.tick(250)
      if (given === 0) continue
      assert.ok(told.at(-1) > last && told.at(-1) <= given, `${told} of ${given}`)
      last = told.at(-1)
    }
    steps.reach(given = value)
  }
  for (let passed = 0; passed < 20_000; passed += 250) mock.timers.tick(250)
  assert.deepEqual(told, [...told].sort((a, b) => a - b))
  assert.equal(told.at(-1), 450_000)
  const before = told.length
  for (let passed = 0; passed < 20_000; passed += 250) mock.timers.tick(250)
  assert.equal(told.length, before, 'it is silent once everything was told')
})

test('what is quick is told as it comes, one report behind', () => {
  const told = []
  const steps = new EvenSteps((value) => told.push(value))
  for (const value of [10, 20, 30]) {
    mock.timers.tick(50)
    steps.reach(value)
  }
  assert.deepEqual(told, [0, 6, 14])
  steps.stop()
  mock.timers.tick(5000)
  assert.equal(told.length, 3)
})
