// What of the network fetch cannot do, or tells nothing of.

/** Whether there is XMLHttpRequest here: in pages and workers, not in service workers and Node. */
export const canSend = () => typeof XMLHttpRequest === 'function'

/**
 * Sends `body` and resolves to `{ status, retryAfter, body }`, `retryAfter` being a string or null and `body` a
 * Uint8Array. `moved` hears how many bytes have gone out so far, which fetch tells nobody. Rejects when the network
 * fails, when nothing moves for `stall` milliseconds, and when `signal` is aborted.
 */
export function send(method, url, headers, body, stall, moved, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    let timer
    const end = (settle, value) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      settle(value)
    }
    const fail = (message) => end(reject, new Error(message))
    const abort = () => {
      fail('aborted')
      request.abort()
    }
    const watch = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        fail('nothing moved in time')
        request.abort()
      }, stall)
    }
    request.open(method, url)
    request.responseType = 'arraybuffer'
    for (const [name, value] of headers) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded }) => {
      watch()
      moved(loaded)
    }
    request.onload = () => end(resolve, {
      status: request.status,
      retryAfter: request.getResponseHeader('retry-after'),
      body: new Uint8Array(request.response ?? 0),
    })
    request.onerror = () => fail('the request failed')
    request.onabort = () => fail('aborted')
    signal.addEventListener('abort', abort)
    watch()
    request.send(body)
  })
}

/** Resolves after so many milliseconds, or as soon as the browser notices that there is a network again. */
export function sleep(milliseconds) {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer)
      globalThis.removeEventListener?.('online', wake)
      resolve()
    }
    const timer = setTimeout(wake, milliseconds)
    globalThis.addEventListener?.('online', wake)
  })
}
