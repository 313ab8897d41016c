// An SMTP server that keeps what it is given.
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { listen } from './loopback.js'

/** Starts one. `url` is for `--smtp`; `pin(address)` waits for an e-mail to it, and gives the pin in it;
 * `mail(address)` gives its whole text, and `count(address)` tells how many have come. */
export async function startMailbox() {
  const mails = []
  const sockets = new Set()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let buffered = ''
    let to = []
    let inData = false
    const say = (line) => socket.write(`${line}\r\n`)
    say('220 mailbox')
    socket.on('data', (bytes) => {
      buffered += bytes.toString('utf8')
      for (;;) {
        const end = buffered.indexOf(inData ? '\r\n.\r\n' : '\r\n')
        if (end < 0) return
        const line = buffered.slice(0, end)
        buffered = buffered.slice(end + (inData ? 5 : 2))
        if (inData) {
          mails.push({ to, text: line })
          to = []
          inData = false
          say('250 kept')
        } else if (/^DATA/i.test(line)) {
          inData = true
          say('354 go on')
        } else if (/^QUIT/i.test(line)) {
          say('221 bye')
          socket.end()
        } else {
          const [, address] = /^RCPT TO:<(.*)>/i.exec(line) ?? []
          if (address) to.push(address)
          say('250 mailbox')
        }
      }
    })
  })
  /** Waits until the last e-mail to an address matches. */
  async function find(address, pattern) {
    for (let attempt = 0; attempt < 300; attempt++) {
      const mail = mails.findLast(({ to }) => to.includes(address))
      const found = mail && pattern.exec(mail.text.replace(/=\r\n/g, '').replace(/=3D/g, '='))
      if (found) return found
      await sleep(100)
    }
    throw new Error(`no e-mail to ${address} that matches ${pattern} among ${JSON.stringify(mails)}`)
  }

  const port = await listen(server)
  return {
    url: `smtp://127.0.0.1:${port}`,
    async pin(address) {
      // In the HTML, the code stands alone in its paragraph.
      return (await find(address, /monospace[^>]*>([^<]+)</))[1]
    },
    async mail(address) {
      return (await find(address, /[^]*/))[0]
    },
    count: (address) => mails.filter(({ to }) => to.includes(address)).length,
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
