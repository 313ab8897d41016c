// Many small files: the next ones are fetched while one is written, so that they do not wait for one round trip after
// another.

/** Bytes of a small file at most. */
export const SMALL = 1024 ** 2

/** How many are read ahead. */
export const AHEAD = 16

/**
 * `{ item, stream }` for each of `items` (with a `size` in bytes), in order; `open(item)` gives the stream. Small ones are
 * opened and read ahead, large ones when they are asked for.
 */
export async function* ahead(items, open) {
  const begun = []
  let next = 0
  for (const item of items) {
    for (; next < items.length && begun.length < AHEAD; next++) {
      const small = items[next].size <= SMALL
      begun.push(small ? begin(open(items[next])) : undefined)
    }
    yield { item, stream: begun.shift() ?? open(item) }
  }
}

/** The stream, read from now on. */
function begin(stream) {
  const content = new Response(stream).arrayBuffer()
  // Whoever reads it hears of a failure; nobody else has to.
  content.catch(() => {})
  return new ReadableStream({
    async start(controller) {
      controller.enqueue(new Uint8Array(await content))
      controller.close()
    },
  })
}
