// Names of files as disks and headers take them: they are data until they have been made safe, and no two may be alike.

/**
 * For each of `files` (`{ name, path? }`) its folders and its name as an array of safe segments. Names that are alike, or
 * that a disk which ignores case would take for the same, are numbered. `safeFileName` is the SDK's.
 */
export function places(files, safeFileName) {
  const places = files.map(({ name, path = '' }) =>
    [...path.split('/').filter(Boolean), name].map(segment => safeFileName(segment)))
  // A folder's name is taken too.
  const taken = new Set(places.flatMap(segments => segments.slice(0, -1).map((_, depth) => alike(segments.slice(0, depth + 1)))))
  // Numbers count on from the last of the same name: thousands of equal names stay quick.
  const counts = new Map()
  return places.map(segments => {
    const folders = segments.slice(0, -1)
    const name = segments.at(-1)
    for (let n = counts.get(alike(segments)) ?? 1; ; n++) {
      const candidate = [...folders, numbered(name, n)]
      if (taken.has(alike(candidate))) continue
      taken.add(alike(candidate))
      counts.set(alike(segments), n + 1)
      return candidate
    }
  })
}

/** `name` with the number `n` in front of its ending; 1 is the name itself. */
export function numbered(name, n) {
  if (n === 1) return name
  const [, stem, ending] = /^(.+?)((?:\.[^. ]{1,16}){0,2})$/su.exec(name)
  return `${stem} (${n})${ending}`
}

/** `Content-Disposition` for any name (RFC 6266; RFC 8187 for what is not ASCII). */
export function disposition(name) {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const whole = encodeURIComponent(name).replace(/['()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`
}

const alike = segments => segments.join('/').normalize('NFC').toLowerCase()
