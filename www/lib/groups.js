// The contact groups that an account may use.

import { client } from '/static/lib/session.js'

/** The account's own and those for everybody, each once: what an administrator made for everybody may stand in both. */
export async function usableGroups() {
  const { groups } = await client()
  const all = (await Promise.all([groups.own(), groups.enterprise()])).flat()
  return [...new Map(all.map(group => [group.id, group])).values()]
}
