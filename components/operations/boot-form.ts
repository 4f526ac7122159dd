import type { BootLasting, BootMode, BootTarget } from '#lib/domain/boot.ts'
import type { ActionOptions } from '#lib/domain/operation.ts'

/** A boot override as the boxes hold it; `start`: the nodes are started from it at once. */
export type BootForm = { target: BootTarget; lasting: BootLasting; mode: BootMode | 'asis'; uri: string; start: boolean }

export const usualBoot: BootForm = { target: 'pxe', lasting: 'once', mode: 'asis', uri: '', start: false }

/** What the boxes mean. */
export function toBootOptions({ target, lasting, mode, uri, start }: BootForm): ActionOptions {
  const wantsUri = target === 'http' && uri.trim() !== ''
  const boot = { target, lasting, ...(mode === 'asis' ? {} : { mode }), ...(wantsUri ? { uri: uri.trim() } : {}) }
  return { boot, ...(start ? { start } : {}) }
}

/** The boxes for what was kept. */
export const fromBootOptions = ({ boot, start = false }: ActionOptions): BootForm =>
  boot === undefined ? usualBoot : { target: boot.target, lasting: boot.lasting, mode: boot.mode ?? 'asis', uri: boot.uri ?? '', start }
