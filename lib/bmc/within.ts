/**
 * Waits for `work` no longer than `ms` and no longer than `signal` allows. What was started may still be running afterwards: its
 * own deadlines end it, and its result is dropped.
 */
export async function within<T>(work: Promise<T>, ms: number, signal: AbortSignal | undefined, tooLate: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let onAbort = () => {}
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate()), ms)
    onAbort = () => reject(signal!.reason instanceof Error ? signal!.reason : new Error('aborted'))
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
  work.catch(() => {})
  try {
    return await Promise.race([work, end])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}
