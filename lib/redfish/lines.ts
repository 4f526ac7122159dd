import { Client, type Dispatcher } from 'undici'

/** The connections to one BMC, each with one request at a time. */
export type Lines = {
  /** Does something over a line that nothing else goes over now; over a new one only while all others are in use and there may be more. */
  over<T>(work: (line: Dispatcher) => Promise<T>): Promise<T>
  /** Drops the connections; what is under way fails, and what comes later. */
  destroy(): Promise<void>
}

/**
 * At most `width` connections to `origin`, none opened yet. undici's own Pool holds a connection for busy until a turn of the event loop
 * after its answer, so that it opens another one for whoever asks one thing after the other: a TLS handshake, dearer than all the rest of
 * the request, here and at the BMC. A Client waits that turn out.
 */
export function createLines(origin: string, width: number, options: Client.Options): Lines {
  const openLine = () => ({ client: new Client(origin, { ...options, pipelining: 1 }), running: 0 })
  const lines = [openLine()]
  let isDestroyed = false

  function choose() {
    const least = lines.reduce((one, other) => (other.running < one.running ? other : one))
    if (least.running === 0 || lines.length >= width || isDestroyed) return least
    const line = openLine()
    lines.push(line)
    return line
  }

  return {
    async over(work) {
      const line = choose()
      line.running++
      try {
        return await work(line.client)
      } finally {
        line.running--
      }
    },
    async destroy() {
      isDestroyed = true
      await Promise.all(lines.map(({ client }) => client.destroy()))
    },
  }
}
