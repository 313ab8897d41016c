// Listening where only this machine hears.
import { once } from 'node:events'

/** Has a server listen on a free loopback port; returns the port. */
export async function listen(server) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server.address().port
}
