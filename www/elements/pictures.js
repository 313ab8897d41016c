// The thumbnails of an opened package's files, each fetched once its line is seen. Fetching one is no download.

const SIZE = 75

/** Shows them in `rows` of `received`, where its sender's program made any. */
export function pictures(received, rows) {
  const byElement = new Map(rows.filter(({ file }) => file.type?.startsWith('image/')).map(row => [row.element, row]))
  const seen = new IntersectionObserver(entries => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue
      seen.unobserve(target)
      show(byElement.get(target))
    }
  })
  for (const element of byElement.keys()) seen.observe(element)

  async function show(row) {
    // Without one, whatever the reason, the line stays as it is: what it says is all in words.
    const octets = await received.thumbnail(row.file.id, SIZE).catch(() => undefined)
    if (octets) row.show(new Blob([octets], { type: 'image/jpeg' }))
  }
}
