// One client that sends or opens, for the crosswise tests: asked for as JSON on standard input, answered so on standard
// output. Whatever goes wrong ends it without an answer.
import { text } from 'node:stream/consumers'
import { connect, openLink, send } from './client.js'

const { origin, key, send: sent, open } = JSON.parse(await text(process.stdin))
const client = connect(origin, key)
const answer = sent ? { link: await send(client, sent.files, sent.message) } : await openLink(client, open.link, open.folder)
process.stdout.write(JSON.stringify(answer), () => process.exit())
