// The browser's own record of what its main thread does.

/** Runs `work` while the browser traces the page: `{ value, wall, cpu }`, milliseconds of the longest task and of its thread's use of a processor. */
export async function longestTask({ driver }, work) {
  const page = await driver.createCDPConnection('page')
  const events = []
  const complete = new Promise((resolve) => {
    page._wsConnection.on('message', (message) => {
      const { method, params } = JSON.parse(message)
      if (method === 'Tracing.dataCollected') events.push(...params.value)
      if (method === 'Tracing.tracingComplete') resolve()
    })
  })
  await page.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['disabled-by-default-devtools.timeline', '__metadata'] } })
  const value = await work()
  await page.send('Tracing.end', {})
  await complete
  page._wsConnection.close()
  const mains = new Set(events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(({ pid, tid }) => `${pid} ${tid}`))
  const tasks = events.filter(({ name, pid, tid, dur }) => name === 'RunTask' && dur && mains.has(`${pid} ${tid}`))
  if (tasks.length === 0) throw new Error('the trace holds no tasks')
  const [longest] = tasks.sort((a, b) => b.dur - a.dur)
  return { value, wall: longest.dur / 1000, cpu: Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000 }
}
