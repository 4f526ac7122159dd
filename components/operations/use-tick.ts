import { useNow } from '../ui/clock.tsx'

/** What passes while somebody reads a dialog is looked at so often. */
const tickMs = 2_000

/** The time in steps, so that ten thousand nodes are not looked at every second. */
export const useTick = () => Math.floor(useNow() / tickMs) * tickMs
