/**
 * Reads while no command is on its way. `untilDisturbed` gives a signal that fires when one begins: the reading makes way, and is done
 * anew after it. Rejects as the reading does, or when `signal` has fired.
 */
export async function undisturbed<R>(
  commands: { isBusy: () => boolean; drained: () => Promise<void> },
  untilDisturbed: () => AbortSignal,
  read: (disturbed: AbortSignal) => Promise<R>,
  signal: AbortSignal,
): Promise<R> {
  for (;;) {
    while (commands.isBusy()) await commands.drained()
    const disturbed = untilDisturbed()
    try {
      return await read(disturbed)
    } catch (error) {
      if (signal.aborted || !disturbed.aborted) throw error
    }
  }
}
