'use client'

import { useTranslations } from 'next-intl'
import type { Part } from '#lib/domain/inventory.ts'
import { toClock, toDriveSize, toLinkSpeed, toMemorySize } from './sizes.ts'

const known = (words: readonly (string | undefined)[]) => words.filter((word): word is string => word !== undefined)

/** The figures of a part: what it can hold, give or carry. */
export function usePartFigures(): (part: Part) => string[] {
  const t = useTranslations('inventory')
  return (part) => {
    const { kind, cores, threads, speedMhz, sizeBytes, technology, linkUp, speedMbps, capacityWatts, functions, pciId, isEnabled, bootPlace } = part
    const size = sizeBytes === undefined ? undefined : kind === 'memory' ? toMemorySize(sizeBytes) : toDriveSize(sizeBytes)
    const link = linkUp === undefined ? undefined : linkUp ? t('linkUp') : t('linkDown')
    return known([
      kind !== 'bootOption' ? undefined : bootPlace === undefined ? t('notInOrder') : t('bootPlace', { place: bootPlace }),
      kind !== 'bmcNic' && isEnabled === false ? t('switchedOff') : undefined,
      cores === undefined ? undefined : threads === undefined ? t('cores', { cores }) : t('coresThreads', { cores, threads }),
      size,
      technology,
      speedMhz === undefined ? undefined : toClock(speedMhz, kind === 'processor' || kind === 'accelerator'),
      link,
      speedMbps === undefined || linkUp === false ? undefined : toLinkSpeed(speedMbps),
      pciId,
      toBusLink(part, t),
      functions === undefined || functions < 2 ? undefined : t('functions', { count: functions }),
      capacityWatts === undefined ? undefined : `${Math.round(capacityWatts)} W`,
    ])
  }
}

/** `Gen3 x8 of Gen4 x16` for a card whose link is narrower or slower than it could be. */
function toBusLink({ busLink, busLinkMax }: Part, t: ReturnType<typeof useTranslations<'inventory'>>): string | undefined {
  if (busLinkMax === undefined) return busLink
  return busLink === undefined ? t('busUpTo', { max: busLinkMax }) : t('busOf', { link: busLink, max: busLinkMax })
}

/** What is wrong with a description, as our decoder says it: `wrong checksum of the board area`. */
const faultForm = /^(?:(wrong checksum) of the (header|chassis|board|product)(?: area)?|the (chassis|board|product) area is (missing|cut short))$/

/** A fault in the reader's language; what we do not know by heart stays as it is. */
export function useFaultWords(): (fault: string) => string {
  const t = useTranslations('inventory')
  return (fault) => {
    const [, checksum, summed, broken, how] = faultForm.exec(fault) ?? []
    if (checksum !== undefined) return t('fault.checksum', { area: t(`area.${summed as 'header' | 'chassis' | 'board' | 'product'}`) })
    if (broken === undefined) return fault
    const area = t(`area.${broken as 'chassis' | 'board' | 'product'}`)
    return how === 'missing' ? t('fault.missing', { area }) : t('fault.cut', { area })
  }
}
