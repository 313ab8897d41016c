// An OpenID provider on loopback: `oidc-provider`, which is certified, with its own pages for signing in. Whoever gives a name
// there is that person.
import { createServer } from 'node:http'
import Provider from 'oidc-provider'
import { listen } from './loopback.js'

export const client = { id: 'bulla', secret: 'a secret between the two' }

/** Starts one that leads back to `redirect`. `people` have by name what it says of them as the claim `nin`. */
export async function startProvider({ redirect, people }) {
  const server = createServer()
  const issuer = `http://127.0.0.1:${await listen(server)}`
  const provider = new Provider(issuer, {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [redirect], grant_types: ['authorization_code'] }],
    findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id, nin: people[id] }) }),
    claims: { openid: ['sub'], nin: ['nin'] },
    scopes: ['openid', 'nin'],
    // What is asked for stands in the ID token.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    cookies: { keys: ['for tests alone'] },
  })
  server.on('request', provider.callback())
  return {
    issuer,
    async stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Signs in on the provider's pages, and agrees to what it says of that person. */
export async function signInThere(browser, person) {
  const field = await browser.find('input[name="login"]')
  await field.sendKeys(person)
  await (await browser.find('input[name="password"]')).sendKeys('any')
  await (await browser.find('button[type="submit"]')).click()
  await browser.until('the question what may be told', async () => (await browser.driver.findElements({ css: 'input[name="login"]' })).length === 0)
  await (await browser.find('button[type="submit"]')).click()
}
