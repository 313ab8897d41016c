/** Speed and time left, from how many bytes had arrived when. */
export class Meter {
  #samples = []

  /** Takes the bytes done so far and in all, and gives `{ speed, left }`: bytes per second and seconds, or undefined. */
  sample(loaded, total) {
    const now = performance.now()
    this.#samples.push({ loaded, now })
    // The last five seconds: long enough to be steady, short enough to follow the network.
    while (this.#samples.length > 2 && now - this.#samples[0].now > 5000) this.#samples.shift()
    const first = this.#samples[0]
    const elapsed = (now - first.now) / 1000
    if (elapsed < 1 || loaded <= first.loaded) return {}
    const speed = (loaded - first.loaded) / elapsed
    return { speed, left: (total - loaded) / speed }
  }
}
