import { setFlagsFromString } from 'node:v8'

/**
 * Lets the heap grow by a third of what lives before it is collected, and not to four times that. What a sweep makes outlives two small
 * collections while its answers are waited for, and is garbage then: with 1,000 nodes V8's own measure was 1.1 GB where 0.2 GB live.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=33')
}
